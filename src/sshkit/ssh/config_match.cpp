#include "sshkit/ssh/config_match.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "kamal/support/strings.h"
#include "sshkit/ssh/patterns.h"

namespace kamal::sshkit {
namespace {

// exec would run a program for every host; the others are of newer versions of OpenSSH.
constexpr std::array<std::string_view, 6> unsupported_criteria{"exec",    "tagged",      "localnetwork",
                                                               "version", "sessiontype", "command"};

// The words of a Match line: blanks or one `=` between them; quotes are only for a whole word.
class Words {
 public:
  explicit Words(const ConfigPlace& place) : place_(place), rest_(place.line.rest) {}

  // Nothing at the end or at a comment.
  std::optional<std::string> next() {
    skip_blanks();
    if (rest_.empty() || rest_.front() == '#') return std::nullopt;
    std::string word = rest_.front() == '"' ? quoted() : plain();
    skip_blanks();
    if (rest_.starts_with('=')) rest_.remove_prefix(1);
    return word;
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r"), rest_.size())); }
  std::string take(size_t count) {
    std::string word(rest_.substr(0, count));
    rest_.remove_prefix(word.size());
    return word;
  }
  std::string plain() { return take(std::min(rest_.find_first_of(" \t\r=\""), rest_.size())); }
  std::string quoted() {
    rest_.remove_prefix(1);
    const size_t end = rest_.find('"');
    if (end == std::string_view::npos) place_.fail("unterminated quote");
    std::string word = take(end);
    rest_.remove_prefix(1);
    return word;
  }

  const ConfigPlace& place_;
  std::string_view rest_;
};

// Patterns with commas between them, as in OpenSSH's match_pattern_list().
bool matches_list(const std::string& list, const std::string& text) {
  return matches_patterns(split(list, ','), text);
}

bool matches_name(const std::string& list, const std::string& host) {
  return matches_list(lower(list), lower(host));
}

class Evaluation {
 public:
  Evaluation(const ConfigPlace& place, const MatchFacts& facts)
      : place_(place), facts_(facts), words_(place) {}

  MatchResult result() {
    while (auto word = words_.next()) {
      const bool negated = word->starts_with('!');
      const std::string attribute = lower(word->substr(negated ? 1 : 0));
      if (attribute == "all") {
        if (count_ > 1 || words_.next())
          place_.fail("Match all takes no other criterion but final or canonical");
        if (negated) result_.applies = false;
        return finished();
      }
      ++count_;
      // Nothing for one that is not supported.
      const std::optional<bool> matches = this->matches(attribute);
      if (matches && *matches == negated) result_.applies = false;
    }
    if (count_ == 0) place_.fail("Match needs a criterion, such as host or all");
    return finished();
  }

 private:
  MatchResult finished() {
    if (!result_.applies) result_.unsupported.clear();
    if (!result_.unsupported.empty()) result_.applies = false;
    return result_;
  }

  std::optional<bool> matches(const std::string& attribute) {
    if (attribute == "final" || attribute == "canonical") {
      if (attribute == "final") result_.asks_for_final_pass = true;
      return facts_.pass == ConfigPass::final;
    }
    if (std::ranges::find(unsupported_criteria, attribute) != unsupported_criteria.end()) {
      argument_of(attribute);
      result_.unsupported.push_back(attribute);
      return std::nullopt;
    }
    if (attribute == "host") return matches_name(argument_of(attribute), facts_.host);
    if (attribute == "originalhost") return matches_name(argument_of(attribute), facts_.original_host);
    if (attribute == "user") return matches_list(argument_of(attribute), facts_.user);
    if (attribute == "localuser") return matches_list(argument_of(attribute), facts_.local_user);
    place_.fail("Match has no criterion \"" + attribute +
                "\" (available: all, canonical, final, host, originalhost, user, localuser)");
  }

  std::string argument_of(const std::string& attribute) {
    const auto argument = words_.next();
    if (!argument || argument->empty()) place_.fail("Match " + attribute + " needs a pattern");
    return *argument;
  }

  const ConfigPlace& place_;
  const MatchFacts& facts_;
  Words words_;
  int count_ = 0;
  MatchResult result_;
};

}  // namespace

MatchResult evaluate_match(const ConfigPlace& place, const MatchFacts& facts) {
  return Evaluation(place, facts).result();
}

}  // namespace kamal::sshkit
