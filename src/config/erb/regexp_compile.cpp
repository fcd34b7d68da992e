// Regular expressions to instructions.
#include <algorithm>

#include "config/erb/regexp.h"
#include "config/erb/text.h"

namespace kamal::erb {
namespace {

using Code = std::vector<Instruction>;
using Op = Instruction::Op;
using Ranges = std::vector<std::pair<unsigned, unsigned>>;

constexpr unsigned last_character = 0x10FFFF;
constexpr size_t most_instructions = 20'000;
constexpr int most_repeats = 1000;
constexpr int deepest = 50;

void append(Code& code, const Code& more) {
  if (code.size() + more.size() > most_instructions) throw PatternError("too long a regular expression");
  code.insert(code.end(), more.begin(), more.end());
}

Ranges complement(Ranges ranges) {
  std::sort(ranges.begin(), ranges.end());
  Ranges result;
  unsigned next = 0;
  for (const auto& [first, last] : ranges) {
    if (first > next) result.emplace_back(next, first - 1);
    next = std::max(next, last + 1);
  }
  if (next <= last_character) result.emplace_back(next, last_character);
  return result;
}

const Ranges digits = {{'0', '9'}};
const Ranges blanks = {{'\t', '\r'}, {' ', ' '}};
const Ranges hex_digits = {{'0', '9'}, {'a', 'f'}, {'A', 'F'}};
// Of [:alpha:]; \w and \d know ASCII only.
const Ranges letters = {{'a', 'z'},   {'A', 'Z'},   {0xAA, 0xAA},  {0xB5, 0xB5},    {0xBA, 0xBA},
                        {0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x1FFF}, {0x3040, 0xD7FF}};

const Ranges word_characters = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};

std::optional<Ranges> shorthand(char c) {
  switch (c) {
    case 'd':
      return digits;
    case 'D':
      return complement(digits);
    case 's':
      return blanks;
    case 'S':
      return complement(blanks);
    case 'h':
      return hex_digits;
    case 'H':
      return complement(hex_digits);
    case 'w':
      return word_characters;
    case 'W':
      return complement(word_characters);
    default:
      return std::nullopt;
  }
}

Ranges named_class(std::string_view name) {
  Ranges alphanumeric = letters;
  alphanumeric.emplace_back('0', '9');
  if (name == "alpha") return letters;
  if (name == "alnum") return alphanumeric;
  if (name == "digit") return digits;
  if (name == "space") return blanks;
  if (name == "blank") return {{' ', ' '}, {'\t', '\t'}};
  if (name == "upper") return {{'A', 'Z'}};
  if (name == "lower") return {{'a', 'z'}};
  if (name == "xdigit") return hex_digits;
  if (name == "word") {
    alphanumeric.emplace_back('_', '_');
    return alphanumeric;
  }
  if (name == "punct") return {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}};
  throw PatternError("the class [:" + std::string(name) + ":]");
}

}  // namespace

