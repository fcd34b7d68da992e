// ENV.
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

Value env_get(Call& c) {
  const auto value = kamal::get(environment(c), checked_name(c));
  return value ? c.string(*value) : Value();
}

Value env_fetch(Call& c) {
  const auto value = kamal::get(environment(c), checked_name(c));
  if (value) return c.string(*value);
  if (c.block) return c.yield({c.args[0]});
  if (c.count() > 1) return c.args[1];
  c.raise("KeyError", "key not found: " + c.in.inspect(c.args[0]));
}

Value env_remove(Call& c) {
  const std::string name = checked_name(c);
  const auto value = kamal::get(environment(c), name);
  environment(c).erase(name);
  return value ? c.string(*value) : Value();
}

Value env_store(Call& c) {
  const std::string name = checked_name(c);
  if (kind_of(c.args[1]) == Kind::nil) return env_remove(c), Value();
  const std::string& value = c.string_arg(1);
  if (value.find('\0') != std::string::npos)
    c.raise("ArgumentError", "bad environment variable value: contains null byte");
  if (name.empty() || name.find('=') != std::string::npos)
    c.raise("Errno::EINVAL", "Invalid argument - setenv(" + name + ")");
  c.limits().allocate(name.size() + value.size());
  environment(c)[name] = value;
  return c.args[1];
}

Value env_has_key(Call& c) { return environment(c).count(checked_name(c)) > 0; }

Value env_hash(Call& c) {
  Hash* const hash = c.new_hash();
  for (const auto& [name, value] : environment(c)) set(*hash, c.string(name), c.string(value), c.limits());
  return hash;
}

}  // namespace

const Methods& environment_functions() {
  static const Methods methods = {
      {"ENV.[]", 1, 1, env_get},           {"ENV.[]=", 2, 2, env_store},
      {"ENV.delete", 1, 1, env_remove},    {"ENV.fetch", 1, 2, env_fetch},
      {"ENV.has_key?", 1, 1, env_has_key}, {"ENV.include?", 1, 1, env_has_key},
      {"ENV.key?", 1, 1, env_has_key},     {"ENV.to_h", 0, 0, env_hash},
  };
  return methods;
}

}  // namespace kamal::erb
