#define PCRE2_CODE_UNIT_WIDTH 8
#include <algorithm>
#include <exception>

#include <pcre2.h>

#include "erb/regexp.h"

namespace kamal::erb {
namespace {

constexpr size_t max_length = 5'000;

// What may stand in a regular expression here: items that mean the same to Ruby and to PCRE2, but for a few
// that are replaced. Everything else needs Ruby.
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
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
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

// For PCRE2. Throws PatternError for what it would read in another way.
std::string translated(std::string_view source, bool spaced) {
  if (source.size() > max_length) throw PatternError("a regular expression of this length");
  static pcre2_code* const items = compile(item_pattern, PCRE2_UTF | PCRE2_ANCHORED);
  const MatchResult match(pcre2_match_data_create_from_pattern(items, nullptr));
  std::string text;
  while (!source.empty()) {
    const int found = pcre2_match(items, bytes(source), source.size(), 0, 0, match.get(), nullptr);
    if (found < 0 || (spaced && source[0] == '#'))
      throw PatternError("`" + std::string(source.substr(0, 4)) + "` in a regular expression");
    const std::string_view item = source.substr(0, pcre2_get_ovector_pointer(match.get())[1]);
    const auto* const other = std::find_if(std::begin(replacements), std::end(replacements),
                                           [&](const Replacement& one) { return one.item == item; });
    text += other == std::end(replacements) ? item : other->text;
    source.remove_prefix(item.size());
  }
  return text;
}

// Ruby's ^ and $ are those of lines, and beside named groups it numbers no others.
uint32_t flags_of(std::string_view source, std::string_view options) {
  if (options.find_first_not_of("imx") != std::string_view::npos)
    throw PatternError("this option of a regular expression");
  uint32_t flags = PCRE2_UTF | PCRE2_MULTILINE | PCRE2_AUTO_CALLOUT;
  if (options.find('i') != std::string_view::npos) flags |= PCRE2_CASELESS;
  if (options.find('m') != std::string_view::npos) flags |= PCRE2_DOTALL;
  if (options.find('x') != std::string_view::npos) flags |= PCRE2_EXTENDED;
  for (size_t at = source.find("(?<"); at != std::string_view::npos; at = source.find("(?<", at + 3)) {
    const bool named = !source.substr(at + 3).starts_with('=') && !source.substr(at + 3).starts_with('!');
    if (named) flags |= PCRE2_NO_AUTO_CAPTURE;
  }
  return flags;
}

// The work of one search, as a limit: PCRE2's own one restarts at each position of the text.
struct Work {
  Limits& limits;
  size_t place = 0;
  std::exception_ptr exhausted = nullptr;
};

// Before each item of the pattern. Items that run over much text count more.
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

}  // namespace

Pattern::Pattern(std::string_view source, std::string_view options) {
  const uint32_t flags = flags_of(source, options);
  code_ = compile(translated(source, (flags & PCRE2_EXTENDED) != 0), flags);
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
  if (found < 0) throw LimitReached("a regular expression has too much to try");
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

}  // namespace kamal::erb