class PatternCompiler {
 public:
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

Code PatternCompiler::alternatives() {
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

Code PatternCompiler::sequence() {
  Code code;
  for (skip_spaces(); !done() && peek() != '|' && peek() != ')'; skip_spaces()) append(code, repeated());
  return code;
}

Code PatternCompiler::repeated() {
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

Code PatternCompiler::repeat(const Code& body, int least, int most, bool greedy) {
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

Code PatternCompiler::optional(const Code& body, bool greedy) {
  const int behind = static_cast<int>(body.size()) + 1;
  Code code = {{Op::fork, 0, greedy ? 1 : behind, greedy ? behind : 1}};
  append(code, body);
  return code;
}

Code PatternCompiler::loop(const Code& body, bool greedy) {
  const auto number = static_cast<unsigned>(pattern_.loops_++);
  const int size = static_cast<int>(body.size());
  const int behind = size + 4;
  Code code = {{Op::fork, 0, greedy ? 1 : behind, greedy ? behind : 1}, {Op::loop_start, number, 0, 0}};
  append(code, body);
  append(code, {{Op::loop_progress, number, 0, 0}, {Op::jump, 0, -(size + 3), 0}});
  return code;
}

Code PatternCompiler::atom() {
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
  const std::string_view character = characters(source_.substr(at_, 4)).front();
  at_ += character.size();
  return one(Op::character, code_point(character));
}

Code PatternCompiler::group() {
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

Code PatternCompiler::captured(const std::string& name) {
  const auto number = static_cast<unsigned>(pattern_.groups_++);
  if (!name.empty()) pattern_.names_.emplace_back(name, number);
  Code code = one(Op::save, 2 * number);
  append(code, alternatives());
  if (!accept(")")) throw PatternError("a group without an end");
  append(code, one(Op::save, 2 * number + 1));
  return code;
}

Code PatternCompiler::look(Op op, bool negated) {
  const Code body = alternatives();
  if (!accept(")")) throw PatternError("a group without an end");
  Code code = {{op, 0, static_cast<int>(body.size()) + 2, negated ? 1 : 0}};
  append(code, body);
  append(code, one(Op::match));
  return code;
}

Code PatternCompiler::escape() {
  ++at_;
  if (done()) throw PatternError("a lone backslash");
  const char c = source_[at_++];
  if (const auto ranges = shorthand(c)) return of_set(*ranges);
  switch (c) {
    case 'A':
      return one(Op::text_start);
    case 'z':
      return one(Op::text_end);
    case 'Z':
      return one(Op::text_end_or_line_end);
    case 'b':
      return one(Op::word_edge);
    case 'B':
      return one(Op::no_word_edge);
    case 'k': {
      const size_t end = source_.find('>', at_);
      const std::string name = peek() == '<' && end != std::string_view::npos
                                   ? std::string(source_.substr(at_ + 1, end - at_ - 1))
                                   : "";
      for (const auto& [known, number] : pattern_.names_) {
        if (known != name) continue;
        at_ = end + 1;
        return one(Op::backreference, static_cast<unsigned>(number));
      }
      throw PatternError("this reference to a group");
    }
    default:
      break;
  }
  if (c >= '1' && c <= '9') return one(Op::backreference, static_cast<unsigned>(c - '0'));
  --at_;
  return one(Op::character, escaped_character(c));
}

// Behind a backslash, in a set or out of it.
unsigned PatternCompiler::escaped_character(char c) {
  if ((c & 0x80) == 0) ++at_;
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'f':
      return '\f';
    case 'v':
      return '\v';
    case 'a':
      return '\a';
    case 'e':
      return 0x1b;
    case '0':
      return 0;
    case 'x':
      return hex(2);
    case 'u':
      return hex(4);
    default:
      break;
  }
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '1' && c <= '9')) {
    throw PatternError("\\" + std::string(1, c) + " in a regular expression");
  }
  if ((c & 0x80) == 0) return static_cast<unsigned char>(c);
  const std::string_view character = characters(source_.substr(at_, 4)).front();
  at_ += character.size();
  return code_point(character);
}

unsigned PatternCompiler::hex(size_t most) {
  unsigned value = 0;
  size_t count = 0;
  for (; count < most; ++count, ++at_) {
    const char c = peek();
    if (c >= '0' && c <= '9')
      value = value * 16 + static_cast<unsigned>(c - '0');
    else if (c >= 'a' && c <= 'f')
      value = value * 16 + static_cast<unsigned>(c - 'a') + 10;
    else if (c >= 'A' && c <= 'F')
      value = value * 16 + static_cast<unsigned>(c - 'A') + 10;
    else
      break;
  }
  if (count == 0) throw PatternError("this kind of escape");
  return value;
}

Code PatternCompiler::of_set(Ranges ranges, bool negated) {
  pattern_.sets_.push_back({std::move(ranges), negated});
  return one(Op::set, static_cast<unsigned>(pattern_.sets_.size() - 1));
}

Code PatternCompiler::set() {
  ++at_;
  const bool negated = accept("^");
  Ranges ranges;
  for (bool first = true; first || peek() != ']'; first = false) {
    if (done()) throw PatternError("a set without an end");
    set_element(ranges);
  }
  ++at_;
  return of_set(std::move(ranges), negated);
}

void PatternCompiler::set_element(Ranges& ranges) {
  if (accept("[:")) {
    const size_t end = source_.find(":]", at_);
    if (end == std::string_view::npos) throw PatternError("a set without an end");
    const bool negated = accept("^");
    const Ranges named = named_class(source_.substr(at_, end - at_));
    at_ = end + 2;
    const Ranges chosen = negated ? complement(named) : named;
    ranges.insert(ranges.end(), chosen.begin(), chosen.end());
    return;
  }
  if (peek() == '[' || (peek() == '&' && peek(1) == '&')) throw PatternError("a set in a set");
  if (peek() == '\\') {
    if (const auto known = shorthand(peek(1))) {
      at_ += 2;
      ranges.insert(ranges.end(), known->begin(), known->end());
      return;
    }
  }
  const unsigned first = set_character();
  if (peek() != '-' || peek(1) == ']' || at_ + 1 >= source_.size()) {
    ranges.emplace_back(first, first);
    return;
  }
  ++at_;
  if (peek() == '\\' && shorthand(peek(1))) throw PatternError("this kind of range");
  const unsigned last = set_character();
  if (last < first) throw PatternError("an empty range");
  ranges.emplace_back(first, last);
}

unsigned PatternCompiler::set_character() {
  if (done()) throw PatternError("a set without an end");
  if (peek() == '\\') {
    ++at_;
    if (done()) throw PatternError("a lone backslash");
    if (peek() == 'b') {
      ++at_;
      return '\b';
    }
    return escaped_character(peek());
  }
  const std::string_view character = characters(source_.substr(at_, 4)).front();
  at_ += character.size();
  return code_point(character);
}

std::shared_ptr<const Pattern> Pattern::compile(std::string_view source, std::string_view options) {
  return std::make_shared<const Pattern>(PatternCompiler(source, options).run());
}

}  // namespace kamal::erb
