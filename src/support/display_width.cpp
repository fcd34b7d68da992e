#include "kamal/support/display_width.h"

#include <algorithm>
#include <array>
#include <span>

#include "kamal/support/encoding.h"

namespace kamal {
namespace {

struct Range {
  unsigned first;
  unsigned last;
};

// Approximated by blocks: Unicode's EastAsianWidth W and F, and general categories Mn, Me and Cf.
constexpr std::array zero_width = {Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},
                                   Range{0x0610, 0x061A}, Range{0x064B, 0x065F}, Range{0x1AB0, 0x1AFF},
                                   Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200F}, Range{0x202A, 0x202E},
                                   Range{0x2060, 0x2064}, Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F},
                                   Range{0xFE20, 0xFE2F}, Range{0xFEFF, 0xFEFF}, Range{0xE0100, 0xE01EF}};
constexpr std::array double_width = {
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23EC},   Range{0x2E80, 0x303E},
    Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},
    Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF},
    Range{0x1F900, 0x1F9FF}, Range{0x1FA70, 0x1FAFF}, Range{0x20000, 0x3FFFD}};

bool is_in(std::span<const Range> ranges, unsigned code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return range.first <= code && code <= range.last; });
}

size_t width_of(unsigned code) {
  if (is_in(zero_width, code)) return 0;
  return is_in(double_width, code) ? 2 : 1;
}

// A byte that is not UTF-8 is a character.
size_t first_character_size(std::string_view text) { return std::max<size_t>(utf8_character_size(text), 1); }

}  // namespace

std::string_view cut_to_width(std::string_view text, size_t columns) {
  size_t taken = 0;
  while (taken < text.size()) {
    const size_t bytes = first_character_size(text.substr(taken));
    const size_t width = width_of(code_point(text.substr(taken, bytes)));
    if (width > columns) break;
    columns -= width;
    taken += bytes;
  }
  return text.substr(0, taken);
}

size_t display_width(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const size_t bytes = first_character_size(text);
    columns += width_of(code_point(text.substr(0, bytes)));
    text.remove_prefix(bytes);
  }
  return columns;
}

}  // namespace kamal
