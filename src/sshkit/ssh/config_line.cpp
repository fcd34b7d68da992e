#include "sshkit/ssh/config_line.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>

#include "kamal/sshkit/server.h"
#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view without_leading_space(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t\r"), text.size()));
}

// Whether a backslash escapes the first character of `next`.
bool escapes(std::string_view next, char quote) {
  if (next.empty()) return false;
  const char c = next.front();
  return c == '"' || c == '\'' || c == '\\' || (c == ' ' && quote == 0);
}

// Splits at whitespace, with 'quotes' and "quotes", up to a # that starts a comment. Nullopt for an
// unterminated quote.
std::optional<std::vector<std::string>> split_arguments(std::string_view text) {
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

// exec would run a program for every host; the others need newer versions of OpenSSH.
constexpr std::array<std::string_view, 6> unsupported_criteria{"exec",    "tagged",      "localnetwork",
                                                               "version", "sessiontype", "command"};

// Comma-separated patterns, as in OpenSSH's match_pattern_list().
bool matches_list(const std::string& list, const std::string& text) {
  return matches_patterns(split(list, ','), text);
}

bool matches_name(const std::string& list, const std::string& host) {
  return matches_list(lower(list), lower(host));
}

// Reads the tokens of a Match line: separated by blanks or one `=`; only a whole token can be quoted.
class Evaluation {
 public:
  Evaluation(const ConfigLine& line, const MatchContext& context)
      : line_(line), context_(context), rest_(line.rest) {}

  MatchResult result() {
    while (auto word = next_token()) {
      const bool negated = word->starts_with('!');
      const std::string attribute = lower(word->substr(negated ? 1 : 0));
      if (attribute == "all") {
        if (count_ > 1 || next_token())
          line_.fail("Match all takes no other criterion but final or canonical");
        if (negated) result_.applies = false;
        return finished();
      }
      ++count_;
      // Nullopt if not supported.
      const std::optional<bool> matches = this->matches(attribute);
      if (matches && *matches == negated) result_.applies = false;
    }
    if (count_ == 0) line_.fail("Match needs a criterion, such as host or all");
    return finished();
  }

 private:
  // Nullopt at the end or at a comment.
  std::optional<std::string> next_token() {
    rest_ = without_leading_space(rest_);
    if (rest_.empty() || rest_.front() == '#') return std::nullopt;
    const bool quoted = rest_.front() == '"';
    if (quoted) rest_.remove_prefix(1);
    const size_t end = rest_.find_first_of(quoted ? "\"" : " \t\r=\"");
    if (quoted && end == std::string_view::npos) line_.fail("unterminated quote");
    const std::string token(rest_.substr(0, end));
    rest_ = without_leading_space(rest_.substr(token.size() + (quoted ? 1 : 0)));
    if (rest_.starts_with('=')) rest_.remove_prefix(1);
    return token;
  }

  MatchResult finished() {
    if (!result_.applies) result_.unsupported.clear();
    if (!result_.unsupported.empty()) result_.applies = false;
    return result_;
  }

  std::optional<bool> matches(const std::string& attribute) {
    if (attribute == "final" || attribute == "canonical") {
      if (attribute == "final") result_.needs_final_pass = true;
      return context_.pass == ConfigPass::final;
    }
    if (std::ranges::find(unsupported_criteria, attribute) != unsupported_criteria.end()) {
      argument(attribute);
      result_.unsupported.push_back(attribute);
      return std::nullopt;
    }
    if (attribute == "host") return matches_name(argument(attribute), context_.host);
    if (attribute == "originalhost") return matches_name(argument(attribute), context_.original_host);
    if (attribute == "user") return matches_list(argument(attribute), context_.user);
    if (attribute == "localuser") return matches_list(argument(attribute), context_.local_user);
    line_.fail("Match has no criterion \"" + attribute +
               "\" (available: all, canonical, final, host, originalhost, user, localuser)");
  }

  std::string argument(const std::string& attribute) {
    const auto argument = next_token();
    if (!argument || argument->empty()) line_.fail("Match " + attribute + " needs a pattern");
    return *argument;
  }

  const ConfigLine& line_;
  const MatchContext& context_;
  std::string_view rest_;
  int count_ = 0;
  MatchResult result_;
};

}  // namespace

std::optional<ConfigLine> ConfigLine::parse(std::string_view text, std::string location) {
  text = without_leading_space(text);
  if (text.empty() || text.front() == '#') return std::nullopt;
  const size_t end = std::min(text.find_first_of(" \t\r="), text.size());
  const std::string keyword = lower(text.substr(0, end));
  text = without_leading_space(text.substr(end));
  if (text.starts_with('=')) text = without_leading_space(text.substr(1));
  return ConfigLine{std::move(location), keyword, split_arguments(text), strip(text)};
}

const std::vector<std::string>& ConfigLine::arguments() const {
  if (!parsed_arguments) fail("unterminated quote");
  return *parsed_arguments;
}

void ConfigLine::fail(const std::string& reason) const { throw ConnectionError(location + ": " + reason); }

std::optional<std::chrono::seconds> config_duration(std::string_view text) {
  std::chrono::seconds total{0};
  while (!text.empty()) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::optional<int> number = parse_integer<int>(text.substr(0, digits));
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

std::string expand_tokens(std::string_view text, const std::map<char, std::string>& tokens) {
  std::string expanded;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto token = text[i] == '%' && i + 1 < text.size() ? tokens.find(text[i + 1]) : tokens.end();
    if (token == tokens.end()) {
      expanded += text[i];
    } else {
      expanded += token->second;
      ++i;
    }
  }
  return expanded;
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  const std::string literal = replace_all(replace_all(pattern, "\\", "\\\\"), "[", "\\[");
  return fnmatch(literal.c_str(), std::string(text).c_str(), 0) == 0;
}

bool matches_patterns(const std::vector<std::string>& patterns, std::string_view text) {
  bool matches = false;
  for (const std::string_view pattern : patterns) {
    if (pattern.starts_with('!')) {
      if (matches_pattern(pattern.substr(1), text)) return false;
    } else if (matches_pattern(pattern, text)) {
      matches = true;
    }
  }
  return matches;
}

MatchResult evaluate_match(const ConfigLine& line, const MatchContext& context) {
  return Evaluation(line, context).result();
}

}  // namespace kamal::sshkit
