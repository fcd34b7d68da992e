// ENV and Dotenv.
#include "erb/interpreter.h"
#include "kamal/support/dotenv.h"
#include "kamal/support/strings.h"

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

// --- Dotenv: files of variables into ENV, by the reader of secrets files

enum class Existing { kept, replaced };
enum class Target { environment, nothing };

// The values of one file, in the order of its text. A variable that is set already keeps its value or not.
class File {
 public:
  File(Call& call, Existing existing) : call_(call), existing_(existing) {}

  std::vector<std::pair<std::string, std::string>> read(const std::string& text) {
    const std::string mode = "DOTENV_LINEBREAK_MODE";
    if (environment().count(mode) > 0 || text.find(mode) != std::string::npos) call_.beyond(mode);
    std::vector<std::string> names;
    for (const dotenv::Assignment& one : dotenv::read(text).assignments) {
      call_.limits().step();
      const bool again = values_.count(one.name) > 0;
      if (!again) names.push_back(one.name);
      const auto known = get(environment(), one.name);
      if (existing_ == Existing::kept && known)
        values_[one.name] = *known;
      else if (!one.exported || one.value)
        values_[one.name] = expanded(one.value.value_or(""));
      else if (!again)
        fail(one);
    }
    std::vector<std::pair<std::string, std::string>> values;
    for (const std::string& name : names) values.emplace_back(name, values_.at(name));
    return values;
  }

 private:
  EnvironmentMap& environment() { return call_.in.context().environment; }

  [[noreturn]] void fail(const dotenv::Assignment& unset) {
    call_.raise("Dotenv::FormatError",
                "Line " + std::to_string(unset.line) + " has an unset variable: " + unset.name);
  }

  std::string variables(const std::string& text) {
    return dotenv::expand_variables(text, [this](const dotenv::Reference& one) {
      const auto own = values_.find(one.name);
      return own != values_.end() ? own->second : get(environment(), one.name).value_or("");
    });
  }

  std::string expanded(const std::string& written) {
    std::string value;
    for (const dotenv::Part& part : dotenv::parse_value(written, dotenv::Escapes::kept)) {
      if (part.kind == dotenv::Part::Kind::literal)
        value += part.text;
      else if (part.kind == dotenv::Part::Kind::text)
        value += variables(part.text);
      else
        value += chomp(call_.in.run_command(variables(part.text)));
    }
    call_.limits().allocate(value.size());
    return value;
  }

  Call& call_;
  Existing existing_;
  std::map<std::string, std::string> values_;
};

// Files that are not there are passed over.
std::optional<std::string> text_of(Call& c, const std::string& path) {
  try {
    return c.in.to_s(c.in.call(c.in.heap().constant("File"), "read", {c.string(path)}));
  } catch (const RubyError& raised) {
    const std::string& name = raised.error->class_name;
    if (name != "Errno::ENOENT" && name != "Errno::EISDIR") throw;
    return std::nullopt;
  }
}

Value load(Call& c, Existing existing, Target target) {
  if (c.take_options()) c.beyond("options of Dotenv");
  std::vector<std::string> paths;
  for (size_t i = 0; i < c.count(); ++i) paths.push_back(c.string_arg(i));
  if (paths.empty()) paths.emplace_back(".env");
  if (existing == Existing::replaced) paths = {paths.rbegin(), paths.rend()};
  Hash* const all = c.new_hash();
  for (const std::string& path : paths) {
    const auto text = text_of(c, path);
    if (!text) continue;
    for (const auto& [name, value] : File(c, existing).read(*text)) {
      set(*all, c.string(name), c.string(value), c.limits());
      EnvironmentMap& environment = c.in.context().environment;
      if (target == Target::environment && (existing == Existing::replaced || environment.count(name) == 0))
        environment[name] = value;
    }
  }
  return all;
}

Value parsed(Call& c) {
  Hash* const all = c.new_hash();
  for (const auto& [name, value] : File(c, Existing::kept).read(c.string_arg(0)))
    set(*all, c.string(name), c.string(value), c.limits());
  return all;
}

}  // namespace

const Methods& environment_methods() {
  static const Methods methods = {
      {"ENV.[]", 1, 1, env_get},
      {"ENV.[]=", 2, 2, env_store},
      {"ENV.delete", 1, 1, env_remove},
      {"ENV.fetch", 1, 2, env_fetch},
      {"ENV.key?", 1, 1, env_has_key},
      {"Dotenv.load", 0, -1, [](Call& c) { return load(c, Existing::kept, Target::environment); }},
      {"Dotenv.overload", 0, -1, [](Call& c) { return load(c, Existing::replaced, Target::environment); }},
      {"Dotenv.parse", 0, -1, [](Call& c) { return load(c, Existing::kept, Target::nothing); }},
      {"Dotenv::Parser.call", 1, 1, parsed},
  };
  return methods;
}

}  // namespace kamal::erb
