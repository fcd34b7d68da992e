#define PCRE2_CODE_UNIT_WIDTH 8
#include "erb/regexp.h"

#include <algorithm>
#include <exception>

#include <pcre2.h>

#include "erb/interpreter.h"
#include "kamal/support/encoding.h"

namespace kamal::erb {
namespace {

constexpr size_t max_length = 5'000;

// The supported items of a regular expression: they mean the same in Ruby and in PCRE2, except for a few that
// are replaced. Everything else needs Ruby.
constexpr std::string_view item_pattern = R"((?x)
  [^\\\[({]                                                     # a character, a dot, an anchor, an alternative
| \\ (?: [dDwWsShbAzZntre] | [1-9](?!\d) | k<\w+> | [^A-Za-z0-9] )
| \[ \^? \]? (?: [^]\\[&] | &(?!&) | \\[dDwWsSntre] | \\[^A-Za-z0-9] )* \]
| \( (?: (?![*?]) | \?[:=!>] | \?<[=!] | \?<[A-Za-z_]\w*> )
| \{ \d+ (?: \} (?![+?]) | , \d* \} (?!\+) )
| \{ (?![\d,])                                                # stands for itself
)";

struct Replacement {
  std::string_view item, text;
};
constexpr Replacement replacements[] = {
    {"\\h", "[0-9a-fA-F]"},
    {"{", "\\{"},
    // Ruby's \b counts the letters of all scripts, its \w those of ASCII.
    {"\\b",
     "(?:(?<=[\\p{L}\\p{M}\\p{N}\\p{Pc}])(?![\\p{L}\\p{M}\\p{N}\\p{Pc}])|"
     "(?<![\\p{L}\\p{M}\\p{N}\\p{Pc}])(?=[\\p{L}\\p{M}\\p{N}\\p{Pc}]))"},
};

template <auto free>
struct Freed {
  void operator()(auto* object) const { free(object); }
};
using CompileContext = std::unique_ptr<pcre2_compile_context, Freed<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Freed<pcre2_match_context_free>>;
using MatchResult = std::unique_ptr<pcre2_match_data, Freed<pcre2_match_data_free>>;

PCRE2_SPTR bytes(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

pcre2_code* compile(std::string_view text, uint32_t flags) {
  const CompileContext context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context.get(), 50);
  int error = 0;
  size_t offset = 0;
  pcre2_code* const code = pcre2_compile(bytes(text), text.size(), flags, &error, &offset, context.get());
  if (code != nullptr) return code;
  PCRE2_UCHAR message[200];
  pcre2_get_error_message(error, message, sizeof message);
  throw PatternError("this regular expression (" + std::string(reinterpret_cast<const char*>(message)) + ")");
}

// Translates the pattern for PCRE2, and adds flags. Throws PatternError for what PCRE2 would read
// differently.
std::string translated(std::string_view source, uint32_t& flags) {
  if (source.size() > max_length) throw PatternError("a regular expression this long");
  static pcre2_code* const items = compile(item_pattern, PCRE2_UTF | PCRE2_ANCHORED);
  const MatchResult match(pcre2_match_data_create_from_pattern(items, nullptr));
  std::string text;
  while (!source.empty()) {
    const int found = pcre2_match(items, bytes(source), source.size(), 0, 0, match.get(), nullptr);
    if (found < 0 || ((flags & PCRE2_EXTENDED) != 0 && source[0] == '#'))
      throw PatternError("`" + std::string(source.substr(0, 4)) + "` in a regular expression");
    const std::string_view item = source.substr(0, pcre2_get_ovector_pointer(match.get())[1]);
    const auto* const other = std::ranges::find(replacements, item, &Replacement::item);
    text += other == std::end(replacements) ? item : other->text;
    // With named groups, Ruby does not number the others.
    if (item.starts_with("(?<") && item.ends_with('>')) flags |= PCRE2_NO_AUTO_CAPTURE;
    source.remove_prefix(item.size());
  }
  return text;
}

// Ruby's ^ and $ match at lines.
uint32_t flags_of(std::string_view options) {
  if (options.find_first_not_of("imx") != std::string_view::npos)
    throw PatternError("this option of a regular expression");
  uint32_t flags = PCRE2_UTF | PCRE2_MULTILINE | PCRE2_AUTO_CALLOUT;
  if (options.find('i') != std::string_view::npos) flags |= PCRE2_CASELESS;
  if (options.find('m') != std::string_view::npos) flags |= PCRE2_DOTALL;
  if (options.find('x') != std::string_view::npos) flags |= PCRE2_EXTENDED;
  return flags;
}

// The work limit of one search: PCRE2's own limit restarts at each position of the text.
struct Work {
  Limits& limits;
  size_t place = 0;
  std::exception_ptr exhausted = nullptr;
};

// Called before each item of the pattern. Items that span much text count more.
int count_work(pcre2_callout_block* block, void* data) {
  auto& work = *static_cast<Work*>(data);
  const size_t place = block->current_position;
  const size_t distance = place > work.place ? place - work.place : work.place - place;
  work.place = place;
  try {
    work.limits.step(1 + distance / 64);
  } catch (const LimitReached&) {
    work.exhausted = std::current_exception();
    return PCRE2_ERROR_CALLOUT;
  }
  return 0;
}

// --- Matches

const MatchData& match_of(const Call& c) { return *as<MatchData>(c.self); }

Value group_at(const Call& c, const MatchData& match, size_t index) {
  const auto group = match.group(index);
  return group ? c.string(*group) : Value();
}

size_t group_number(const MatchData& match, const std::string& name) {
  return match.pattern ? match.pattern->group_number(name) : 0;
}

Value group(Call& c) {
  if (const auto* index = as<int64_t>(c.args[0])) {
    const auto size = static_cast<int64_t>(match_of(c).groups.size());
    return group_at(c, match_of(c), static_cast<size_t>(*index < 0 ? *index + size : *index));
  }
  const std::string name = c.in.to_s(c.args[0]);
  const size_t number = group_number(match_of(c), name);
  if (number == 0) c.raise("IndexError", "undefined group name reference: " + name);
  return group_at(c, match_of(c), number);
}

}  // namespace

Pattern::Pattern(std::string_view source, std::string_view options) {
  uint32_t flags = flags_of(options);
  const std::string text = translated(source, flags);
  code_ = compile(text, flags);
}

Pattern::~Pattern() { pcre2_code_free(code_); }

std::optional<MatchData::Groups> Pattern::search(std::string_view text, size_t start, Limits& limits) const {
  Work work{limits, start};
  const MatchContext context(pcre2_match_context_create(nullptr));
  pcre2_set_heap_limit(context.get(), 64 * 1024);
  pcre2_set_callout(context.get(), count_work, &work);
  const MatchResult match(pcre2_match_data_create_from_pattern(code_, nullptr));
  const int found =
      pcre2_match(code_, bytes(text), text.size(), start, PCRE2_NO_UTF_CHECK, match.get(), context.get());
  limits.step();
  if (found == PCRE2_ERROR_NOMATCH) return std::nullopt;
  if (work.exhausted) std::rethrow_exception(work.exhausted);
  if (found < 0) throw LimitReached("regular expression exceeded its step limit");
  const size_t* const places = pcre2_get_ovector_pointer(match.get());
  MatchData::Groups groups(pcre2_get_ovector_count(match.get()));
  for (size_t i = 0; i < groups.size(); ++i) {
    if (places[2 * i] != PCRE2_UNSET) groups[i] = std::pair(places[2 * i], places[2 * i + 1]);
  }
  return groups;
}

size_t Pattern::group_number(const std::string& name) const {
  return static_cast<size_t>(std::max(0, pcre2_substring_number_from_name(code_, bytes(name))));
}

Regexp* make_regexp(Interpreter& in, const std::string& source, const std::string& options) {
  in.limits().allocate(1024 + 16 * source.size());  // an estimate of PCRE2's memory
  auto* regexp = in.heap().make<Regexp>();
  regexp->source = source;
  regexp->options = options;
  try {
    regexp->pattern = std::make_shared<const Pattern>(source, options);
  } catch (const PatternError& error) {
    in.beyond(error.what());
  }
  return regexp;
}

const String* subject_of(Interpreter& in, const Value& pattern, const std::string& text) {
  if (as<Regexp>(pattern) && !is_utf8(text)) in.raise("ArgumentError", "invalid byte sequence in UTF-8");
  return as<String>(in.heap().string(text));
}

MatchData* search(Interpreter& in, const Value& pattern, const String* subject, size_t start) {
  const std::string& text = subject->text;
  if (start > text.size()) return nullptr;
  std::optional<MatchData::Groups> groups;
  const auto* regexp = as<Regexp>(pattern);
  if (regexp) {
    groups = regexp->pattern->search(text, start, in.limits());
  } else if (const auto* plain = as<String>(pattern)) {
    in.limits().step((text.size() - start) / 1024);
    const size_t at = text.find(plain->text, start);
    if (at != std::string::npos) groups = MatchData::Groups{std::pair(at, at + plain->text.size())};
  } else {
    in.raise("TypeError", "wrong argument type " + class_name(pattern) + " (expected Regexp)");
  }
  if (!groups) return nullptr;
  auto* match = in.heap().make<MatchData>();
  in.limits().allocate(groups->size() * sizeof(MatchData::Groups::value_type));
  match->subject = subject;
  match->groups = std::move(*groups);
  match->pattern = regexp ? regexp->pattern.get() : nullptr;
  return match;
}

Value groups_of_match(const Call& c, const MatchData& match, size_t first) {
  Values list;
  for (size_t i = first; i < match.groups.size(); ++i) list.push_back(group_at(c, match, i));
  return c.array(std::move(list));
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
      const size_t number = group_number(match, std::string(replacement.substr(i + 3, end - i - 3)));
      if (number > 0) text += match.group(number).value_or("");
      i = end;
    } else {
      text += c;
    }
  }
  return text;
}

Methods regexp_methods() {
  static constexpr auto on_text = [](Call& c) -> Value {
    if (is_nil(c.args[0])) return c.name == "match?" ? Value(false) : Value();
    return c.in.call(c.string(c.string_arg(0)), c.name, {c.self});
  };
  static constexpr auto case_equal = [](Call& c) -> Value {
    if (!as<String>(c.args[0])) return false;
    return !is_nil(c.in.call(c.args[0], "=~", {c.self}));
  };
  return {
      {"Regexp#===", 1, 1, case_equal},
      {"Regexp#=~ match match?", 1, 1, on_text},
      {"MatchData#[]", 1, 1, group},
      {"MatchData#captures", 0, 0, [](Call& c) { return groups_of_match(c, match_of(c), 1); }},
      {"MatchData#to_a", 0, 0, [](Call& c) { return groups_of_match(c, match_of(c), 0); }},
  };
}

}  // namespace kamal::erb
