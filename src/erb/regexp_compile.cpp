// Regular expressions to instructions: alternatives, repetitions and groups.
#include <algorithm>

#include "erb/regexp_compiler.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

constexpr size_t most_instructions = 20'000;
constexpr int most_repeats = 1000;
constexpr int deepest = 50;

}  // namespace

void append(std::vector<Instruction>& code, const std::vector<Instruction>& more) {
  if (code.size() + more.size() > most_instructions) throw PatternError("too long a regular expression");
  code.insert(code.end(), more.begin(), more.end());
}

void PatternCompiler::skip_spaces() {
  while (spaced_ && !done()) {
    if (peek() == '#')
      at_ = std::min(source_.find('\n', at_), source_.size());
    else if (peek() == ' ' || (peek() >= '\t' && peek() <= '\r'))
      ++at_;
    else
      return;
  }
}

PatternCompiler::Code PatternCompiler::alternatives() {
  if (++depth_ > deepest) throw PatternError("too deeply nested a regular expression");
  Code code = sequence();
  while (accept("|")) {
    const Code other = sequence();
    Code both = {{Op::fork, 0, 1, static_cast<int>(code.size()) + 2}};
    append(both, code);
    append(both, {{Op::jump, 0, static_cast<int>(other.size()) + 1, 0}});
    append(both, other);
    code = std::move(both);
  }
  --depth_;
  return code;
}

PatternCompiler::Code PatternCompiler::sequence() {
  Code code;
  for (skip_spaces(); !done() && peek() != '|' && peek() != ')'; skip_spaces()) append(code, repeated());
  return code;
}

PatternCompiler::Code PatternCompiler::repeated() {
  Code code = atom();
  for (skip_spaces();; skip_spaces()) {
    std::optional<std::pair<int, int>> range;
    if (accept("*"))
      range = {0, -1};
    else if (accept("+"))
      range = {1, -1};
    else if (accept("?"))
      range = {0, 1};
    else if (peek() == '{')
      range = counts();
    if (!range) return code;
    if (peek() == '+') throw PatternError("possessive repetition");
    const bool greedy = !accept("?");
    code = repeat(code, range->first, range->second, greedy);
  }
}

// {2}, {2,}, {,3} or {2,3}; nothing where the brace stands for itself.
std::optional<std::pair<int, int>> PatternCompiler::counts() {
  const size_t start = at_++;
  const auto number = [&]() -> std::optional<int> {
    std::optional<int> value;
    for (; peek() >= '0' && peek() <= '9'; ++at_) {
      value = value.value_or(0) * 10 + (peek() - '0');
      if (*value > most_repeats) throw PatternError("too many repetitions");
    }
    return value;
  };
  const auto least = number();
  const bool comma = accept(",");
  const auto most = comma ? number() : least;
  if (!accept("}") || (!least && !most)) {
    at_ = start;
    return std::nullopt;
  }
  return std::pair(least.value_or(0), most.value_or(-1));
}

PatternCompiler::Code PatternCompiler::repeat(const Code& body, int least, int most, bool greedy) {
  Code code;
  for (int i = 0; i < least; ++i) append(code, body);
  if (most < 0) {
    append(code, loop(body, greedy));
    return code;
  }
  Code rest;
  for (int i = least; i < most; ++i) {
    Code inner = body;
    append(inner, rest);
    rest = optional(inner, greedy);
  }
  append(code, rest);
  return code;
}

PatternCompiler::Code PatternCompiler::optional(const Code& body, bool greedy) {
  const int behind = static_cast<int>(body.size()) + 1;
  Code code = {{Op::fork, 0, greedy ? 1 : behind, greedy ? behind : 1}};
  append(code, body);
  return code;
}

PatternCompiler::Code PatternCompiler::loop(const Code& body, bool greedy) {
  const auto number = static_cast<unsigned>(pattern_.loops_++);
  const int size = static_cast<int>(body.size());
  const int behind = size + 4;
  Code code = {{Op::fork, 0, greedy ? 1 : behind, greedy ? behind : 1}, {Op::loop_start, number, 0, 0}};
  append(code, body);
  append(code, {{Op::loop_progress, number, 0, 0}, {Op::jump, 0, -(size + 3), 0}});
  return code;
}

PatternCompiler::Code PatternCompiler::atom() {
  const char c = peek();
  switch (c) {
    case '(':
      return group();
    case '[':
      return set();
    case '\\':
      return escape();
    case '.':
      ++at_;
      return one(dot_is_all_ ? Op::anything : Op::any);
    case '^':
      ++at_;
      return one(Op::line_start);
    case '$':
      ++at_;
      return one(Op::line_end);
    case '*':
    case '+':
    case '?':
      throw PatternError("a repetition of nothing");
    default:
      break;
  }
  const std::string_view character = first_character(source_.substr(at_));
  at_ += character.size();
  return one(Op::character, code_point(character));
}

PatternCompiler::Code PatternCompiler::group() {
  ++at_;
  if (!accept("?")) {
    if (!named_) return captured("");
    Code code = alternatives();
    if (!accept(")")) throw PatternError("a group without an end");
    return code;
  }
  if (accept("=")) return look(Op::ahead, false);
  if (accept("!")) return look(Op::ahead, true);
  if (accept("<=")) return look(Op::behind, false);
  if (accept("<!")) return look(Op::behind, true);
  if (accept("<")) {
    const size_t end = source_.find('>', at_);
    if (end == std::string_view::npos || end == at_) throw PatternError("a group without a name");
    const std::string name(source_.substr(at_, end - at_));
    at_ = end + 1;
    return captured(name);
  }
  if (!accept(":")) throw PatternError("this kind of group");
  Code code = alternatives();
  if (!accept(")")) throw PatternError("a group without an end");
  return code;
}

PatternCompiler::Code PatternCompiler::captured(const std::string& name) {
  const auto number = static_cast<unsigned>(pattern_.groups_++);
  if (!name.empty()) pattern_.names_.emplace_back(name, number);
  Code code = one(Op::save, 2 * number);
  append(code, alternatives());
  if (!accept(")")) throw PatternError("a group without an end");
  append(code, one(Op::save, 2 * number + 1));
  return code;
}

PatternCompiler::Code PatternCompiler::look(Op op, bool negated) {
  const Code body = alternatives();
  if (!accept(")")) throw PatternError("a group without an end");
  Code code = {{op, 0, static_cast<int>(body.size()) + 2, negated ? 1 : 0}};
  append(code, body);
  append(code, one(Op::match));
  return code;
}

std::shared_ptr<const Pattern> Pattern::compile(std::string_view source, std::string_view options) {
  return std::make_shared<const Pattern>(PatternCompiler(source, options).run());
}

}  // namespace kamal::erb
