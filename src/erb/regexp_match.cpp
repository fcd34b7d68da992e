// Running compiled regular expressions: with a stack of its own, so that no text can overflow the program's.
#include <algorithm>

#include "erb/interpreter.h"
#include "erb/regexp.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

constexpr size_t nowhere = std::string::npos;

std::string_view character_at(std::string_view text, size_t at) { return first_character(text.substr(at)); }

unsigned fold(unsigned c) {
  std::string text;
  append_utf8(text, c);
  return code_point(first_character(downcase(text)));
}

}  // namespace

bool CharacterSet::contains(unsigned c) const {
  return negated != std::any_of(ranges.begin(), ranges.end(),
                                [c](const auto& range) { return c >= range.first && c <= range.second; });
}

class Matcher {
 public:
  Matcher(const Pattern& pattern, std::string_view text, Limits& limits)
      : pattern_(pattern),
        text_(text),
        limits_(limits),
        slots_(2 * pattern.groups_, nowhere),
        loops_(pattern.loops_, nowhere) {}

  bool match_at(size_t start) {
    std::fill(slots_.begin(), slots_.end(), nowhere);
    std::fill(loops_.begin(), loops_.end(), nowhere);
    return run(0, start, nowhere);
  }

  Pattern::Groups groups() const {
    Pattern::Groups list;
    for (size_t i = 0; i + 1 < slots_.size(); i += 2) {
      const bool there = slots_[i] != nowhere && slots_[i + 1] != nowhere && slots_[i] <= slots_[i + 1];
      list.push_back(there ? std::optional(std::pair(slots_[i], slots_[i + 1])) : std::nullopt);
    }
    return list;
  }

 private:
  // What to go back to: another way, or the old value of a slot or a loop's start.
  struct Choice {
    enum class Kind { way, slot, loop };
    Kind kind;
    size_t index;
    size_t position;
  };
  static constexpr size_t most_choices = 1'000'000;

  bool run(size_t pc, size_t position, size_t wanted_end);
  bool step(size_t& pc, size_t& position);
  bool take(const Instruction& instruction, size_t& position);
  bool holds(const Instruction& instruction, size_t position) const;
  bool same_again(const Instruction& instruction, size_t& position) const;
  bool look(const Instruction& instruction, size_t pc, size_t position);
  bool is_word_at(size_t position) const;
  bool word_edge(size_t position) const;
  void push(Choice choice) {
    if (choices_.size() >= most_choices) throw LimitReached("a regular expression has too much to try");
    choices_.push_back(choice);
  }

  const Pattern& pattern_;
  std::string_view text_;
  Limits& limits_;
  std::vector<size_t> slots_;
  std::vector<size_t> loops_;
  std::vector<Choice> choices_;
  size_t steps_ = 0;
};

// From instruction `pc` until a match that ends at wanted_end, wherever that is when it is nowhere.
bool Matcher::run(size_t pc, size_t position, size_t wanted_end) {
  const size_t bottom = choices_.size();
  while (true) {
    if (++steps_ % 8 == 0) limits_.step();
    const bool matched = pattern_.code_[pc].op == Instruction::Op::match;
    if (matched && (wanted_end == nowhere || wanted_end == position)) {
      choices_.resize(bottom);
      return true;
    }
    if (!matched && step(pc, position)) continue;
    bool found = false;
    while (!found && choices_.size() > bottom) {
      const Choice choice = choices_.back();
      choices_.pop_back();
      if (choice.kind == Choice::Kind::slot)
        slots_[choice.index] = choice.position;
      else if (choice.kind == Choice::Kind::loop)
        loops_[choice.index] = choice.position;
      else
        pc = choice.index, position = choice.position, found = true;
    }
    if (!found) return false;
  }
}

// One instruction; false when it fails.
bool Matcher::step(size_t& pc, size_t& position) {
  using Op = Instruction::Op;
  const Instruction& now = pattern_.code_[pc];
  const auto target = [&](int offset) { return static_cast<size_t>(static_cast<int>(pc) + offset); };
  switch (now.op) {
    case Op::fork:
      push({Choice::Kind::way, target(now.second), position});
      pc = target(now.first);
      return true;
    case Op::jump:
      pc = target(now.first);
      return true;
    case Op::save:
      push({Choice::Kind::slot, now.argument, slots_[now.argument]});
      slots_[now.argument] = position;
      break;
    case Op::loop_start:
      push({Choice::Kind::loop, now.argument, loops_[now.argument]});
      loops_[now.argument] = position;
      break;
    case Op::loop_progress:
      if (loops_[now.argument] == position) pc += 1;  // leave the loop
      break;
    case Op::ahead:
    case Op::behind:
      if (look(now, pc, position) == (now.second != 0)) return false;
      pc = target(now.first);
      return true;
    case Op::backreference:
      if (!same_again(now, position)) return false;
      break;
    case Op::character:
    case Op::any:
    case Op::anything:
    case Op::set:
      if (!take(now, position)) return false;
      break;
    default:
      if (!holds(now, position)) return false;
      break;
  }
  ++pc;
  return true;
}

bool Matcher::take(const Instruction& instruction, size_t& position) {
  using Op = Instruction::Op;
  if (position >= text_.size()) return false;
  const std::string_view character = character_at(text_, position);
  const unsigned c = code_point(character);
  bool taken = false;
  if (instruction.op == Op::anything)
    taken = true;
  else if (instruction.op == Op::any)
    taken = c != '\n';
  else if (instruction.op == Op::character)
    taken = c == instruction.argument || (pattern_.ignores_case_ && fold(c) == fold(instruction.argument));
  else if (const CharacterSet& set = pattern_.sets_[instruction.argument]; !pattern_.ignores_case_)
    taken = set.contains(c);
  else
    taken = set.contains(c) ||
            (!set.negated && (set.contains(fold(c)) || (c < 0x80 && set.contains(c & ~0x20U))));
  if (taken) position += character.size();
  return taken;
}

