// Regular expressions to instructions: escapes and sets of characters.
#include "erb/regexp_compiler.h"
#include "erb/text.h"

namespace kamal::erb {

PatternCompiler::Code PatternCompiler::escape() {
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
  const std::string_view character = first_character(source_.substr(at_));
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

PatternCompiler::Code PatternCompiler::of_set(Ranges ranges, bool negated) {
  pattern_.sets_.push_back({std::move(ranges), negated});
  return one(Op::set, static_cast<unsigned>(pattern_.sets_.size() - 1));
}

PatternCompiler::Code PatternCompiler::set() {
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
    const auto named = named_class(source_.substr(at_, end - at_));
    if (!named) throw PatternError("this class of characters");
    at_ = end + 2;
    const Ranges chosen = negated ? complement(*named) : *named;
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
  const std::string_view character = first_character(source_.substr(at_));
  at_ += character.size();
  return code_point(character);
}

}  // namespace kamal::erb
