#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kamal {

// A position in a configuration file. Lines count from 1, and so do columns, in bytes; 0 means unknown.
struct Mark {
  std::string file;
  int line = 0;        // of the key, if there is one
  int column = 0;      // of a scalar on the line of its key; otherwise of the key
  int key_column = 0;  // 0 if there is no key

  Mark of_key() const { return {file, line, key_column > 0 ? key_column : column, key_column}; }
};

// The line with the problem, safe to show: possible secrets are redacted.
struct Excerpt {
  std::string text;
  size_t begin = 0;   // of the fault, in bytes of the text
  size_t length = 1;  // in bytes
};

// One problem: `file:line: key/path: message`.
struct Problem {
  Mark mark;
  std::string key;      // servers/web/hosts; empty for the file as a whole
  std::string message;  // what is wrong, and the fix
  std::string fix{};    // short label for the excerpt: what would be right; may be empty
  std::optional<Excerpt> excerpt{};
  std::string text() const;
};

// An unusable configuration, with all its problems.
class ConfigurationError : public std::runtime_error {
 public:
  explicit ConfigurationError(const std::string& message) : std::runtime_error(message) {}
  explicit ConfigurationError(std::vector<Problem> problems);
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

// A node of parsed YAML: scalars as YAML 1.1 reads them, maps in the order of the file.
class Value {
 public:
  enum class Type { null, boolean, integer, floating, string, list, map };
  using List = std::vector<Value>;
  using Map = std::vector<std::pair<std::string, Value>>;

  Value() = default;  // null
  Value(Type type, Mark mark);
  explicit Value(bool boolean) : data_(boolean) {}
  explicit Value(int64_t integer) : data_(integer) {}
  explicit Value(double floating) : data_(floating) {}
  explicit Value(std::string text) : data_(std::move(text)) {}
  explicit Value(List list) : data_(std::move(list)) {}
  explicit Value(Map map) : data_(std::move(map)) {}

  Type type() const { return static_cast<Type>(data_.index()); }
  bool is_null() const { return type() == Type::null; }
  bool is_boolean() const { return type() == Type::boolean; }
  bool is_integer() const { return type() == Type::integer; }
  bool is_string() const { return type() == Type::string; }
  bool is_list() const { return type() == Type::list; }
  bool is_map() const { return type() == Type::map; }
  bool is_scalar() const { return !is_list() && !is_map(); }
  bool is_false() const { return is_boolean() && !boolean(); }
  bool is_true() const { return is_boolean() && boolean(); }
  // Null, false, "", white space only, [] and {}: what Kamal calls blank.
  bool is_blank() const;

  bool boolean() const { return std::get<bool>(data_); }
  int64_t integer() const { return std::get<int64_t>(data_); }
  const List& list() const { return std::get<List>(data_); }
  const Map& map() const { return std::get<Map>(data_); }
  List& list() { return std::get<List>(data_); }
  Map& map() { return std::get<Map>(data_); }
  // A scalar as it appears on a command line: "" for null, "true", "8080", "0.5".
  std::string text() const;

  // The value under a key of a map, or nullptr, also if this is not a map.
  const Value* find(std::string_view key) const;
  void set(std::string key, Value value);
  bool has(std::string_view key) const { return find(key) != nullptr; }
  // Same type and content; positions and the order of a map's keys don't matter.
  bool operator==(const Value& other) const;

  const Mark& mark() const { return mark_; }
  void set_mark(Mark mark) { mark_ = std::move(mark); }
  // How a scalar was written where YAML 1.1 reads it oddly (80,443 is 80443): for a warning. Empty otherwise.
  const std::string& source_text() const { return source_text_; }
  void set_source_text(std::string text) { source_text_ = std::move(text); }

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, List, Map> data_;
  Mark mark_;
  std::string source_text_;
};

// Merges `over` into `base`: maps key by key; everything else, null and lists included, is replaced.
Value deep_merge(const Value& base, const Value& over);

}  // namespace kamal