bool Matcher::holds(const Instruction& instruction, size_t position) const {
  using Op = Instruction::Op;
  switch (instruction.op) {
    case Op::line_start:
      return position == 0 || (text_[position - 1] == '\n' && position < text_.size());
    case Op::line_end:
      return position == text_.size() || text_[position] == '\n';
    case Op::text_start:
      return position == 0;
    case Op::text_end:
      return position == text_.size();
    case Op::text_end_or_line_end:
      return position == text_.size() || (position + 1 == text_.size() && text_[position] == '\n');
    case Op::word_edge:
      return word_edge(position);
    case Op::no_word_edge:
      return !word_edge(position);
    default:
      return false;
  }
}

bool Matcher::same_again(const Instruction& instruction, size_t& position) const {
  const size_t slot = 2 * static_cast<size_t>(instruction.argument);
  if (slot + 1 >= slots_.size() || slots_[slot] == nowhere || slots_[slot + 1] == nowhere) return false;
  const std::string_view group = text_.substr(slots_[slot], slots_[slot + 1] - slots_[slot]);
  if (!text_.substr(position).starts_with(group)) return false;
  position += group.size();
  return true;
}

bool Matcher::look(const Instruction& instruction, size_t pc, size_t position) {
  if (instruction.op == Instruction::Op::ahead) return run(pc + 1, position, nowhere);
  for (size_t start = position + 1; start-- > 0;) {
    limits_.step();
    if (run(pc + 1, start, position)) return true;
  }
  return false;
}

bool Matcher::is_word_at(size_t position) const {
  const auto c = static_cast<unsigned char>(text_[position]);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

bool Matcher::word_edge(size_t position) const {
  const bool before = position > 0 && is_word_at(position - 1);
  const bool after = position < text_.size() && is_word_at(position);
  return before != after;
}

std::optional<Pattern::Groups> Pattern::search(std::string_view text, size_t start, Limits& limits) const {
  Matcher matcher(*this, text, limits);
  while (start <= text.size()) {
    if (matcher.match_at(start)) return matcher.groups();
    limits.step();
    if (start == text.size()) break;
    start += character_at(text, start).size();
  }
  return std::nullopt;
}

namespace {

std::optional<Pattern::Groups> groups_of(Interpreter& in, const Value& pattern, const std::string& text,
                                         size_t start) {
  if (start > text.size()) return std::nullopt;
  if (const auto* regexp = as<Regexp>(pattern)) return regexp->pattern->search(text, start, in.limits());
  const auto* plain = as<String>(pattern);
  if (plain == nullptr)
    in.raise("TypeError", "wrong argument type " + class_name(pattern) + " (expected Regexp)");
  in.limits().step((text.size() - start) / 1024);
  const size_t at = text.find(plain->text, start);
  if (at == std::string::npos) return std::nullopt;
  return Pattern::Groups{std::pair(at, at + plain->text.size())};
}

}  // namespace

Regexp* make_regexp(Interpreter& in, const std::string& source, const std::string& options) {
  auto* regexp = in.heap().make<Regexp>();
  regexp->source = source;
  regexp->options = options;
  try {
    regexp->pattern = Pattern::compile(source, options);
  } catch (const PatternError& error) {
    in.beyond(error.what());
  }
  return regexp;
}

std::string escape_regexp(std::string_view text) {
  constexpr std::string_view special = "[]{}()|-*.\\?+^$#";
  constexpr std::string_view blanks = " \t\n\r\f\v";
  constexpr std::string_view names = " tnrfv";
  std::string result;
  for (const char c : text) {
    const size_t blank = blanks.find(c);
    if (special.find(c) != std::string_view::npos || blank != std::string_view::npos) result += '\\';
    result += blank == std::string_view::npos ? c : names[blank];
  }
  return result;
}

const String* subject_of(Interpreter& in, const std::string& text) {
  return as<String>(in.heap().string(text));
}

MatchData* search(Interpreter& in, const Value& pattern, const String* subject, size_t start) {
  const auto groups = groups_of(in, pattern, subject->text, start);
  if (!groups) return nullptr;
  auto* match = in.heap().make<MatchData>();
  in.limits().allocate(groups->size() * sizeof(Pattern::Groups::value_type));
  match->subject = subject;
  match->groups = *groups;
  if (const auto* regexp = as<Regexp>(pattern)) match->names = regexp->pattern->names();
  return match;
}

std::optional<std::pair<size_t, size_t>> find_match(Interpreter& in, const Value& pattern,
                                                    const std::string& text, size_t start) {
  const auto groups = groups_of(in, pattern, text, start);
  return groups ? groups->front() : std::nullopt;
}

std::string expand_replacement(std::string_view replacement, const MatchData& match) {
  std::string text;
  for (size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (c != '\\' || next == '\0') {
      text += c;
    } else if (next >= '0' && next <= '9') {
      text += match.group(static_cast<size_t>(next - '0')).value_or("");
      ++i;
    } else if (next == '&' || next == '\\') {
      text += next == '&' ? match.group(0).value_or("") : "\\";
      ++i;
    } else if (const size_t end = replacement.find('>', i);
               replacement.substr(i + 1, 2) == "k<" && end != std::string_view::npos) {
      for (const auto& [name, index] : match.names) {
        if (name == replacement.substr(i + 3, end - i - 3)) text += match.group(index).value_or("");
      }
      i = end;
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace kamal::erb
