// YAML to values, and back, by the reader of deploy.yml.
#include <cstdlib>

#include "erb/data.h"
#include "erb/interpreter.h"
#include "kamal/yaml/emitter.h"
#include "kamal/yaml/reader.h"

namespace kamal::erb {
namespace {

Value of_yaml(Interpreter& in, const kamal::Value& yaml, JsonKeys keys) {
  using Type = kamal::Value::Type;
  in.limits().step();
  const Limits::Level level(in.limits());
  switch (yaml.type()) {
    case Type::boolean:
      return yaml.boolean();
    case Type::integer:
      return yaml.integer();
    case Type::floating:
      return std::strtod(yaml.text().c_str(), nullptr);
    case Type::string:
      if (yaml.written().starts_with(':')) return in.heap().symbol(yaml.text());
      return in.heap().string(yaml.text());
    case Type::list: {
      std::vector<Value> items;
      for (const kamal::Value& item : yaml.list()) items.push_back(of_yaml(in, item, keys));
      return in.heap().array(std::move(items));
    }
    case Type::map: {
      auto* hash = in.heap().make<Hash>();
      for (const auto& [name, item] : yaml.map()) {
        const bool symbol = name.size() > 1 && name.starts_with(':');
        const Value key = symbol ? Value(in.heap().symbol(name.substr(1))) : key_of(in, name, keys);
        set(*hash, key, of_yaml(in, item, keys), in.limits());
      }
      return hash;
    }
    default:
      return {};
  }
}

kamal::Value to_yaml(Interpreter& in, const Value& value) {
  in.limits().step();
  const Limits::Level level(in.limits());
  in.limits().allocate(sizeof(kamal::Value));
  switch (kind_of(value)) {
    case Kind::nil:
      return {};
    case Kind::boolean:
      return kamal::Value(std::get<bool>(value));
    case Kind::integer:
      return kamal::Value(std::get<int64_t>(value));
    case Kind::floating:
      return kamal::Value(std::get<double>(value));
    case Kind::string:
      return kamal::Value(as<String>(value)->text);
    case Kind::symbol: {
      kamal::Value text(in.to_s(value));
      text.set_written(":" + in.to_s(value));
      return text;
    }
    case Kind::array: {
      kamal::Value::List list;
      for (const Value& item : as<Array>(value)->items) list.push_back(to_yaml(in, item));
      return kamal::Value(std::move(list));
    }
    case Kind::hash: {
      kamal::Value::Map map;
      for (const auto& [key, item] : as<Hash>(value)->entries) {
        const bool named = as<String>(key) || kind_of(key) == Kind::symbol;
        if (!named) in.beyond("YAML with such keys");
        map.emplace_back((as<String>(key) ? "" : ":") + in.to_s(key), to_yaml(in, item));
      }
      return kamal::Value(std::move(map));
    }
    default:
      in.beyond("YAML of " + class_name(value));
  }
}

}  // namespace

std::string yaml_text(Interpreter& in, const Value& value) { return yaml::emit(to_yaml(in, value)); }

Value parse_yaml(Interpreter& in, const std::string& text, const std::string& file, JsonKeys keys) {
  in.limits().allocate(text.size());
  try {
    return of_yaml(in, yaml::read(text, file).value, keys);
  } catch (const ConfigurationError& error) {
    in.raise("Psych::SyntaxError", error.what());
  }
}

}  // namespace kamal::erb
