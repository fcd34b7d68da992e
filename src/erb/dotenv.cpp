// Dotenv: files of variables into ENV, by the reader of secrets files.
#include "kamal/support/dotenv.h"
#include "erb/interpreter.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

enum class Existing { kept, replaced };
enum class Missing { ignored, raised };
enum class Target { environment, nothing };

struct Options {
  Existing existing = Existing::kept;
  Missing missing = Missing::ignored;
  Target target = Target::environment;
};

class File {
 public:
  File(Call& call, Existing existing) : call_(call), existing_(existing) {}

  // In the order of the text.
  std::vector<std::pair<std::string, std::string>> read(const std::string& text) {
    std::vector<std::string> names;
    for (const dotenv::Assignment& one : dotenv::read(text).assignments) {
      call_.limits().step();
      if (values_.count(one.name) == 0) names.push_back(one.name);
      const auto known = get(environment(), one.name);
      if (existing_ == Existing::kept && known && one.name != "DOTENV_LINEBREAK_MODE") {
        values_[one.name] = *known;
      } else if (one.exported && !one.value) {
        if (values_.count(one.name) == 0) {
          call_.raise("Dotenv::FormatError",
                      "Line " + std::to_string(one.line) + " has an unset variable: " + one.name);
        }
      } else {
        values_[one.name] = expanded(one.value.value_or(""));
      }
    }
    std::vector<std::pair<std::string, std::string>> values;
    for (const std::string& name : names) values.emplace_back(name, values_.at(name));
    return values;
  }

 private:
  EnvironmentMap& environment() { return call_.in.context().environment; }

  std::string value_of(const std::string& name) {
    const auto own = values_.find(name);
    return own != values_.end() ? own->second : get(environment(), name).value_or("");
  }

  std::string variables(const std::string& text) {
    return dotenv::expand_variables(text,
                                    [this](const dotenv::Reference& one) { return value_of(one.name); });
  }

  std::string expanded(const std::string& written) {
    const bool legacy = value_of("DOTENV_LINEBREAK_MODE") == "legacy";
    std::string value;
    for (const dotenv::Part& part :
         dotenv::parse_value(written, legacy ? dotenv::Escapes::line_breaks : dotenv::Escapes::kept)) {
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

std::optional<std::string> text_of(Call& c, const std::string& path, Missing missing) {
  try {
    return c.in.to_s(c.in.call(c.in.heap().constant("File"), "read", {c.string(path)}));
  } catch (const RubyError& raised) {
    const std::string& name = raised.error->class_name;
    if (missing == Missing::raised || (name != "Errno::ENOENT" && name != "Errno::EISDIR")) throw;
    return std::nullopt;
  }
}

Value load(Call& c, Options options) {
  const Hash* const given = c.take_options();
  if (truthy(c.option(given, "overwrite"))) options.existing = Existing::replaced;
  if (const Value ignore = c.option(given, "ignore"); kind_of(ignore) == Kind::boolean && !truthy(ignore)) {
    options.missing = Missing::raised;
  }
  std::vector<std::string> paths;
  for (size_t i = 0; i < c.count(); ++i) paths.push_back(c.path_arg(i));
  if (paths.empty()) paths.emplace_back(".env");
  if (options.existing == Existing::replaced) paths = {paths.rbegin(), paths.rend()};
  Hash* const all = c.new_hash();
  for (const std::string& path : paths) {
    const auto text = text_of(c, path, options.missing);
    if (!text) continue;
    for (const auto& [name, value] : File(c, options.existing).read(*text)) {
      set(*all, c.string(name), c.string(value), c.limits());
      if (options.target == Target::nothing) continue;
      EnvironmentMap& environment = c.in.context().environment;
      if (options.existing == Existing::replaced)
        environment[name] = value;
      else
        environment.try_emplace(name, value);
    }
  }
  return all;
}

Value parsed(Call& c) {
  const Hash* const options = c.take_options();
  if (c.count() == 0) c.raise("ArgumentError", "wrong number of arguments (given 0, expected 1)");
  const bool replaces = truthy(c.option(options, "overwrite"));
  Hash* const all = c.new_hash();
  for (const auto& [name, value] :
       File(c, replaces ? Existing::replaced : Existing::kept).read(c.string_arg(0)))
    set(*all, c.string(name), c.string(value), c.limits());
  return all;
}

Value require_keys(Call& c) {
  std::vector<Value> missing;
  for (const Value& key : as<Array>(c.in.call(c.array(c.args), "flatten", {}))->items) {
    if (c.in.context().environment.count(c.in.to_s(key)) == 0) missing.push_back(key);
  }
  if (missing.empty()) return {};
  const std::string word = missing.size() == 1 ? "key: " : "keys: ";
  c.raise("Dotenv::MissingKeys",
          "Missing required configuration " + word + c.in.inspect(c.array(std::move(missing))));
}

}  // namespace

const Methods& dotenv_functions() {
  static constexpr auto keep = [](Call& c) { return load(c, {}); };
  static constexpr auto overwrite = [](Call& c) { return load(c, {.existing = Existing::replaced}); };
  static constexpr auto overwrite_all = [](Call& c) {
    return load(c, {.existing = Existing::replaced, .missing = Missing::raised});
  };
  static const Methods methods = {
      {"Dotenv.load", 0, -1, keep},
      {"Dotenv.load!", 0, -1, [](Call& c) { return load(c, {.missing = Missing::raised}); }},
      {"Dotenv.overload", 0, -1, overwrite},
      {"Dotenv.overwrite", 0, -1, overwrite},
      {"Dotenv.overload!", 0, -1, overwrite_all},
      {"Dotenv.overwrite!", 0, -1, overwrite_all},
      {"Dotenv.require_keys", 0, -1, require_keys},
      {"Dotenv::Parser.call", 1, 2, parsed},
      {"Dotenv.parse", 0, -1, [](Call& c) { return load(c, {.target = Target::nothing}); }},
  };
  return methods;
}

}  // namespace kamal::erb
