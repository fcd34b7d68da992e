#include <algorithm>
#include <cctype>

#include "config/access.h"
#include "config/rules.h"

namespace kamal::config {
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
                "names the registry " + named->host + ", but the login goes to Docker Hub (set " + path +
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
  const Value* accessories = raw.find("accessories");
  if (!accessories || !accessories->is_map()) return;
  for (const auto& [name, section] : accessories->map()) {
    if (section.is_map()) check_image(section, "accessories/" + name + "/", report);
  }
}

}  // namespace kamal::config
