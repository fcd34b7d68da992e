#include "erb/character_sets.h"

#include <algorithm>

namespace kamal::erb {
namespace {

constexpr unsigned last_character = 0x10FFFF;

const Ranges digits = {{'0', '9'}};
const Ranges blanks = {{'\t', '\r'}, {' ', ' '}};
const Ranges hex_digits = {{'0', '9'}, {'a', 'f'}, {'A', 'F'}};
// Of [:alpha:]; \w and \d know ASCII only.
const Ranges letters = {{'a', 'z'},   {'A', 'Z'},   {0xAA, 0xAA},  {0xB5, 0xB5},    {0xBA, 0xBA},
                        {0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x1FFF}, {0x3040, 0xD7FF}};

const Ranges word_characters = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};

}  // namespace

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

std::optional<Ranges> named_class(std::string_view name) {
  Ranges alphanumeric = letters;
  alphanumeric.emplace_back('0', '9');
  if (name == "alpha") return letters;
  if (name == "alnum") return alphanumeric;
  if (name == "digit") return digits;
  if (name == "space") return blanks;
  if (name == "blank") return Ranges{{' ', ' '}, {'\t', '\t'}};
  if (name == "upper") return Ranges{{'A', 'Z'}};
  if (name == "lower") return Ranges{{'a', 'z'}};
  if (name == "xdigit") return hex_digits;
  if (name == "word") {
    alphanumeric.emplace_back('_', '_');
    return alphanumeric;
  }
  if (name == "punct") return Ranges{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}};
  return std::nullopt;
}

}  // namespace kamal::erb
