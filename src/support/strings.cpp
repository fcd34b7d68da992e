#include "kamal/support/strings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <cctype>
#include <charconv>

namespace kamal {
namespace {

constexpr std::string_view white_space = " \t\n\v\f\r";

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  size_t start = 0;
  while (true) {
    const size_t end = text.find(separator, start);
    parts.emplace_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string strip(std::string_view text) {
  const size_t start = text.find_first_not_of(white_space);
  if (start == std::string_view::npos) return "";
  return std::string(text.substr(start, text.find_last_not_of(white_space) - start + 1));
}

std::string chomp(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return std::string(text);
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  if (from.empty()) return std::string(text);
  std::string replaced;
  size_t start = 0;
  for (size_t found; (found = text.find(from, start)) != std::string_view::npos;
       start = found + from.size()) {
    replaced += text.substr(start, found - start);
    replaced += to;
  }
  return replaced += text.substr(start);
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

template <class Integer>
std::optional<Integer> parse_integer(std::string_view text) {
  Integer number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

template std::optional<int> parse_integer<int>(std::string_view text);
template std::optional<int64_t> parse_integer<int64_t>(std::string_view text);

std::string counted(int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string to_sentence(const std::vector<std::string>& parts, std::string_view last_separator) {
  if (parts.size() < 2) return join(parts, "");
  const std::vector<std::string> all_but_last(parts.begin(), parts.end() - 1);
  return join(all_but_last, ", ") + " " + std::string(last_separator) + " " + parts.back();
}

namespace {

// The first brace that opens alternatives; npos without one.
size_t opening_brace(std::string_view pattern) {
  for (size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '{') return at;
    if (pattern[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

// Where the brace at `open` ends; npos when it never does.
size_t closing_brace(std::string_view pattern, size_t open) {
  int depth = 0;
  for (size_t at = open; at < pattern.size(); ++at) {
    if (pattern[at] == '\\')
      ++at;
    else if (pattern[at] == '{')
      ++depth;
    else if (pattern[at] == '}' && --depth == 0)
      return at;
  }
  return std::string_view::npos;
}

bool matches_alternatives(std::string_view before, std::string_view inside, std::string_view after,
                          std::string_view text) {
  int depth = 0;
  size_t start = 0;
  for (size_t at = 0; at <= inside.size(); ++at) {
    const char c = at < inside.size() ? inside[at] : ',';
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (c != ',' || (depth > 0 && at < inside.size())) continue;
    const std::string alternative =
        std::string(before) + std::string(inside.substr(start, at - start)) + std::string(after);
    if (glob_match(alternative, text)) return true;
    start = at + 1;
  }
  return false;
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  const size_t open = opening_brace(pattern);
  const size_t close = open == std::string_view::npos ? open : closing_brace(pattern, open);
  if (close != std::string_view::npos) {
    return matches_alternatives(pattern.substr(0, open), pattern.substr(open + 1, close - open - 1),
                                pattern.substr(close + 1), text);
  }
  return fnmatch(std::string(pattern).c_str(), std::string(text).c_str(), FNM_PERIOD) == 0;
}

}  // namespace kamal
