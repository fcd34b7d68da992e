// Text: replacing, dropping and counting characters of a set.
#include <algorithm>

#include "erb/interpreter.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

// The characters of tr, delete, squeeze and count: a-z, ^x, \-.
struct Characters {
  std::vector<unsigned> list;
  bool negated = false;
  bool contains(unsigned c) const {
    return negated != (std::find(list.begin(), list.end(), c) != list.end());
  }
};

Characters characters_of(Call& c, const std::string& text) {
  Characters made;
  std::vector<std::string_view> parts = characters(text);
  made.negated = parts.size() > 1 && parts[0] == "^";
  for (size_t i = made.negated ? 1 : 0; i < parts.size(); ++i) {
    const bool range = i + 2 < parts.size() && parts[i + 1] == "-" && parts[i] != "\\";
    if (parts[i] == "\\" && i + 1 < parts.size()) ++i;
    if (!range) {
      made.list.push_back(code_point(parts[i]));
      continue;
    }
    const unsigned last = code_point(parts[i + 2]);
    if (code_point(parts[i]) > last)
      c.raise("ArgumentError", "invalid range \"" + std::string(parts[i]) + "-" + std::string(parts[i + 2]) +
                                   "\" in string transliteration");
    for (unsigned one = code_point(parts[i]); one <= last; ++one) made.list.push_back(one);
    c.limits().allocate(made.list.size());
    i += 2;
  }
  return made;
}

// Is the character in all of the sets that the arguments are?
bool in_all(const std::vector<Characters>& sets, unsigned character) {
  return std::all_of(sets.begin(), sets.end(),
                     [&](const Characters& set) { return set.contains(character); });
}

std::vector<Characters> sets_of(Call& c) {
  std::vector<Characters> sets;
  for (size_t i = 0; i < c.count(); ++i) sets.push_back(characters_of(c, c.string_arg(i)));
  return sets;
}

Value tr(Call& c) {
  const Characters from = characters_of(c, c.string_arg(0));
  const Characters to = characters_of(c, c.string_arg(1));
  std::string result;
  for (const std::string_view character : c.characters()) {
    const unsigned code = code_point(character);
    if (!from.contains(code)) {
      result += character;
      continue;
    }
    if (to.list.empty()) continue;
    const auto place =
        from.negated
            ? to.list.size() - 1
            : static_cast<size_t>(std::find(from.list.begin(), from.list.end(), code) - from.list.begin());
    append_utf8(result, to.list[std::min(place, to.list.size() - 1)]);
  }
  return c.string(std::move(result));
}

Value without(Call& c) {
  const std::vector<Characters> sets = sets_of(c);
  std::string result;
  for (const std::string_view character : c.characters()) {
    if (!in_all(sets, code_point(character))) result += character;
  }
  return c.string(std::move(result));
}

Value squeeze(Call& c) {
  const std::vector<Characters> sets = sets_of(c);
  std::string result;
  std::string_view before;
  for (const std::string_view character : c.characters()) {
    if (character != before || !in_all(sets, code_point(character))) result += character;
    before = character;
  }
  return c.string(std::move(result));
}

Value count(Call& c) {
  const std::vector<Characters> sets = sets_of(c);
  const std::vector<std::string_view> list = c.characters();
  return static_cast<int64_t>(
      std::count_if(list.begin(), list.end(), [&](auto one) { return in_all(sets, code_point(one)); }));
}

}  // namespace

const Methods& string_character_methods() {
  static const Methods methods = {
      {"tr", 2, 2, tr},
      {"delete", 1, -1, without},
      {"squeeze", 0, -1, squeeze},
      {"count", 1, -1, count},
  };
  return methods;
}

}  // namespace kamal::erb
