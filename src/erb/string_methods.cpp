// Text: reading, and making other text of it.
#include <algorithm>
#include <charconv>

#include "erb/elements.h"
#include "erb/format.h"
#include "erb/interpreter.h"
#include "erb/numbers.h"
#include "erb/regexp.h"
#include "erb/text.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

Value plus(Call& c) { return c.string(c.str() + c.string_arg(0)); }

Value times(Call& c) {
  const int64_t count = c.integer_arg(0);
  if (count < 0) c.raise("ArgumentError", "argument must be non-negative");
  const size_t repeats = static_cast<size_t>(std::min<int64_t>(count, int64_t{1} << 40));
  c.limits().allocate(repeats == 0 || c.str().size() <= Limits::max_bytes / repeats ? c.str().size() * repeats
                                                                                    : Limits::max_bytes + 1);
  std::string text;
  for (size_t i = 0; i < repeats && !c.str().empty(); ++i) text += c.str();
  return c.string(std::move(text));
}

Value percent(Call& c) {
  if (const auto* list = as<Array>(c.args[0])) return c.string(format(c, c.str(), list->items));
  return c.string(format(c, c.str(), {c.args[0]}));
}

Value part(Call& c, int64_t first, int64_t count) {
  const int64_t size = length(c.str());
  if (first < 0) first += size;
  if (first < 0 || first > size || count < 0) return {};
  return c.string(substring(c.str(), first, count));
}

Value of_range(Call& c, const Range& range) {
  const int64_t size = length(c.str());
  const auto* first = std::get_if<int64_t>(&range.first);
  const auto* last = std::get_if<int64_t>(&range.last);
  int64_t start = first ? *first : 0;
  int64_t end = last ? *last : -1;
  if (start < 0) start += size;
  if (end < 0) end += size;
  if (!range.exclusive || !last) ++end;
  if (start < 0 || start > size) return {};
  return part(c, start, std::max<int64_t>(0, end - start));
}

Value group_of(Call& c, const MatchData* match, const Value& group) {
  if (match == nullptr) return {};
  return c.in.call(Value(const_cast<MatchData*>(match)), "[]", {group});
}

Value index(Call& c) {
  const Value& key = c.args[0];
  if (as<Regexp>(key)) {
    auto* const match = search(c.in, key, subject_of(c.in, c.args[0], c.str()), 0);
    c.in.set_match(match);
    return group_of(c, match, c.count() > 1 ? c.args[1] : Value(int64_t{0}));
  }
  if (c.count() == 2) return part(c, c.integer_arg(0), c.integer_arg(1));
  if (const auto* text = as<String>(key)) {
    return c.str().find(text->text) == std::string::npos ? Value() : c.string(text->text);
  }
  if (const auto* range = as<Range>(key)) return of_range(c, *range);
  const int64_t at = c.integer_arg(0);
  const int64_t size = length(c.str());
  return at >= size || at < -size ? Value() : part(c, at, 1);
}

Value capitalize(Call& c) {
  const auto rest = byte_of(c.str(), 1);
  return c.string(upcase(c.str().substr(0, rest)) + downcase(c.str().substr(rest)));
}

Value chomp(Call& c) {
  if (c.count() == 0) return c.string(chomp_end(c.str()));
  std::string_view text = c.str();
  const std::string& end = c.string_arg(0);
  if (end.empty()) {
    while (text.ends_with('\n')) text = chomp_end(text);
  } else if (text.ends_with(end)) {
    text.remove_suffix(end.size());
  }
  return c.string(text);
}

Value chop(Call& c) {
  if (c.str().ends_with("\r\n")) return c.string(c.str().substr(0, c.str().size() - 2));
  return c.string(substring(c.str(), 0, std::max<int64_t>(0, length(c.str()) - 1)));
}

Value list_of(Call& c, const std::vector<std::string_view>& parts) {
  std::vector<Value> list;
  for (const std::string_view part : parts) list.push_back(c.string(part));
  return c.array(std::move(list));
}

Value lines(Call& c) {
  const Hash* const options = c.take_options();
  if (c.count() > 0) c.beyond("lines with another end");
  const auto ends = static_cast<size_t>(std::count(c.str().begin(), c.str().end(), '\n'));
  c.limits().allocate(ends * sizeof(std::string_view));
  std::vector<std::string_view> parts = lines_with_ends(c.str());
  if (truthy(c.option(options, "chomp"))) {
    for (std::string_view& part : parts) part = chomp_end(part);
  }
  return list_of(c, parts);
}

