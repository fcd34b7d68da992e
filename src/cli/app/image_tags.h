#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kamal/support/names.h"

namespace kamal::cli {

// What App::list_image_tags() prints for a host: the tags of the app's images, the newest image first.
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

}  // namespace kamal::cli
