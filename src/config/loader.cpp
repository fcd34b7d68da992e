#include "kamal/config/loader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "config/access.h"
#include "config/rules.h"
#include "config/schema/validate.h"
#include "config/sections.h"
#include "config/source_files.h"
#include "kamal/erb/template.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"
#include "kamal/yaml/reader.h"

namespace kamal::config {
namespace {

namespace fs = std::filesystem;

// Far above any configuration; keeps a wrong -c from exhausting memory.
constexpr size_t max_file_bytes = 2 * 1024 * 1024;

[[noreturn]] void refuse(const fs::path& file, std::string message) {
  throw ConfigurationError({Problem{{file.string(), 0}, "", std::move(message)}});
}

void check_size(size_t size, const fs::path& file, std::string_view what) {
  if (size <= max_file_bytes) return;
  refuse(file, std::string(what) + " exceeds the limit of 2 MiB");
}

// Also reads pipes (`-c /dev/fd/63`), so the size is only known while reading.
std::string read_bounded(const fs::path& file) {
  if (fs::is_directory(file)) refuse(file, "is a directory, not a YAML file");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) refuse(file, std::string("could not be read: ") + std::strerror(errno));
  std::string text(max_file_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(stream.gcount()));
  check_size(text.size(), file, "the file");
  return text;
}

fs::path destination_file(const fs::path& base, const Destination& destination) {
  fs::path file = base;
  return file.replace_extension("." + destination.str() + ".yml");
}

std::string missing_base() {
  return "no such file (run `kamal init`, change to the project directory or pass --config-file)";
}

std::string missing_destination(const fs::path& base, const Destination& destination) {
  const auto names = destinations_beside(base);
  if (names.empty()) return "no such file (it holds the settings of the destination)";
  return "no such file" +
         suggestion(destination.str(), names, "available destinations: " + join(names, ", "));
}

// The root's keys may be written as symbols (`:service: shop`), too.
void strip_symbols(Value& root) {
  for (auto& [name, value] : root.map()) name = plain_name(name);
}

// `name`, with a hint if the lines of `rendered` differ from those of `source`.
std::string name_of_rendered(const std::string& name, std::string_view source, std::string_view rendered) {
  const auto lines = [](std::string_view text) { return std::count(text.begin(), text.end(), '\n'); };
  return lines(source) == lines(rendered) ? name : name + " (after ERB)";
}

enum class Content { required, optional };

yaml::Document read_configuration_file(const fs::path& file, Content content, TemplateContext& context,
                                       SourceFiles& sources) {
  const std::string name = file.string();
  const std::string source = read_bounded(file);
  sources.add(name, source);
  yaml::check_text(source, name);
  const std::string text = render_template(source, name, context);
  sources.set_rendered(text);
  check_size(text.size(), file, "the rendered template");
  yaml::Document document = yaml::read(text, name_of_rendered(name, source, text));
  if (document.value.is_null() && content == Content::optional)
    document.value = Value(Value::Type::map, {name, 0});
  if (document.value.is_null()) refuse(file, "file is empty (needs service, image, servers and registry)");
  if (!document.value.is_map()) {
    const char* kind = document.value.is_list() ? "a list" : "a string";
    refuse(file, std::string("must be a map of settings (such as service: shop), not ") + kind);
  }
  strip_symbols(document.value);
  schema::remove_commented_out(document.value, document.warnings);
  return document;
}

void tell_destination(const std::optional<Destination>& destination, EnvironmentMap& environment) {
  if (destination) {
    environment["KAMAL_DESTINATION"] = destination->str();
  } else {
    environment.erase("KAMAL_DESTINATION");
  }
}

}  // namespace

std::vector<std::string> destinations_beside(const fs::path& base) {
  std::vector<std::string> names;
  const std::string prefix = base.stem().string() + ".";
  std::error_code error;
  const fs::path directory = base.has_parent_path() ? base.parent_path() : fs::path(".");
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".yml") && name.size() > prefix.size() + 4) {
      names.push_back(name.substr(prefix.size(), name.size() - prefix.size() - 4));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

namespace {

Value read_files(const LoadOptions& options, EnvironmentMap& environment, Processes& processes,
                 SourceFiles& sources, std::vector<Problem>* warnings) {
  tell_destination(options.destination, environment);
  TemplateContext context = template_context(environment, processes, options.print);
  context.arguments = options.arguments;
  context.wait = options.wait;
  std::vector<Problem> problems;
  Value merged(Value::Type::map, {options.config_file.string(), 0});
  const auto read = [&](const fs::path& file, Content content, const std::string& when_missing) {
    try {
      if (!fs::exists(file)) refuse(file, when_missing);
      yaml::Document document = read_configuration_file(file, content, context, sources);
      merged = merge_destination(std::move(merged), document.value);
      if (warnings) warnings->insert(warnings->end(), document.warnings.begin(), document.warnings.end());
    } catch (const ConfigurationError& error) {
      if (error.problems().empty()) throw;
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  };
  read(options.config_file, Content::required, missing_base());
  if (options.destination) {
    read(destination_file(options.config_file, *options.destination), Content::optional,
         missing_destination(options.config_file, *options.destination));
  }
  if (!problems.empty()) throw ConfigurationError(sources.with_excerpts(std::move(problems)));
  merged.set_mark({options.config_file.string(), 0});
  environment = std::move(context.environment);
  return merged;
}

}  // namespace

Value load_raw_configuration(const LoadOptions& options, EnvironmentMap& environment, Processes& processes,
                             std::vector<Problem>* warnings) {
  SourceFiles sources;
  return read_files(options, environment, processes, sources, warnings);
}

Configuration load_configuration(const LoadOptions& options, EnvironmentMap& environment,
                                 Processes& processes) {
  SourceFiles sources;
  std::vector<Problem> warnings;
  const Value raw = read_files(options, environment, processes, sources, &warnings);
  try {
    Configuration configuration = build_configuration(raw, options);
    configuration.warnings.insert(configuration.warnings.begin(), warnings.begin(), warnings.end());
    return configuration;
  } catch (const ConfigurationError& error) {
    if (error.problems().empty()) throw;
    throw ConfigurationError(sources.with_excerpts(error.problems()));
  }
}

Configuration build_configuration(const Value& raw, const LoadOptions& options) {
  Report report;
  schema::validate(raw, report);
  Configuration configuration = assemble(raw, options.destination);
  check_rules(raw, configuration, options, report);
  if (!report.errors.empty()) throw ConfigurationError(std::move(report.errors));
  configuration.warnings = std::move(report.warnings);
  return configuration;
}

}  // namespace kamal::config
