#define PCRE2_CODE_UNIT_WIDTH 8
#include "erb/pattern.h"

#include <algorithm>

#include <pcre2.h>

#include "erb/pattern_syntax.h"

namespace kamal::erb {
namespace {

constexpr size_t max_length = 20'000;
constexpr uint32_t max_nesting = 50;
constexpr uint32_t max_heap_kib = 64 * 1024;
constexpr uint64_t items_per_step = 2;

struct Freed {
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
template <class T>
using Owned = std::unique_ptr<T, Freed>;

PCRE2_SPTR bytes(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

pcre2_code* compile(const PatternSyntax& syntax) {
  const Owned<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_max_pattern_length(context.get(), max_length);
  pcre2_set_parens_nest_limit(context.get(), max_nesting);
  uint32_t options = PCRE2_UTF | PCRE2_MULTILINE | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C;
  if (syntax.has_names) options |= PCRE2_NO_AUTO_CAPTURE;
  int error = 0;
  size_t offset = 0;
  pcre2_code* const code =
      pcre2_compile(bytes(syntax.text), syntax.text.size(), options, &error, &offset, context.get());
  if (code != nullptr) return code;
  PCRE2_UCHAR message[200];
  pcre2_get_error_message(error, message, sizeof message);
  throw PatternError("this regular expression (" + std::string(reinterpret_cast<const char*>(message)) + ")");
}

Pattern::Names names_of(const pcre2_code* code) {
  uint32_t count = 0, size = 0;
  PCRE2_SPTR table = nullptr;
  pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
  pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
  pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
  Pattern::Names names;
  for (uint32_t i = 0; i < count; ++i, table += size)
    names.emplace_back(reinterpret_cast<const char*>(table + 2),
                       static_cast<size_t>(table[0]) << 8 | table[1]);
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return names;
}

// The work of one search. PCRE2's own match limit restarts at each position of the text.
struct Work {
  Limits& limits;
  uint64_t items = 0;
  size_t place = 0;
  bool exhausted = false;
};

// Before each item of the pattern. Items that run over much text count more.
int count_work(pcre2_callout_block* block, void* data) {
  auto& work = *static_cast<Work*>(data);
  const size_t place = block->current_position;
  work.items += 1 + (place > work.place ? place - work.place : work.place - place) / 64;
  work.place = place;
  if (work.items < items_per_step) return 0;
  try {
    work.limits.step(work.items / items_per_step);
  } catch (const LimitReached&) {
    work.exhausted = true;
    return PCRE2_ERROR_CALLOUT;
  }
  work.items = 0;
  return 0;
}

}  // namespace

Pattern::Pattern(std::string_view source, std::string_view options)
    : code_(compile(translate_pattern(source, options))), names_(names_of(code_)) {}

Pattern::~Pattern() { pcre2_code_free(code_); }

std::optional<Pattern::Groups> Pattern::search(std::string_view text, size_t start, Limits& limits) const {
  Work work{limits, 0, start};
  const Owned<pcre2_match_context> context(pcre2_match_context_create(nullptr));
  pcre2_set_heap_limit(context.get(), max_heap_kib);
  pcre2_set_callout(context.get(), count_work, &work);
  const Owned<pcre2_match_data> data(pcre2_match_data_create_from_pattern(code_, nullptr));
  const int count =
      pcre2_match(code_, bytes(text), text.size(), start, PCRE2_NO_UTF_CHECK, data.get(), context.get());
  limits.step();
  if (count == PCRE2_ERROR_NOMATCH) return std::nullopt;
  if (work.exhausted) limits.step(Limits::max_steps);
  if (count < 0) throw LimitReached("a regular expression has too much to try");
  const size_t* const places = pcre2_get_ovector_pointer(data.get());
  Groups groups;
  for (uint32_t i = 0; i < pcre2_get_ovector_count(data.get()); ++i) {
    const size_t first = places[2 * i], last = places[2 * i + 1];
    const bool set = first != PCRE2_UNSET && first <= last;
    groups.push_back(set ? std::optional(std::pair(first, last)) : std::nullopt);
  }
  return groups;
}

}  // namespace kamal::erb