Value each_of(Call& c, Value (*list)(Call&)) {
  if (!c.block) return c.enumerator();
  for (const Value& one : as<Array>(list(c))->items) c.yield({one});
  return c.self;
}

Value chars(Call& c) { return list_of(c, c.characters()); }

Value bytes(Call& c) {
  c.limits().allocate(c.str().size() * sizeof(Value));
  std::vector<Value> list;
  for (const char byte : c.str()) list.emplace_back(static_cast<int64_t>(static_cast<unsigned char>(byte)));
  return c.array(std::move(list));
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

// The next text as Ruby counts them: a, b ... z, aa; a9, b0; v1.9, v2.0.
std::string successor(std::string text) {
  const auto alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  if (text.empty()) return text;
  const bool any = std::any_of(text.begin(), text.end(), alphanumeric);
  if (!any) {
    ++text.back();
    return text;
  }
  size_t last = std::string::npos;  // the leftmost character that was counted up
  for (size_t i = text.size(); i-- > 0;) {
    char& c = text[i];
    if (!alphanumeric(c)) {
      const bool more =
          last != std::string::npos &&
          std::any_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(i), alphanumeric);
      if (last == std::string::npos || more) continue;
      break;
    }
    last = i;
    if (c != '9' && c != 'z' && c != 'Z') {
      ++c;
      return text;
    }
    c = c == '9' ? '0' : c == 'z' ? 'a' : 'A';
  }
  const char carried = text[last];
  text.insert(last, 1, carried == '0' ? '1' : carried);
  return text;
}

Value upto(Call& c) {
  const std::string& last = c.string_arg(0);
  const bool exclusive = c.count() > 1 && truthy(c.args[1]);
  std::vector<Value> list;
  int64_t first_number = 0, last_number = 0;
  const bool numbers = parse_integer(c.str(), 10, first_number) && parse_integer(last, 10, last_number);
  std::string text = c.str();
  const bool possible = text.size() < last.size() || (text.size() == last.size() && text <= last) || numbers;
  while (possible && text.size() <= last.size()) {
    c.limits().step();
    if (text == last && exclusive) break;
    list.push_back(c.string(text));
    if (text == last) break;
    text = successor(text);
  }
  if (!c.block) return c.array(std::move(list));
  for (const Value& one : list) c.yield({one});
  return c.self;
}

Value to_i(Call& c) {
  const int64_t base = c.integer_arg(0, 10);
  if (base < 2 || base > 36) c.raise("ArgumentError", "invalid radix " + std::to_string(base));
  const auto number = leading_integer(c.str(), static_cast<int>(base));
  if (!number) c.beyond("a number of this size");
  return *number;
}

Value compare_cases(Call& c) {
  if (!as<String>(c.args[0])) return {};
  const std::string a = downcase(c.str()), b = downcase(c.string_arg(0));
  return int64_t{a < b ? -1 : a > b ? 1 : 0};
}

Value squish(Call& c) {
  std::string text;
  for (const char byte : strip_left(strip_right(c.str()))) {
    const bool blank = byte == ' ' || (byte >= '\t' && byte <= '\r');
    if (!blank)
      text += byte;
    else if (!text.ends_with(' '))
      text += ' ';
  }
  return c.string(std::move(text));
}

Value truncated(Call& c) {
  const Hash* const options = c.take_options();
  const int64_t most = c.integer_arg(0);
  const Value omission = c.option(options, "omission");
  const std::string end = kind_of(omission) == Kind::nil ? "..." : c.in.to_s(omission);
  if (truthy(c.option(options, "separator"))) c.beyond("truncate with a separator");
  if (length(c.str()) <= most) return c.string(c.str());
  return c.string(std::string(substring(c.str(), 0, std::max<int64_t>(0, most - length(end)))) + end);
}

std::string made(Call& c, std::string (*make)(std::string_view)) {
  if (c.count() > 0) c.beyond("this option");
  return make(c.str());
}

}  // namespace

