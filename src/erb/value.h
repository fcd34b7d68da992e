#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "erb/ast.h"
#include "erb/limits.h"
#include "erb/source.h"

namespace kamal::erb {

// Values of the template's code. Ruby shares them by reference, and they may form cycles; the Heap owns them
// all and frees them after rendering.
struct Symbol;
struct String;
struct Array;
struct Hash;
struct Range;
struct Regexp;
struct MatchData;
struct Time;
struct Error;
struct Status;
struct Template;
struct Binding;
struct Constant;
class Pattern;

using Value = std::variant<std::monostate, bool, int64_t, double, Symbol*, String*, Array*, Hash*, Range*,
                           Regexp*, MatchData*, Time*, Error*, Status*, Template*, Binding*, Constant*>;
using Values = std::vector<Value>;

struct Object {
  virtual ~Object() = default;
};

struct Symbol : Object {
  std::string text;
};
struct String : Object {
  std::string text;
  std::string file;  // that it was read from, for messages
};
struct Array : Object {
  Values items;
};
struct Hash : Object {
  using Entry = std::pair<Value, Value>;
  std::vector<Entry> entries;  // searched linearly: templates have small hashes
  bool keywords = false;       // the `a: 1` at the end of a call
};
struct Range : Object {
  Value first;
  Value last;
  bool exclusive = false;
};
struct Regexp : Object {
  std::string source;
  std::string options;                     // some of i, m, x
  std::shared_ptr<const Pattern> pattern;  // not unique_ptr, which requires the complete type
};
struct MatchData : Object {
  using Groups =
      std::vector<std::optional<std::pair<size_t, size_t>>>;  // begin and end; 0 is all of the match
  const String* subject = nullptr;                            // never changed by the template's code
  const Pattern* pattern = nullptr;                           // null for plain text
  Groups groups;
  const std::string& text() const { return subject->text; }
  std::optional<std::string_view> group(size_t index) const;
};
struct Time : Object {
  enum class Zone { local, utc };
  int64_t seconds = 0;  // since 1970
  Zone zone = Zone::local;
};
struct Error : Object {
  std::string class_name;
  std::string message;
  size_t position = 0;  // in Source::code
};
struct Status : Object {
  int status = 0;
};
struct Template : Object {  // ERB.new
  std::string text;
  TrimMode trim_mode = TrimMode::none;
  std::string file;  // that the text was read from; "" for none
};
struct Constant : Object {  // a class or a module
  std::string text;         // its path
};

struct Scope {
  Scope* parent = nullptr;
  std::vector<std::pair<std::string_view, Value>> variables;
};
struct Binding : Object {
  Scope* scope = nullptr;
};

// The block of a running call.
struct Block {
  const BlockNode* code = nullptr;
  Scope* scope = nullptr;  // enclosing scope
};

// An exception of the template's code.
struct RubyError {
  Error* error;
};

class Heap {
 public:
  explicit Heap(Limits& limits) : limits_(limits) {}

  template <class T>
  T* make() {
    limits_.allocate(sizeof(T) + 32);
    auto object = std::make_unique<T>();
    T* const made = object.get();
    objects_.push_back(std::move(object));
    return made;
  }
  Value string(std::string_view text) { return of_text<String>(text); }
  Value symbol(std::string_view text) { return of_text<Symbol>(text); }
  Value constant(std::string_view path) { return of_text<Constant>(path); }
  Value array(Values items);

 private:
  template <class T>
  Value of_text(std::string_view text) {
    limits_.allocate(text.size());
    T* const made = make<T>();
    made->text = text;
    return made;
  }

  Limits& limits_;
  std::vector<std::unique_ptr<Object>> objects_;
};

inline bool is_nil(const Value& value) { return std::holds_alternative<std::monostate>(value); }
inline bool truthy(const Value& value) {
  const bool* boolean = std::get_if<bool>(&value);
  return boolean ? *boolean : !is_nil(value);
}
// The content of a value of that type; null for another type.
template <class T>
auto as(const Value& value) {
  if constexpr (std::is_base_of_v<Object, T>) {
    T* const* found = std::get_if<T*>(&value);
    return found ? *found : nullptr;
  } else {
    return std::get_if<T>(&value);
  }
}
std::optional<double> as_number(const Value& value);  // of an integer or a float

std::string class_name(const Value& value);
std::string type_text(const Value& value);  // as errors name it: nil, true, false, or the class
bool equal(const Value& a, const Value& b, Limits& limits);
std::partial_ordering compare(const Value& a, const Value& b, Limits& limits);  // Ruby's <=>

Value* find(Hash& hash, const Value& key, Limits& limits);  // null without it
void set(Hash& hash, const Value& key, const Value& value, Limits& limits);

std::string to_s(const Value& value, Limits& limits);
std::string inspect(const Value& value, Limits& limits);
std::string strftime(const Time& time, const std::string& format);
std::string quoted_text(std::string_view text);  // "as \"Ruby\" shows it"

}  // namespace kamal::erb
