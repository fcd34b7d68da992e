#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erb/limits.h"
#include "erb/value.h"

namespace kamal::erb {

class Interpreter;

// A regular expression with something in it that only Ruby knows, or that is wrong.
struct PatternError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct CharacterSet {
  std::vector<std::pair<unsigned, unsigned>> ranges;
  bool negated = false;
  bool contains(unsigned c) const;
};

// One step of a compiled regular expression. Jumps count from the step itself.
struct Instruction {
  enum class Op {
    character,  // argument
    any,        // but a line feed
    anything,
    set,   // sets[argument]
    fork,  // goes on at `first`, or else at `second`
    jump,  // to `first`
    save,  // the position, as slot `argument`
    line_start,
    line_end,
    text_start,
    text_end,
    text_end_or_line_end,
    word_edge,
    no_word_edge,
    backreference,
    loop_start,     // remembers the position in `argument`
    loop_progress,  // fails where it has not changed since
    ahead,          // what is up to `first` must match from here; `second`: must not
    behind,         // ... up to here
    match,
  };
  Op op = Op::match;
  unsigned argument = 0;
  int first = 0;
  int second = 0;
};

// A compiled regular expression of the common kind: Ruby's syntax without atomic groups, conditions,
// recursion.
class Pattern {
 public:
  using Groups = std::vector<std::optional<std::pair<size_t, size_t>>>;

  static std::shared_ptr<const Pattern> compile(std::string_view source,
                                                std::string_view options);  // throws PatternError
  // The first match at `start` or behind; nothing where there is none.
  std::optional<Groups> search(std::string_view text, size_t start, Limits& limits) const;
  const std::vector<std::pair<std::string, size_t>>& names() const { return names_; }

 private:
  friend class PatternCompiler;
  friend class Matcher;

  std::vector<Instruction> code_;
  std::vector<CharacterSet> sets_;
  std::vector<std::pair<std::string, size_t>> names_;
  size_t groups_ = 1;
  size_t loops_ = 0;
  bool ignores_case_ = false;
};

Regexp* make_regexp(Interpreter& in, const std::string& source, const std::string& options);
std::string escape_regexp(std::string_view text);
// A text to search in, kept as it is now.
const String* subject_of(Interpreter& in, const std::string& text);
// The match of a regexp or a string in a subject, at `start` or behind.
MatchData* search(Interpreter& in, const Value& pattern, const String* subject, size_t start);
// Where the first match begins and ends.
std::optional<std::pair<size_t, size_t>> find_match(Interpreter& in, const Value& pattern,
                                                    const std::string& text, size_t start);
// `\1`, `\0`, `\k<name>` and `\\` of a replacement.
std::string expand_replacement(std::string_view replacement, const MatchData& match);

}  // namespace kamal::erb
