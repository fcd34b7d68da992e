// Dotenv: files of variables into ENV, by the reader of secrets files.
#include "kamal/support/dotenv.h"
#include "erb/interpreter.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

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
  for (size_t i = 0; i < c.count(); ++i) paths.push_back(c.path_arg(i));
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

const Methods& dotenv_functions() {
  static constexpr auto overload = [](Call& c) { return load(c, Existing::replaced, Target::environment); };
  static const Methods methods = {
      {"Dotenv.load", 0, -1, [](Call& c) { return load(c, Existing::kept, Target::environment); }},
      {"Dotenv.overload", 0, -1, overload},
      {"Dotenv.parse", 0, -1, [](Call& c) { return load(c, Existing::kept, Target::nothing); }},
      {"Dotenv::Parser.call", 1, 1, parsed},
  };
  return methods;
}

}  // namespace kamal::erb
