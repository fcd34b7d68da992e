#include <sys/utsname.h>

#include <algorithm>
#include <cctype>

#include "config/access.h"
#include "config/rules.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

// This machine's architecture, in docker's terms, which it builds natively.
std::string machine_architecture() {
  utsname name{};
  if (uname(&name) != 0) return "";
  const std::string machine = name.machine;
  return machine == "x86_64" ? "amd64" : machine == "aarch64" ? "arm64" : machine;
}

void check_jump(const Value& ssh, Report& report) {
  if (setting_at(&ssh, "proxy") && ssh.has("proxy_command")) {
    report.warn("ssh/proxy_command", ssh.find("proxy_command")->mark(), "is ignored because proxy is set");
  }
}

void check_key_data(const Value& ssh, Report& report) {
  const Value* data = ssh.find("key_data");
  for (const std::string& text : texts_of(data)) {
    if (text.find("PRIVATE KEY-----") == std::string::npos) continue;
    report.warn("ssh/key_data", data->mark(),
                "contains a private key, which Kamal 3 no longer accepts (use the name of a secret)");
  }
}

}  // namespace

void check_builder(const Value& raw, const Configuration& configuration, Report& report) {
  const Value* section = raw.find("builder");
  if (!section || !section->is_map()) return;
  const Builder& builder = configuration.builder;
  if (const Value* arch = section->find("arch"); arch && arch->is_blank()) {
    report.error("builder/arch", arch->mark(), "must be amd64, arm64 or both, not empty");
  }
  if (builder.pack && builder.arches.size() > 1) {
    report.error("builder/pack", section->find("pack")->mark(),
                 "requires a single architecture (set one in builder/arch)");
  }
  if (!builder.local_enabled && !present_at(section, "remote")) {
    report.error("builder/local", section->find("local")->mark(),
                 "is false, but no remote builder is configured (set builder/remote)");
  }
  const bool over_ssh = builder.remote && builder.remote->starts_with("ssh://");
  if (configuration.registry.local() && !over_ssh && builder.builds_remotely(machine_architecture())) {
    report.error("builder/remote", section->find("remote")->mark(),
                 "must be ssh://USER@HOST to reach a local registry");
  }
}

void check_output(const Value& raw, Report& report) {
  const auto is_of_url = [](char c) { return is_alphanumeric(c, "-._~:/?#[]@!$&'()*+,;=%"); };
  const Value* const endpoint = find_in(find_in(raw.find("output"), "otel"), "endpoint");
  if (!endpoint || !endpoint->is_string()) return;
  if (std::ranges::all_of(endpoint->text(), is_of_url)) return;
  report.error("output/otel/endpoint", endpoint->mark(),
               "must be a URL (such as http://otel.example.com:4318)");
}

void check_connection(const Value& raw, Report& report) {
  const Value* ssh = raw.find("ssh");
  if (!ssh || !ssh->is_map()) return;
  if (const Value* port = ssh->find("port"); port && port->is_scalar() && !port->is_null()) {
    const auto number = integer_of(port);
    if (!number || *number < 1 || *number > 65535) {
      report.error("ssh/port", port->mark(), "must be a port from 1 to 65535");
    }
  }
  if (const Value* config = ssh->find("config");
      config && config->is_scalar() && !config->is_null() && !config->is_string() && !config->is_boolean()) {
    report.error("ssh/config", config->mark(),
                 "must be true, false, a string or a list of strings, not a number");
  }
  check_jump(*ssh, report);
  check_key_data(*ssh, report);
}

namespace {

struct NamedImage {
  std::string host;  // of its registry
  std::string rest;
};

// As Docker reads a reference: what is before the first slash is a host if it has a dot or a colon, is
// localhost, or has capital letters, which no repository may have.
std::optional<NamedImage> with_registry_host(const std::string& image) {
  const size_t slash = image.find('/');
  if (slash == std::string::npos) return std::nullopt;
  NamedImage named{image.substr(0, slash), image.substr(slash + 1)};
  const bool capitals =
      std::any_of(named.host.begin(), named.host.end(), [](unsigned char c) { return std::isupper(c) != 0; });
  const bool is_host = named.host.find_first_of(".:") != std::string::npos || named.host == "localhost";
  return is_host || capitals ? std::optional(std::move(named)) : std::nullopt;
}

bool is_docker_hub(const std::string& host) { return host == "docker.io" || host == "index.docker.io"; }

// `path` is that of the section with `image` and `registry`.
void check_image(const Value& section, const std::string& path, Report& report) {
  const Value* registry = section.find("registry");
  const auto image = text_at(&section, "image");
  if (!image || !registry || !registry->is_map()) return;
  const auto named = with_registry_host(*image);
  if (!named) return;
  const std::string server = setting_at(registry, "server").value_or("");
  const Mark& mark = section.find("image")->mark();
  if (server.empty() && !is_docker_hub(named->host)) {
    report.warn(path + "image", mark,
                "names the registry " + named->host + ", but kamal logs in to Docker Hub (set " + path +
                    "registry/server: " + named->host + " and " + path + "image: " + named->rest + ")");
  } else if (server == named->host) {
    report.warn(path + "image", mark,
                "repeats the host of " + path + "registry/server, so the image is " + server + "/" + *image +
                    " (set " + path + "image: " + named->rest + ")");
  }
}

}  // namespace

void check_images(const Value& raw, Report& report) {
  check_image(raw, "", report);
  for (const auto& [name, section] : map_of(raw.find("accessories")))
    check_image(section, "accessories/" + name + "/", report);
}

}  // namespace kamal::config
