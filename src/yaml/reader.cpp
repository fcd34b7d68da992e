#include "kamal/yaml/reader.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "kamal/support/encoding.h"
#include "kamal/yaml/value.h"
#include "yaml/libyaml.h"
#include "yaml/scalar.h"

namespace kamal::yaml {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

[[noreturn]] void fail(const Mark& mark, const std::string& message) {
  throw ConfigurationError({Problem{mark, "", message}});
}

}  // namespace

void check_text(std::string_view text, const std::string& file) {
  int line = 1, column = 1;
  while (!text.empty()) {
    const size_t length = utf8_character_size(text);
    if (length == 0 || is_control(text[0])) {
      const std::string what = length == 0 ? "invalid UTF-8" : "invalid control character";
      fail({file, line, column}, what + "; not a text file (use YAML in UTF-8)");
    }
    column += static_cast<int>(length);
    if (text[0] == '\n') {
      ++line;
      column = 1;
    }
    text.remove_prefix(length);
  }
}

namespace {

enum class Origin { written, alias };

// The cost of a value and everything in it.
struct Size {
  size_t values = 0;
  size_t text = 0;
};

enum class ScalarKind { plain, quoted, text };  // text: marked as such by a tag

struct Key {
  std::string text;
  Mark mark;
  ScalarKind kind;
  size_t position = 0;
};

enum class Source { entry, merge };  // an explicit key, or one merged by <<

struct Slot {
  size_t position;
  Source source;
};

// A list or map that is being filled.
struct Collection {
  Value value;
  YAML::anchor_t anchor = 0;
  bool block = false;  // written without brackets or braces
  Size spent_before{};
  std::optional<Key> key;                       // of the entry whose value comes next
  std::unordered_map<std::string, Slot> index;  // of a map's keys
};

bool is_text_tag(const std::string& tag) {
  return tag == "tag:yaml.org,2002:str" || tag == "!str" || tag.starts_with("!ruby/string");
}

bool is_symbol_tag(const std::string& tag) { return tag.starts_with("!ruby/sym"); }

Value symbol(const std::string& name) {
  Value value(name);
  value.set_source_text(":" + name);
  return value;
}

bool is_binary_tag(const std::string& tag) { return tag == "!binary" || tag == "tag:yaml.org,2002:binary"; }

bool is_ruby_object(const std::string& tag) {
  return tag.starts_with("!ruby/") && !is_text_tag(tag) && !is_symbol_tag(tag) &&
         !tag.starts_with("!ruby/array") && !tag.starts_with("!ruby/hash");
}

class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view source, const std::string& file, const Limits& limits)
      : source_(source), file_(file), limits_(limits) {}

  Document take() { return std::move(document_); }

  // yaml-cpp ends a document at anything that does not belong in it: only another document may follow, which
  // is ignored.
  struct EndOfFirstDocument {};
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (!std::exchange(in_first_document_, true)) return;
    if (!starts_another_document(source_, position(mark)))
      fail(here(mark), "invalid YAML: does not belong to what comes before (check the indentation)");
    throw EndOfFirstDocument{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_lone_key(mark);
    position_ = position(mark);
    add_scalar(Value(), {file_, mark.line + 1}, anchor,
               ScalarKind::plain);  // the mark is that of the next token
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& parsed) override {
    const Mark at = here(mark);
    const std::string text = with_whole_characters(parsed);
    position_ = position(mark);
    if (tag == "!" && !quote_is_closed(source_, position_)) fail(at, "unterminated quote");
    if (tag == "!") return add_scalar(Value(text), at, anchor, ScalarKind::quoted);
    if (is_text_tag(tag)) return add_scalar(Value(text), at, anchor, ScalarKind::text);
    if (is_symbol_tag(tag)) return add_scalar(symbol(text), at, anchor, ScalarKind::plain);
    if (is_binary_tag(tag))
      return add_scalar(Value(base64_decode(text).value_or(text)), at, anchor, ScalarKind::text);
    refuse_ruby_object(tag, at);
    add_scalar(read_plain_scalar(text), at, anchor, ScalarKind::plain);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    position_ = position(mark);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) fail(here(mark), "circular alias");
    spend(found->second.second, here(mark));
    Value value = found->second.first;
    value.set_mark(here(mark));
    if (wants_key()) {
      take_key(value, ScalarKind::plain);
    } else {
      add(std::move(value), Origin::alias);
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Value(Value::Type::list, here(mark)), tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Value(Value::Type::map, here(mark)), tag, anchor, style);
  }
  void OnMapEnd() override { close(); }

 private:
  static size_t position(const YAML::Mark& mark) { return mark.pos < 0 ? 0 : static_cast<size_t>(mark.pos); }

  Mark here(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  // Problems with an entry are reported on the line of its key.
  static Mark entry_mark(const Mark& key, const Value& value) {
    Mark mark = key;
    mark.key_column = key.column;
    const Mark& own = value.mark();
    if (value.is_scalar() && own.line == key.line && own.column > 0) mark.column = own.column;
    return mark;
  }

  // yaml-cpp takes a last line without a colon for a key without a value.
  void refuse_lone_key(const YAML::Mark& mark) const {
    if (open_.empty() || !open_.back().block || !open_.back().key) return;
    const Key& key = *open_.back().key;
    if (key.position == position(mark)) fail(key.mark, "missing colon after " + key.text);
  }

  void refuse_ruby_object(const std::string& tag, const Mark& mark) const {
    if (is_ruby_object(tag))
      fail(mark, tag + " creates a Ruby object, which is not supported (write plain YAML)");
  }

  void spend(const Size& size, const Mark& mark) {
    spent_.values += size.values;
    spent_.text += size.text;
    if (spent_.values > limits_.values || spent_.text > limits_.text) {
      fail(mark, "file too large: the limit is " + std::to_string(limits_.values) + " values and " +
                     std::to_string(limits_.text) + " bytes of text after alias expansion");
    }
  }

  bool wants_key() const { return !open_.empty() && open_.back().value.is_map() && !open_.back().key; }

  void add_scalar(Value value, const Mark& mark, YAML::anchor_t anchor, ScalarKind kind) {
    value.set_mark(mark);
    const Size size{1, value.text().size()};
    spend(size, mark);
    if (anchor != 0) anchors_[anchor] = {value, size};
    if (wants_key()) {
      take_key(value, kind);
    } else {
      add(std::move(value), Origin::written);
    }
  }

  void take_key(const Value& value, ScalarKind kind) {
    if (!value.is_scalar()) fail(value.mark(), "a list or map cannot be a key");
    if (value.is_null()) fail(value.mark(), "empty key (quote ~ if it is meant as a name)");
    std::string text = value.text();
    const bool symbol = value.is_string() && value.source_text().starts_with(':');
    if (symbol) {
      text = ":" + text;
    } else if (!value.source_text().empty()) {
      warn(value.mark(),
           "YAML reads the key " + value.source_text() + " as " + text + " (quote it to keep it as is)");
    }
    open_.back().key = Key{std::move(text), value.mark(), kind, position_};
  }

  void open(Value value, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
    if (wants_key()) fail(value.mark(), "a list or map cannot be a key");
    refuse_ruby_object(tag, value.mark());
    const Size before = spent_;
    spend({1, 0}, value.mark());
    if (open_.size() >= limits_.depth) {
      fail(value.mark(), "lists and maps nested deeper than " + std::to_string(limits_.depth) + " levels");
    }
    Collection collection;
    collection.value = std::move(value);
    collection.anchor = anchor;
    collection.block = style == YAML::EmitterStyle::Block;
    collection.spent_before = before;
    open_.push_back(std::move(collection));
  }

  void close() {
    Collection collection = std::move(open_.back());
    open_.pop_back();
    const Size size{spent_.values - collection.spent_before.values,
                    spent_.text - collection.spent_before.text};
    if (collection.anchor != 0) anchors_[collection.anchor] = {collection.value, size};
    add(std::move(collection.value), Origin::written);
  }

  void add(Value value, Origin origin) {
    if (open_.empty()) {
      document_.value = std::move(value);
    } else if (Collection& collection = open_.back(); collection.value.is_list()) {
      collection.value.list().push_back(std::move(value));
    } else {
      add_entry(collection, std::move(value), origin);
    }
  }

  void add_entry(Collection& map, Value value, Origin origin) {
    const Key key = *std::exchange(map.key, std::nullopt);
    // A quoted "<<" merges, too; only a tag prevents that.
    if (key.text == "<<" && key.kind != ScalarKind::text && merge(map, value, key.mark, origin)) return;
    value.set_mark(entry_mark(key.mark, value));
    warn_of_duplicate(map, key);
    put(map, key.text, std::move(value), Source::entry);
  }

  void warn_of_duplicate(const Collection& map, const Key& key) {
    const auto found = map.index.find(key.text);
    if (found == map.index.end() || found->second.source == Source::merge) return;
    const int line = map.value.map()[found->second.position].second.mark().line;
    warn(key.mark, "duplicate key " + key.text + ", overrides line " + std::to_string(line));
  }

  void put(Collection& map, const std::string& key, Value value, Source source) {
    const auto [found, added] = map.index.emplace(key, Slot{map.value.map().size(), source});
    if (added) {
      map.value.map().emplace_back(key, std::move(value));
    } else {
      map.value.map()[found->second.position].second = std::move(value);
      found->second.source = source;
    }
  }

  // `<<: *map` or `<<: [ *map, *map ]`; the first of a list wins. Is it one?
  bool merge(Collection& map, const Value& value, const Mark& mark, Origin origin) {
    if (value.is_map()) {
      merge_map(map, value, mark);
      return true;
    }
    if (!value.is_list() || origin == Origin::alias) return false;
    Collection merged;
    merged.value = Value(Value::Type::map, mark);
    for (auto item = value.list().rbegin(); item != value.list().rend(); ++item) {
      if (!item->is_map()) return false;
      for (const auto& [name, entry] : item->map()) put(merged, name, entry, Source::merge);
    }
    merge_map(map, merged.value, mark);
    return true;
  }

  void merge_map(Collection& map, const Value& other, const Mark& mark) {
    for (const auto& [name, entry] : other.map()) {
      const auto found = map.index.find(name);
      if (found != map.index.end() && found->second.source == Source::entry) {
        warn(mark, "<< after the key " + name + " overrides it (put << first)");
      }
      put(map, name, entry, Source::merge);
    }
  }

  void warn(const Mark& mark, std::string message) {
    document_.warnings.push_back({mark, "", std::move(message)});
  }

  std::string_view source_;
  const std::string& file_;
  const Limits limits_;
  Document document_;
  std::vector<Collection> open_;
  std::unordered_map<YAML::anchor_t, std::pair<Value, Size>> anchors_;
  Size spent_{0, 0};
  bool in_first_document_ = false;
  size_t position_ = 0;  // of the current event, in the source
};

}  // namespace

Document read(std::string_view text, const std::string& file, const Limits& limits) {
  check_text(text, file);
  text = without_byte_order_mark(text);  // positions do not count it
  std::istringstream stream{std::string(text)};
  Builder builder(text, file, limits);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Builder::EndOfFirstDocument&) {
  } catch (const YAML::Exception& error) {
    Mark mark{file};
    if (!error.mark.is_null()) mark = {file, error.mark.line + 1, error.mark.column + 1};
    if (error.msg != YAML::ErrorMsg::UNKNOWN_ANCHOR)
      mark.column = tab_in_indentation(text, mark.line).value_or(mark.column);
    fail(mark, "invalid YAML: " + explain(error, text, mark.line));
  }
  return builder.take();
}

}  // namespace kamal::yaml
