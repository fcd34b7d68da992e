#include "yaml/source_check.h"

#include <algorithm>

namespace kamal::yaml {
namespace {

constexpr std::string_view white_space = " \t\r\n";

// Past anchors and tags (`&name !tag`) to what they belong to.
std::string_view without_properties(std::string_view text) {
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
    if (!text.starts_with('&') && !text.starts_with('!')) return text;
    text.remove_prefix(std::min(text.find_first_of(white_space), text.size()));
  }
}

bool double_quote_is_closed(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return true;
    if (text[i] == '\\') ++i;
  }
  return false;
}

bool single_quote_is_closed(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '\'') continue;
    if (i + 1 == text.size() || text[i + 1] != '\'') return true;
    ++i;
  }
  return false;
}

}  // namespace

bool quote_is_closed(std::string_view source, size_t position) {
  const std::string_view text = without_properties(source.substr(std::min(position, source.size())));
  if (text.starts_with('"')) return double_quote_is_closed(text);
  if (text.starts_with('\'')) return single_quote_is_closed(text);
  return true;
}

bool starts_another_document(std::string_view source, size_t position) {
  const std::string_view before = source.substr(0, std::min(position, source.size()));
  const std::string_view rest = source.substr(before.size());
  return rest.empty() || rest.starts_with("---") || rest.starts_with('%') ||
         before.find("\n...") != std::string_view::npos;
}

std::string_view anchor_name(std::string_view source, size_t position) {
  if (position + 1 >= source.size()) return {};
  const std::string_view text = source.substr(position + 1);
  return text.substr(0, text.find_first_of(" \t\r\n,[]{}"));
}

bool indented_with_tab(std::string_view source, int line) {
  for (; line > 1 && !source.empty(); --line) {
    const size_t end = source.find('\n');
    source = end == std::string_view::npos ? std::string_view() : source.substr(end + 1);
  }
  const size_t start = source.find_first_not_of(" \t");
  return source.substr(0, start).find('\t') != std::string_view::npos;
}

}  // namespace kamal::yaml
