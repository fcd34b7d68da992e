#include "cli/app/image_tags.h"

#include <algorithm>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// `latest-staging` is the latest image of a destination, `-dirty` marks builds for the local image store.
bool is_version(const std::string& tag) {
  return tag != "<none>" && tag != "latest" && !tag.starts_with("latest-") && !tag.ends_with("-dirty");
}

}  // namespace

ImageTags::ImageTags(std::string_view listing) {
  for (const std::string& line : lines_of(std::string(listing))) {
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() == 2) tags_.push_back({words[0], words[1]});
  }
}

std::vector<Version> ImageTags::versions() const {
  std::vector<Version> versions;
  for (const Tag& tag : tags_) {
    if (is_version(tag.name)) versions.emplace_back(tag.name);
  }
  return versions;
}

std::vector<Version> ImageTags::versions_of(std::string_view name) const {
  const auto wanted =
      std::find_if(tags_.begin(), tags_.end(), [&](const Tag& tag) { return tag.name == name; });
  std::vector<Version> versions;
  if (wanted == tags_.end()) return versions;
  for (const Tag& tag : tags_) {
    if (tag.id == wanted->id && is_version(tag.name)) versions.emplace_back(tag.name);
  }
  return versions;
}

}  // namespace kamal::cli
