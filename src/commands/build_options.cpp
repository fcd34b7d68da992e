#include "commands/build_options.h"

#include <array>

#include "commands/arguments.h"
#include "kamal/support/strings.h"

namespace kamal::commands {
namespace {

struct CacheTexts {
  std::string to;
  std::string from;
};

// Options with which buildx reads a GitHub Actions cache; the others only concern writing it.
std::string options_for_reading(const std::string& options) {
  static constexpr std::array names = {"url=", "url_v2=", "token=", "scope=", "timeout="};
  std::vector<std::string> kept;
  for (const std::string& option : split(options, ',')) {
    for (const char* name : names) {
      if (option.starts_with(name)) kept.push_back(option);
    }
  }
  return join(kept, ",");
}

std::string with(const std::string& text, const std::string& options) {
  return options.empty() ? text : text + "," + options;
}

CacheTexts cache_texts(const BuildJob& job, const config::BuildCache& cache) {
  const std::string options = cache.options.value_or("");
  if (cache.type == "gha") return {with("type=gha", options), with("type=gha", options_for_reading(options))};
  const std::string image = cache.image.value_or(job.config.image + "-build-cache");
  const std::string server = job.config.registry.server ? *job.config.registry.server + "/" : "";
  const std::string place = "type=registry,ref=" + server + image;
  return {with(place, options), place};
}

// A cache may have its own token.
Argument cache_argument(const std::string& text) {
  const Argument argument = raw_word(text);
  if (text.find("token=") == std::string::npos) return argument;
  return Argument::sensitive_expanding(argument.text(), "[REDACTED]");
}

Arguments cache_options(const BuildJob& job) {
  const std::optional<config::BuildCache>& cache = job.settings().cache;
  if (!cache || (cache->type != "gha" && cache->type != "registry")) return {};
  const CacheTexts texts = cache_texts(job, *cache);
  return {"--cache-to", cache_argument(texts.to), "--cache-from", cache_argument(texts.from)};
}

void add_option(Command& command, const char* option, const std::optional<std::string>& value) {
  if (value && !strip(*value).empty()) command.add(Arguments{option, raw_word(*value)});
}

}  // namespace

Arguments platform_options(const std::vector<std::string>& arches) {
  if (arches.empty()) return {};
  std::vector<std::string> platforms;
  for (const std::string& arch : arches) platforms.push_back("linux/" + arch);
  return {"--platform", join(platforms, ",")};
}

Arguments tag_options(const BuildJob& job, Tagging tagging) {
  const std::string suffix = tagging == Tagging::dirty ? "-dirty" : "";
  return {"-t", job.config.absolute_image(job.version) + suffix, "-t", job.config.latest_image() + suffix};
}

void add_build_options(Command& command, const BuildJob& job) {
  const config::Builder& settings = job.settings();
  command.add(cache_options(job)).add(Arguments{"--label", "service=" + job.config.service});
  command.add(hidden_values("--build-arg", job));
  for (const std::string& secret : settings.secrets) command.add(Arguments{"--secret", "id=" + secret});
  command.add(Arguments{"--file", raw_word(settings.dockerfile)});
  add_option(command, "--target", settings.target);
  add_option(command, "--ssh", settings.ssh);
  add_option(command, "--provenance", settings.provenance);
  add_option(command, "--sbom", settings.sbom);
}

Arguments hidden_values(const std::string& option, const BuildJob& job) {
  Arguments arguments;
  for (const auto& [name, value] : job.settings().args) {
    arguments.emplace_back(option);
    if (strip(value).empty()) {
      arguments.emplace_back(name);  // the value comes from this machine's environment
    } else {
      arguments.push_back(
          Argument::sensitive_expanding(name + "=" + on_one_line(value), name + "=[REDACTED]"));
    }
  }
  return arguments;
}

Arguments driver_options(const BuildJob& job) {
  return job.config.registry.local() ? Arguments{"--driver-opt", "network=host"} : Arguments{};
}

void add_secrets(Command& command, const BuildJob& job, const Secrets& secrets) {
  for (const std::string& name : job.settings().secrets) {
    command.with_env(name, secrets.get(name, "builder/secrets"));
  }
}

}  // namespace kamal::commands
