#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erb/character_sets.h"
#include "erb/regexp.h"

namespace kamal::erb {

// Throws PatternError for too much code.
void append(std::vector<Instruction>& code, const std::vector<Instruction>& more);

// Regular expressions to instructions.
class PatternCompiler {
 public:
  using Code = std::vector<Instruction>;
  using Op = Instruction::Op;

  PatternCompiler(std::string_view source, std::string_view options) : source_(source) {
    dot_is_all_ = options.find('m') != std::string_view::npos;
    spaced_ = options.find('x') != std::string_view::npos;
    pattern_.ignores_case_ = options.find('i') != std::string_view::npos;
    if (options.find_first_not_of("imxu") != std::string_view::npos)
      throw PatternError("this option of a regular expression");
    named_ = has_names(source);
  }

  Pattern run() {
    Code code = alternatives();
    if (!done()) throw PatternError("an unmatched )");
    append(pattern_.code_, {{Op::save, 0, 0, 0}});
    append(pattern_.code_, code);
    append(pattern_.code_, {{Op::save, 1, 0, 0}, {Op::match, 0, 0, 0}});
    return std::move(pattern_);
  }

 private:
  static bool has_names(std::string_view source) {
    for (size_t at = source.find("(?<"); at != std::string_view::npos; at = source.find("(?<", at + 3)) {
      const bool looks_behind = source.substr(at + 3, 1) == "=" || source.substr(at + 3, 1) == "!";
      if (!looks_behind) return true;
    }
    return false;
  }

  bool done() const { return at_ >= source_.size(); }
  char peek(size_t offset = 0) const { return at_ + offset < source_.size() ? source_[at_ + offset] : '\0'; }
  bool accept(std::string_view text) {
    if (!source_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  void skip_spaces();

  Code alternatives();
  Code sequence();
  Code repeated();
  Code repeat(const Code& body, int least, int most, bool greedy);
  Code optional(const Code& body, bool greedy);
  Code loop(const Code& body, bool greedy);
  Code atom();
  Code group();
  Code captured(const std::string& name);
  Code look(Op op, bool negated);
  Code escape();
  Code set();
  Code one(Op op, unsigned argument = 0) { return {{op, argument, 0, 0}}; }
  Code of_set(Ranges ranges, bool negated = false);
  void set_element(Ranges& ranges);
  unsigned set_character();
  unsigned escaped_character(char c);
  unsigned hex(size_t most);
  std::optional<std::pair<int, int>> counts();

  std::string_view source_;
  size_t at_ = 0;
  int depth_ = 0;
  bool dot_is_all_ = false;
  bool spaced_ = false;
  bool named_ = false;
  Pattern pattern_;
};

}  // namespace kamal::erb
