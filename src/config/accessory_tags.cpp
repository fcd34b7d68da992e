#include "config/accessory_tags.h"

#include <algorithm>

#include "config/access.h"

namespace kamal::config {
namespace {

// The reference searches a tag that stands alone for the text, and a list of tags for the tag.
std::optional<TagMatch::Kind> match(const Value& tags, const std::string& tag) {
  if (tags.is_list()) {
    const auto texts = texts_of(&tags);
    const bool there = std::find(texts.begin(), texts.end(), tag) != texts.end();
    return there ? std::optional(TagMatch::Kind::whole) : std::nullopt;
  }
  const auto text = text_of(&tags);
  if (!text || text->find(tag) == std::string::npos) return std::nullopt;
  return *text == tag ? TagMatch::Kind::whole : TagMatch::Kind::part;
}

std::vector<TagMatch> matches_in(const Value* list, const std::string& role, const std::string& tag) {
  std::vector<TagMatch> matches;
  if (!list || !list->is_list()) return matches;
  for (const Value& item : list->list()) {
    if (!item.is_map() || item.map().empty()) continue;
    const auto& [host, tags] = item.map().front();
    if (const auto kind = match(tags, tag)) matches.push_back({Host(host), role, *kind});
  }
  return matches;
}

void drop_parts(std::vector<TagMatch>& matches) {
  std::erase_if(matches, [](const TagMatch& match) { return match.kind == TagMatch::Kind::part; });
}

}  // namespace

std::vector<TagMatch> hosts_with_tag(const Value& raw, const std::string& tag) {
  const Value* servers = raw.find("servers");
  std::vector<TagMatch> all;
  if (!servers) return all;
  if (servers->is_list()) {
    all = matches_in(servers, "web", tag);
    drop_parts(all);
  }
  if (!servers->is_map()) return all;
  for (const auto& [name, role] : servers->map()) {
    auto matches = matches_in(role.is_list() ? &role : role.find("hosts"), name, tag);
    if (!role.is_list()) {
      drop_parts(matches);
      for (TagMatch& match : matches) match.kind = TagMatch::Kind::hidden;
    }
    all.insert(all.end(), matches.begin(), matches.end());
  }
  return all;
}

}  // namespace kamal::config
