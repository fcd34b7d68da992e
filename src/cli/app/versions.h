#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// Parsed output of App::list_image_tags() for a host: the tags of the app's images, newest image first.
class ImageTags {
 public:
  explicit ImageTags(std::string_view listing);

  std::vector<Version> versions() const;                         // without latest, dirty and untagged images
  std::vector<Version> versions_of(std::string_view tag) const;  // other tags of the same image

 private:
  struct Tag {
    std::string id, name;
  };
  std::vector<Tag> tags_;
};

// The version to boot on each host. They differ only if the hosts' latest images do.
class BootVersions {
 public:
  explicit BootVersions(Version everywhere) : primary_(std::move(everywhere)) {}
  BootVersions(Version primary, std::map<Host, Version> by_host)
      : primary_(std::move(primary)), by_host_(std::move(by_host)) {}

  const Version& primary() const { return primary_; }  // the primary host's, for hooks
  const Version& on(const Host& host) const;
  std::vector<Version> all() const;  // each once, that of the primary host first

 private:
  Version primary_;
  std::map<Host, Version> by_host_;
};

// --version, or the version of each host's latest image. Hosts whose latest image has no other tag boot the
// tag `latest` itself, with a warning.
BootVersions versions_to_boot(Context& context);

}  // namespace kamal::cli
