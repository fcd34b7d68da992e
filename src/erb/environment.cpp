// ENV and Dotenv.
#include "erb/interpreter.h"
#include "kamal/support/dotenv.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

EnvironmentMap& environment(Call& c) { return c.in.context().environment; }

Value env_get(Call& c) {
  const auto value = kamal::get(environment(c), c.string_arg(0));
  return value ? c.string(*value) : Value();
}

Value env_fetch(Call& c) {
  const Value value = env_get(c);
  if (kind_of(value) != Kind::nil) return value;
  return without_value(c, "KeyError", "key not found: " + c.in.inspect(c.args[0]));
}

Value env_remove(Call& c) {
  const Value value = env_get(c);
  environment(c).erase(c.string_arg(0));
  return value;
}

Value env_store(Call& c) {
  const std::string& name = c.string_arg(0);
  if (kind_of(c.args[1]) == Kind::nil) return env_remove(c), Value();
  const std::string& value = c.string_arg(1);
  if (name.empty() || name.find('=') != std::string::npos)
    c.raise("Errno::EINVAL", "Invalid argument - setenv(" + name + ")");
  if ((name + value).find('\0') != std::string::npos)
    c.raise("ArgumentError", "bad environment variable: contains null byte");
  c.limits().allocate(name.size() + value.size());
  environment(c)[name] = value;
  return c.args[1];
}

Value env_has_key(Call& c) { return environment(c).count(c.string_arg(0)) > 0; }

// --- Dotenv: files of variables into ENV, by the reader of secrets files

enum class Target { environment, nothing };

// One file. A variable that is set already keeps its value.
class File {
 public:
  explicit File(Call& call) : call_(call), values_(call.new_hash()) {}

  Hash* read(const std::string& text) {
    const std::string mode = "DOTENV_LINEBREAK_MODE";
    if (environment().count(mode) > 0 || text.find(mode) != std::string::npos) call_.beyond(mode);
    for (const dotenv::Assignment& one : dotenv::read(text).assignments) {
      const Value name = call_.string(one.name);
      const auto known = kamal::get(environment(), one.name);
      if (known) {
        set(*values_, name, call_.string(*known), call_.limits());
      } else if (!one.exported || one.value) {
        set(*values_, name, call_.string(expanded(one.value.value_or(""))), call_.limits());
      } else if (find(*values_, name, call_.limits()) == nullptr) {
        call_.raise("Dotenv::FormatError",
                    "Line " + std::to_string(one.line) + " has an unset variable: " + one.name);
      }
    }
    return values_;
  }

 private:
  EnvironmentMap& environment() { return call_.in.context().environment; }

  std::string variables(const std::string& text) {
    return dotenv::expand_variables(text, [this](const dotenv::Reference& one) {
      const Value* const own = find(*values_, call_.string(one.name), call_.limits());
      return own ? call_.in.to_s(*own) : kamal::get(environment(), one.name).value_or("");
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
    return value;
  }

  Call& call_;
  Hash* values_;
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

Value load(Call& c, Target target) {
  if (c.take_options()) c.beyond("options of Dotenv");
  std::vector<std::string> paths;
  for (size_t i = 0; i < c.count(); ++i) paths.push_back(c.string_arg(i));
  if (paths.empty()) paths.emplace_back(".env");
  Hash* const all = c.new_hash();
  for (const std::string& path : paths) {
    const auto text = text_of(c, path);
    if (!text) continue;
    for (const auto& [name, value] : File(c).read(*text)->entries) {
      set(*all, name, value, c.limits());
      if (target == Target::environment) environment(c)[as<String>(name)->text] = as<String>(value)->text;
    }
  }
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
      {"Dotenv.load", 0, -1, [](Call& c) { return load(c, Target::environment); }},
      {"Dotenv.parse", 0, -1, [](Call& c) { return load(c, Target::nothing); }},
      {"Dotenv::Parser.call", 1, 1, [](Call& c) { return Value(File(c).read(c.string_arg(0))); }},
  };
  return methods;
}

}  // namespace kamal::erb
