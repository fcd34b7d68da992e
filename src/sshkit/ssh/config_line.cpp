#include "sshkit/ssh/config_line.h"

#include <charconv>

#include "kamal/sshkit/error.h"
#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view without_leading_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

// Does the backslash that was just read stand for what follows it?
bool escapes(std::string_view behind, char quote) {
  if (behind.empty()) return false;
  const char c = behind.front();
  return c == '"' || c == '\'' || c == '\\' || (c == ' ' && quote == 0);
}

// Words with 'quotes' and "quotes"; a # that starts a word starts a comment. Nothing for a quote that isn't
// closed.
std::optional<std::vector<std::string>> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!(text = without_leading_space(text)).empty() && text.front() != '#') {
    std::string word;
    char quote = 0;
    while (!text.empty() && (quote != 0 || !is_space(text.front()))) {
      const char c = text.front();
      text.remove_prefix(1);
      if (c == '\\' && escapes(text, quote)) {
        word += text.front();
        text.remove_prefix(1);
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    }
    if (quote != 0) return std::nullopt;
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

std::optional<ConfigLine> ConfigLine::parse(std::string_view text, int number) {
  text = without_leading_space(text);
  if (text.empty() || text.front() == '#') return std::nullopt;
  size_t end = 0;
  while (end < text.size() && !is_space(text[end]) && text[end] != '=') ++end;
  ConfigLine line{number, lower(text.substr(0, end)), {}, {}};
  text = without_leading_space(text.substr(end));
  if (text.starts_with('=')) text = without_leading_space(text.substr(1));
  line.rest = strip(text);
  line.arguments = words_of(text);
  return line;
}

std::string ConfigPlace::text() const { return file.string() + ":" + std::to_string(line.number); }

const std::vector<std::string>& ConfigPlace::arguments() const {
  if (!line.arguments) fail("unterminated quote");
  return *line.arguments;
}

void ConfigPlace::fail(const std::string& why) const { throw ConnectionError(text() + ": " + why); }

std::optional<int> config_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::seconds> config_duration(std::string_view text) {
  std::chrono::seconds total{0};
  while (!text.empty()) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::optional<int> number = config_number(text.substr(0, digits));
    if (!number) return std::nullopt;
    text.remove_prefix(digits);
    constexpr std::string_view units = "smhdw";
    constexpr int seconds[] = {1, 60, 3600, 86400, 604800};
    size_t unit = 0;
    if (!text.empty()) {
      unit = units.find(static_cast<char>(text.front() | 0x20));
      if (unit == std::string_view::npos) return std::nullopt;
      text.remove_prefix(1);
    }
    total += std::chrono::seconds(*number) * seconds[unit];
  }
  return total;
}

}  // namespace kamal::sshkit
