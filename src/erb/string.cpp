// Methods of strings and symbols. Those that search are in string_search.cpp.
#include <algorithm>

#include "erb/format.h"
#include "erb/interpreter.h"
#include "erb/text.h"
#include "kamal/support/quoting.h"

namespace kamal::erb {
namespace {

Value times(Call& c) {
  const int64_t count = c.integer_arg(0);
  if (count < 0) c.raise("ArgumentError", "argument must be non-negative");
  const auto repeats = static_cast<size_t>(std::min<int64_t>(count, int64_t{1} << 40));
  const bool fits = repeats == 0 || c.str().size() <= Limits::max_bytes / repeats;
  c.limits().allocate(fits ? c.str().size() * repeats : Limits::max_bytes + 1);
  std::string text;
  for (size_t i = 0; i < repeats && !c.str().empty(); ++i) text += c.str();
  return c.string(std::move(text));
}

Value percent(Call& c) {
  if (const auto* list = as<Array>(c.args[0])) return c.string(format(c, c.str(), list->items));
  return c.string(format(c, c.str(), {c.args[0]}));
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string in_case(Call& c, char (*change)(char), std::string text) {
  const bool ascii = std::none_of(text.begin(), text.end(), [](char one) { return (one & 0x80) != 0; });
  if (!ascii) c.beyond("`" + std::string(c.name) + "` of letters beyond ASCII");
  std::transform(text.begin(), text.end(), text.begin(), change);
  return text;
}

Value capitalize(Call& c) {
  return c.string(in_case(c, upper, c.str().substr(0, 1)) +
                  in_case(c, lower, c.str().empty() ? "" : c.str().substr(1)));
}

Value chomp(Call& c) {
  if (c.count() == 0) return c.string(chomp_end(c.str()));
  std::string_view text = c.str();
  const std::string& end = c.string_arg(0);
  if (end.empty()) c.beyond("`chomp` of an empty text");
  if (text.ends_with(end)) text.remove_suffix(end.size());
  return c.string(text);
}

std::vector<std::string_view> lines(Call& c) {
  const Hash* const options = c.take_options();
  if (c.count() > 0) c.beyond("lines with another end");
  const auto ends = static_cast<size_t>(std::count(c.str().begin(), c.str().end(), '\n'));
  c.limits().allocate(ends * sizeof(std::string_view));
  std::vector<std::string_view> list = lines_with_ends(c.str());
  if (truthy(c.option(options, "chomp"))) std::transform(list.begin(), list.end(), list.begin(), chomp_end);
  return list;
}

Value each_line(Call& c) {
  for (const std::string_view line : lines(c)) c.yield({c.string(line)});
  return c.self;
}

std::vector<std::string_view> chars(const Call& c) {
  c.limits().allocate(c.str().size() * sizeof(std::string_view));
  return characters(c.str());
}

Value reversed(Call& c) {
  std::string text;
  const std::vector<std::string_view> list = chars(c);
  for (auto one = list.rbegin(); one != list.rend(); ++one) text += *one;
  return c.string(std::move(text));
}

enum class Side { left, right, both };

Value padded(Call& c, Side side) {
  const std::string pad = c.count() > 1 ? c.string_arg(1) : " ";
  const int64_t missing = c.integer_arg(0) - length(c.str());
  if (pad.empty()) c.raise("ArgumentError", "zero width padding");
  if (missing <= 0) return c.string(c.str());
  c.limits().allocate(static_cast<size_t>(std::min<int64_t>(missing, int64_t{1} << 40)));
  const auto filling = [&](int64_t count) {
    std::string text;
    for (int64_t size = 0; size < count; size += length(pad)) {
      c.limits().step();
      c.limits().allocate(pad.size());
      text += pad;
    }
    return std::string(substring(text, 0, count));
  };
  const int64_t before = side == Side::left ? missing : side == Side::right ? 0 : missing / 2;
  return c.string(filling(before) + c.str() + filling(missing - before));
}

Value to_i(Call& c) {
  const int64_t base = c.integer_arg(0, 10);
  if (base < 2 || base > 36) c.raise("ArgumentError", "invalid radix " + std::to_string(base));
  const auto number = leading_integer(c.str(), static_cast<int>(base));
  if (!number) c.beyond("a number of this size");
  return *number;
}

Value append(Call& c) {
  const std::string more = c.string_arg(0);
  c.limits().allocate(more.size());
  as<String>(c.self)->text += more;
  return c.self;
}

// The characters of tr and delete: a-z, ^x, \-.
struct Characters {
  std::vector<unsigned> list;
  bool negated = false;
  size_t place(unsigned c) const {
    return static_cast<size_t>(std::find(list.begin(), list.end(), c) - list.begin());
  }
  bool contains(unsigned c) const { return negated == (place(c) == list.size()); }
};

Characters characters_of(Call& c, const std::string& text) {
  Characters made;
  const std::vector<std::string_view> items = characters(text);
  made.negated = items.size() > 1 && items[0] == "^";
  for (size_t i = made.negated ? 1 : 0; i < items.size(); ++i) {
    const bool range = i + 2 < items.size() && items[i + 1] == "-" && items[i] != "\\";
    if (items[i] == "\\" && i + 1 < items.size()) ++i;
    const unsigned first = code_point(items[i]), last = range ? code_point(items[i + 2]) : first;
    if (first > last) {
      c.raise("ArgumentError", "invalid range \"" + std::string(items[i]) + "-" + std::string(items[i + 2]) +
                                   "\" in string transliteration");
    }
    c.limits().allocate((last - first + 1) * sizeof(unsigned));
    for (unsigned one = first; one <= last; ++one) made.list.push_back(one);
    if (range) i += 2;
  }
  return made;
}

// Replaces each character of the first argument by the one in the same place of `to`, or else by its last
// one.
Value transliterated(Call& c, const std::string& replacement) {
  const Characters from = characters_of(c, c.string_arg(0));
  const Characters to = characters_of(c, replacement);
  std::string result;
  for (const std::string_view character : chars(c)) {
    const unsigned code = code_point(character);
    if (!from.contains(code))
      result += character;
    else if (!to.list.empty())
      append_utf8(result,
                  to.list[std::min(from.negated ? to.list.size() : from.place(code), to.list.size() - 1)]);
  }
  return c.string(std::move(result));
}

}  // namespace

const Methods& string_methods() {
  static constexpr auto size = [](Call& c) { return Value(length(c.str())); };
  static constexpr auto symbol = [](Call& c) { return Value(c.in.heap().symbol(c.str())); };
  static const Methods methods = {
      {"%", 1, 1, percent},
      {"*", 1, 1, times},
      {"+", 1, 1, [](Call& c) { return c.string(c.str() + c.string_arg(0)); }},
      {"+@", 0, 0, [](Call& c) { return c.string(c.str()); }},
      {"<<", 1, 1, append},
      {"bytesize", 0, 0, [](Call& c) { return Value(static_cast<int64_t>(c.str().size())); }},
      {"capitalize", 0, 0, capitalize},
      {"center", 1, 2, [](Call& c) { return padded(c, Side::both); }},
      {"chars", 0, 0, [](Call& c) { return c.strings(chars(c)); }},
      {"chomp", 0, 1, chomp},
      {"delete", 1, 1, [](Call& c) { return transliterated(c, ""); }},
      {"downcase", 0, 0, [](Call& c) { return c.string(in_case(c, lower, c.str())); }},
      {"each_line", 0, 1, each_line},
      {"empty?", 0, 0, [](Call& c) { return Value(c.str().empty()); }},
      {"length", 0, 0, size},
      {"lines", 0, 1, [](Call& c) { return c.strings(lines(c)); }},
      {"ljust", 1, 2, [](Call& c) { return padded(c, Side::right); }},
      {"lstrip", 0, 0, [](Call& c) { return c.string(strip_left(c.str())); }},
      {"reverse", 0, 0, reversed},
      {"rjust", 1, 2, [](Call& c) { return padded(c, Side::left); }},
      {"rstrip", 0, 0, [](Call& c) { return c.string(strip_right(c.str())); }},
      {"shellescape", 0, 0, [](Call& c) { return c.string(shellwords_escape(c.str())); }},
      {"size", 0, 0, size},
      {"strip", 0, 0, [](Call& c) { return c.string(strip_left(strip_right(c.str()))); }},
      {"to_f", 0, 0, [](Call& c) { return Value(leading_float(c.str())); }},
      {"to_i", 0, 1, to_i},
      {"to_str", 0, 0, [](Call& c) { return c.self; }},
      {"to_sym", 0, 0, symbol},
      {"tr", 2, 2, [](Call& c) { return transliterated(c, c.string_arg(1)); }},
      {"upcase", 0, 0, [](Call& c) { return c.string(in_case(c, upper, c.str())); }},
  };
  return methods;
}

const Methods& symbol_methods() {
  static constexpr auto text = [](Call& c) { return c.string(c.in.to_s(c.self)); };
  static constexpr auto as_string = [](Call& c) { return c.in.call(text(c), c.name, c.args, c.block); };
  static const Methods methods = {
      {"empty?", 0, 0, as_string},
      {"end_with?", 0, -1, as_string},
      {"length", 0, 0, as_string},
      {"name", 0, 0, text},
      {"size", 0, 0, as_string},
      {"start_with?", 0, -1, as_string},
      {"to_sym", 0, 0, [](Call& c) { return c.self; }},
  };
  return methods;
}

}  // namespace kamal::erb
