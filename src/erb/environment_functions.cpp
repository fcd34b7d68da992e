// ENV.
#include <array>

#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

EnvironmentMap& environment(Call& c) { return c.in.context().environment; }

std::string checked_name(Call& c) {
  const std::string& name = c.string_arg(0);
  if (name.find('\0') != std::string::npos)
    c.raise("ArgumentError", "bad environment variable name: contains null byte");
  return name;
}

Value get(Call& c) {
  const auto value = kamal::get(environment(c), checked_name(c));
  return value ? c.string(*value) : Value();
}

Value fetch(Call& c) {
  const auto value = kamal::get(environment(c), checked_name(c));
  if (value) return c.string(*value);
  if (c.block) return c.yield({c.args[0]});
  if (c.count() > 1) return c.args[1];
  c.raise("KeyError", "key not found: " + c.in.inspect(c.args[0]));
}

Value take_out(Call& c) {
  const std::string name = checked_name(c);
  const auto value = kamal::get(environment(c), name);
  environment(c).erase(name);
  if (value) return c.string(*value);
  return c.block ? c.yield({c.args[0]}) : Value();
}

Value store(Call& c) {
  const std::string name = checked_name(c);
  if (kind_of(c.args[1]) == Kind::nil) return take_out(c), Value();
  const std::string& value = c.string_arg(1);
  if (value.find('\0') != std::string::npos)
    c.raise("ArgumentError", "bad environment variable value: contains null byte");
  if (name.empty() || name.find('=') != std::string::npos)
    c.raise("Errno::EINVAL", "Invalid argument - setenv(" + name + ")");
  c.limits().allocate(name.size() + value.size());
  environment(c)[name] = value;
  return c.args[1];
}

Value has_key(Call& c) { return environment(c).count(checked_name(c)) > 0; }

Value all(Call& c) {
  Hash* const hash = c.new_hash();
  for (const auto& [name, value] : environment(c)) set(*hash, c.string(name), c.string(value), c.limits());
  return hash;
}

// For what works on ENV as on a hash of it.
Value as_hash(Call& c) { return c.in.call(all(c), c.name, c.args, c.block); }

Value update(Call& c) {
  for (const auto& [name, value] : std::vector<Hash::Entry>(c.hash_arg(0).entries)) {
    c.in.call(c.self, "[]=", {name, value});
  }
  return c.self;
}

Methods all_methods() {
  Methods methods = {
      {"ENV.[]", 1, 1, get},           {"ENV.fetch", 1, 2, fetch},     {"ENV.[]=", 2, 2, store},
      {"ENV.store", 2, 2, store},      {"ENV.key?", 1, 1, has_key},    {"ENV.has_key?", 1, 1, has_key},
      {"ENV.include?", 1, 1, has_key}, {"ENV.member?", 1, 1, has_key}, {"ENV.update", 1, 1, update},
      {"ENV.merge!", 1, 1, update},    {"ENV.to_hash", 0, 0, all},     {"ENV.delete", 1, 1, take_out},
  };
  struct Shape {
    const char* name;
    int least;
    int most;
  };
  static constexpr std::array shapes = {Shape{"ENV.to_h", 0, 0},       Shape{"ENV.each", 0, 0},
                                        Shape{"ENV.each_pair", 0, 0},  Shape{"ENV.map", 0, 0},
                                        Shape{"ENV.select", 0, 0},     Shape{"ENV.filter", 0, 0},
                                        Shape{"ENV.reject", 0, 0},     Shape{"ENV.filter_map", 0, 0},
                                        Shape{"ENV.find", 0, 0},       Shape{"ENV.detect", 0, 0},
                                        Shape{"ENV.any?", 0, 1},       Shape{"ENV.all?", 0, 1},
                                        Shape{"ENV.none?", 0, 1},      Shape{"ENV.count", 0, 1},
                                        Shape{"ENV.keys", 0, 0},       Shape{"ENV.values", 0, 0},
                                        Shape{"ENV.values_at", 0, -1}, Shape{"ENV.slice", 0, -1},
                                        Shape{"ENV.except", 0, -1},    Shape{"ENV.sort", 0, 0},
                                        Shape{"ENV.sort_by", 0, 0},    Shape{"ENV.to_a", 0, 0},
                                        Shape{"ENV.length", 0, 0},     Shape{"ENV.size", 0, 0},
                                        Shape{"ENV.empty?", 0, 0},     Shape{"ENV.key", 1, 1},
                                        Shape{"ENV.value?", 1, 1},     Shape{"ENV.has_value?", 1, 1},
                                        Shape{"ENV.partition", 0, 0},  Shape{"ENV.group_by", 0, 0},
                                        Shape{"ENV.flat_map", 0, 0},   Shape{"ENV.each_with_object", 1, 1}};
  for (const Shape& shape : shapes) methods.push_back({shape.name, shape.least, shape.most, as_hash});
  return methods;
}

}  // namespace

const Methods& environment_functions() {
  static const Methods methods = all_methods();
  return methods;
}

}  // namespace kamal::erb
