// JSON to values, and back.
#include <cmath>

#include <nlohmann/json.hpp>

#include "erb/data.h"
#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

using Json = nlohmann::ordered_json;

constexpr int deepest_json = 100;  // as Ruby's

Value of_json(Interpreter& in, const Json& json, JsonKeys keys) {
  in.limits().step();
  const Limits::Level level(in.limits());
  switch (json.type()) {
    case Json::value_t::boolean:
      return json.get<bool>();
    case Json::value_t::number_integer:
      return json.get<int64_t>();
    case Json::value_t::number_unsigned:
      if (json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) in.beyond("a number beyond 64 bits");
      return json.get<int64_t>();
    case Json::value_t::number_float:
      return json.get<double>();
    case Json::value_t::string:
      return in.heap().string(json.get_ref<const std::string&>());
    case Json::value_t::array: {
      std::vector<Value> items;
      for (const Json& item : json) items.push_back(of_json(in, item, keys));
      return in.heap().array(std::move(items));
    }
    case Json::value_t::object: {
      auto* hash = in.heap().make<Hash>();
      for (const auto& [name, item] : json.items())
        set(*hash, key_of(in, name, keys), of_json(in, item, keys), in.limits());
      return hash;
    }
    default:
      return {};
  }
}

std::string json_string(std::string_view text) {
  constexpr std::string_view special = "\"\\\n\r\t\b\f";
  constexpr std::string_view names = "\"\\nrtbf";
  constexpr const char* hex = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    if (const size_t known = special.find(c); known != std::string_view::npos) {
      result += '\\';
      result += names[known];
    } else if (c >= 0 && c < 0x20) {
      result += std::string("\\u00") + hex[c >> 4] + hex[c & 15];
    } else {
      result += c;
    }
  }
  return result + "\"";
}

// Compact without an indentation.
class Writer {
 public:
  Writer(Interpreter& in, bool pretty) : in_(in), pretty_(pretty) {}

  void write(const Value& value, int depth) {
    in_.limits().step();
    const Limits::Level level(in_.limits());
    if (depth > deepest_json)
      in_.raise("JSON::NestingError", "nesting of " + std::to_string(depth) + " is too deep");
    const size_t before = text_.size();
    switch (kind_of(value)) {
      case Kind::nil:
        text_ += "null";
        break;
      case Kind::boolean:
      case Kind::integer:
        text_ += in_.to_s(value);
        break;
      case Kind::floating:
        if (!std::isfinite(std::get<double>(value)))
          in_.raise("JSON::GeneratorError", in_.to_s(value) + " not allowed in JSON");
        text_ += in_.to_s(value);
        break;
      case Kind::array:
        list(as<Array>(value)->items, depth + 1);
        return;
      case Kind::hash:
        map(*as<Hash>(value), depth + 1);
        return;
      default:
        text_ += json_string(in_.to_s(value));
        break;
    }
    in_.limits().allocate(text_.size() - before);
  }
  std::string take() { return std::move(text_); }

 private:
  void list(const std::vector<Value>& items, int depth) {
    if (items.empty()) {
      text_ += "[]";
      return;
    }
    text_ += '[';
    for (size_t i = 0; i < items.size(); ++i) {
      separate(i, depth);
      write(items[i], depth);
    }
    close(']', depth);
  }

  void map(const Hash& hash, int depth) {
    if (hash.entries.empty()) {
      text_ += "{}";
      return;
    }
    text_ += '{';
    for (size_t i = 0; i < hash.entries.size(); ++i) {
      separate(i, depth);
      const std::string key = in_.to_s(hash.entries[i].first);
      in_.limits().allocate(key.size());
      text_ += json_string(key) + (pretty_ ? ": " : ":");
      write(hash.entries[i].second, depth);
    }
    close('}', depth);
  }

  void separate(size_t index, int depth) {
    if (index > 0) text_ += ',';
    if (pretty_) text_ += "\n" + std::string(2 * static_cast<size_t>(depth), ' ');
  }

  void close(char bracket, int depth) {
    if (pretty_) text_ += "\n" + std::string(2 * static_cast<size_t>(depth - 1), ' ');
    text_ += bracket;
  }

  Interpreter& in_;
  bool pretty_;
  std::string text_;
};

}  // namespace

Value key_of(Interpreter& in, const std::string& name, JsonKeys keys) {
  return keys == JsonKeys::symbols ? Value(in.heap().symbol(name)) : in.heap().string(name);
}

std::string json_text(Interpreter& in, const Value& value, JsonForm form) {
  Writer writer(in, form == JsonForm::pretty);
  writer.write(value, 0);
  return writer.take();
}

Value parse_json(Interpreter& in, std::string_view text, JsonKeys keys) {
  in.limits().allocate(text.size());
  bool too_deep = false;
  const auto check = [&](int depth, Json::parse_event_t event, Json&) {
    in.limits().allocate(sizeof(Json));
    const bool opens =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    if (opens) {
      in.limits().allocate(sizeof(Json) + 64);
      if (depth >= deepest_json) too_deep = true;
    }
    return !too_deep;
  };
  Json json;
  try {
    json = Json::parse(text, check, true, true);
  } catch (const Json::parse_error& error) {
    // What was read stays out of the message: it may be a vault's answer.
    in.raise("JSON::ParserError",
             text.find_first_not_of(" \t\r\n") == std::string_view::npos
                 ? "unexpected end of input"
                 : "no JSON: unexpected character at byte " + std::to_string(error.byte));
  }
  if (too_deep) in.raise("JSON::NestingError", "nesting of 101 is too deep");
  return of_json(in, json, keys);
}

}  // namespace kamal::erb