const Methods& string_methods() {
  static const Methods methods = {
      {"+", 1, 1, plus},
      {"*", 1, 1, times},
      {"%", 1, 1, percent},
      {"[]", 1, 2, index},
      {"slice", 1, 2, index},
      {"length", 0, 0, [](Call& c) { return Value(length(c.str())); }},
      {"size", 0, 0, [](Call& c) { return Value(length(c.str())); }},
      {"bytesize", 0, 0, [](Call& c) { return Value(static_cast<int64_t>(c.str().size())); }},
      {"empty?", 0, 0, [](Call& c) { return Value(c.str().empty()); }},
      {"upcase", 0, 1, [](Call& c) { return c.string(made(c, upcase)); }},
      {"downcase", 0, 1, [](Call& c) { return c.string(made(c, downcase)); }},
      {"swapcase", 0, 1, [](Call& c) { return c.string(made(c, swapcase)); }},
      {"capitalize", 0, 0, capitalize},
      {"strip", 0, 0, [](Call& c) { return c.string(strip_left(strip_right(c.str()))); }},
      {"lstrip", 0, 0, [](Call& c) { return c.string(strip_left(c.str())); }},
      {"rstrip", 0, 0, [](Call& c) { return c.string(strip_right(c.str())); }},
      {"chomp", 0, 1, chomp},
      {"chop", 0, 0, chop},
      {"chr", 0, 0, [](Call& c) { return c.string(substring(c.str(), 0, 1)); }},
      {"chars", 0, 0, chars},
      {"bytes", 0, 0, bytes},
      {"lines", 0, 2, lines},
      {"each_line", 0, 2, [](Call& c) { return each_of(c, lines); }},
      {"each_char", 0, 0, [](Call& c) { return each_of(c, chars); }},
      {"each_byte", 0, 0, [](Call& c) { return each_of(c, bytes); }},
      {"reverse", 0, 0,
       [](Call& c) {
         std::string text;
         const std::vector<std::string_view> list = c.characters();
         for (auto one = list.rbegin(); one != list.rend(); ++one) text += *one;
         return c.string(std::move(text));
       }},
      {"center", 1, 2, [](Call& c) { return padded(c, Side::both); }},
      {"ljust", 1, 2, [](Call& c) { return padded(c, Side::right); }},
      {"rjust", 1, 2, [](Call& c) { return padded(c, Side::left); }},
      {"to_i", 0, 1, to_i},
      {"to_f", 0, 0, [](Call& c) { return Value(leading_float(c.str())); }},
      {"to_str", 0, 0, [](Call& c) { return c.self; }},
      {"to_sym", 0, 0, [](Call& c) { return c.symbol(c.str()); }},
      {"intern", 0, 0, [](Call& c) { return c.symbol(c.str()); }},
      {"hex", 0, 0, [](Call& c) { return Value(leading_integer(c.str(), 16).value_or(0)); }},
      {"oct", 0, 0, [](Call& c) { return Value(leading_integer(c.str(), 8).value_or(0)); }},
      {"ord", 0, 0,
       [](Call& c) {
         if (c.str().empty()) c.raise("ArgumentError", "empty string");
         return Value(static_cast<int64_t>(code_point(first_character(c.str()))));
       }},
      {"succ", 0, 0, [](Call& c) { return c.string(successor(c.str())); }},
      {"next", 0, 0, [](Call& c) { return c.string(successor(c.str())); }},
      {"upto", 1, 2, upto},
      {"casecmp", 1, 1, compare_cases},
      {"casecmp?", 1, 1,
       [](Call& c) {
         const Value order = compare_cases(c);
         return kind_of(order) == Kind::nil ? order : Value(std::get<int64_t>(order) == 0);
       }},
      {"ascii_only?", 0, 0,
       [](Call& c) {
         return Value(
             std::all_of(c.str().begin(), c.str().end(), [](char byte) { return (byte & 0x80) == 0; }));
       }},
      {"valid_encoding?", 0, 0,
       [](Call& c) {
         const auto list = c.characters();
         return Value(std::none_of(list.begin(), list.end(),
                                   [](auto one) { return one.size() == 1 && (one[0] & 0x80) != 0; }));
       }},
      {"+@", 0, 0, [](Call& c) { return c.string(c.str()); }},
      {"-@", 0, 0, [](Call& c) { return c.self; }},
      {"squish", 0, 0, squish},
      {"truncate", 1, 2, truncated},
  };
  return methods;
}

}  // namespace kamal::erb
