#include "yaml/scalar.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <string>

#include "kamal/support/strings.h"

namespace kamal::yaml {
namespace {

bool has_only(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

constexpr std::string_view digits = "0123456789";
constexpr std::string_view separators = ",_";

std::string without_separators(std::string_view text) {
  std::string result(text);
  std::erase_if(result, [](char c) { return separators.find(c) != std::string_view::npos; });
  return result;
}

// A sign and what follows it.
struct Signed {
  bool negative = false;
  std::string_view rest;
};
Signed split_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) return {text.front() == '-', text.substr(1)};
  return {false, text};
}

// Takes `least` to `most` digits from the front of `text`.
std::optional<std::string_view> take_digits(std::string_view& text, size_t least, size_t most) {
  size_t count = 0;
  while (count < most && count < text.size() && is_digit(text[count])) ++count;
  if (count < least) return std::nullopt;
  const std::string_view taken = text.substr(0, count);
  text.remove_prefix(count);
  return taken;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Value> read_word(std::string_view text) {
  if (text == "~") return Value();
  if (text.size() > 5) return std::nullopt;
  const std::string word = lower(text);
  if (word == "null") return Value();
  if (word == "yes" || word == "true" || word == "on") return Value(true);
  if (word == "no" || word == "false" || word == "off") return Value(false);
  return std::nullopt;
}

// YYYY-M-D at the front of `text`, even for a day that does not exist.
std::optional<std::chrono::year_month_day> take_day(std::string_view& text) {
  const auto number = [](std::string_view taken) { return parse_integer<int>(taken).value_or(0); };
  const auto year = take_digits(text, 4, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 1, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 1, 2);
  if (!day) return std::nullopt;
  return std::chrono::year_month_day{std::chrono::year{number(*year)},
                                     std::chrono::month{static_cast<unsigned>(number(*month))},
                                     std::chrono::day{static_cast<unsigned>(number(*day))}};
}

// H:MM:SS[.fraction][ zone], the rest of a time.
bool is_time_of_day(std::string_view text) {
  if (!take_digits(text, 1, 2) || !take(text, ':')) return false;
  if (!take_digits(text, 2, 2) || !take(text, ':') || !take_digits(text, 2, 2)) return false;
  if (take(text, '.')) take_digits(text, 0, std::string_view::npos);
  while (take(text, ' ') || take(text, '\t')) {
  }
  if (text.empty() || text == "Z") return true;
  if (!take(text, '+') && !take(text, '-')) return false;
  if (!take_digits(text, 1, 2)) return false;
  take(text, ':');
  return text.empty() || (text.size() == 2 && has_only(text, digits));
}

// Dates and times stay text, a date with all its digits; they count as odd, since Kamal refuses most
// of them.
std::optional<Value> read_date(std::string_view text) {
  std::string_view rest = text.starts_with('-') ? text.substr(1) : text;
  const auto day = take_day(rest);
  if (!day) return std::nullopt;
  std::string reading(text);
  if (rest.empty()) {
    if (text.starts_with('-') || !day->ok()) return std::nullopt;
    reading = fmt::format("{}-{:02}-{:02}", text.substr(0, 4), static_cast<unsigned>(day->month()),
                          static_cast<unsigned>(day->day()));
  } else {
    const bool separated = rest[0] == 'T' || rest[0] == 't' || rest[0] == ' ' || rest[0] == '\t';
    if (!separated) return std::nullopt;
    rest.remove_prefix(1);
    while (take(rest, ' ') || take(rest, '\t')) {
    }
    if (!is_time_of_day(rest)) return std::nullopt;
  }
  Value value(std::move(reading));
  value.set_source_text(std::string(text));
  return value;
}

std::optional<Value> read_special_float(std::string_view text) {
  const std::string word = lower(text);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (word == ".inf" || word == "+.inf") return Value(infinity);
  if (word == "-.inf") return Value(-infinity);
  if (word == ".nan") return Value(std::numeric_limits<double>::quiet_NaN());
  return std::nullopt;
}

std::optional<Value> read_symbol(std::string_view text) {
  if (text.size() < 2 || text[0] != ':') return std::nullopt;
  std::string_view name = text.substr(1);
  const char quote = name[0];
  if (name.size() >= 2 && (quote == '"' || quote == '\'') && name.back() == quote) {
    name = name.substr(1, name.size() - 2);
  }
  Value value{std::string(name)};
  value.set_source_text(std::string(text));
  return value;
}

// 12:30 and 1:02:03 as in Kamal: hours first, even with only two parts.
std::optional<Value> read_sexagesimal(std::string_view text) {
  const Signed number = split_sign(text);
  std::vector<std::string> parts = split(number.rest, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  if (parts[0].empty() || !is_digit(parts[0][0]) || !has_only(parts[0], "0123456789_")) return std::nullopt;
  const size_t dot = parts.back().find('.');
  const bool floating = dot != std::string::npos;
  if (floating && !has_only(parts.back().substr(dot + 1), "0123456789_")) return std::nullopt;
  double sum = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string whole = i + 1 == parts.size() ? parts[i].substr(0, dot) : parts[i];
    if (i > 0 && (whole.empty() || whole.size() > 2 || !has_only(whole, digits))) return std::nullopt;
    if (whole.size() == 2 && i > 0 && whole[0] > '5') return std::nullopt;
    const std::string plain = without_separators(parts[i]);
    double part = 0;
    std::from_chars(plain.data(), plain.data() + plain.size(), part);
    if (i == 0 && number.negative) part = -part;
    sum += part * (i == 0 ? 3600 : i == 1 ? 60 : 1);
  }
  if (floating) return Value(sum);
  if (sum > 9e15 || sum < -9e15) return std::nullopt;
  return Value(static_cast<int64_t>(sum));
}

std::optional<Value> read_float(std::string_view text) {
  const Signed number = split_sign(text);
  const size_t dot = number.rest.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view whole = number.rest.substr(0, dot);
  std::string_view rest = number.rest.substr(dot + 1);
  if (!whole.empty() && (!is_digit(whole[0]) || !has_only(whole, "0123456789_,"))) return std::nullopt;
  const std::string_view fraction = *take_digits(rest, 0, std::string_view::npos);
  if (whole.empty() && fraction.empty()) return std::nullopt;
  if (!rest.empty()) {
    if (!take(rest, 'e') && !take(rest, 'E')) return std::nullopt;
    if (!rest.starts_with('+') && !rest.starts_with('-')) return std::nullopt;
    if (rest.size() < 2 || !has_only(rest.substr(1), digits)) return std::nullopt;
  }
  const std::string plain = without_separators(number.rest);
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc()) return std::nullopt;
  return Value(number.negative ? -value : value);
}

// The digits of an integer without its prefix, and their base; nothing if it is not one.
struct IntegerDigits {
  int base = 10;
  std::string_view text;
};
std::optional<IntegerDigits> integer_digits(std::string_view text) {
  if (text.empty() || !is_digit(text[0])) return std::nullopt;
  const auto after_prefix = [&](int base, std::string_view allowed) {
    const std::string_view rest = text.substr(2);
    const bool valid = !rest.empty() && has_only(rest, allowed);
    return valid ? std::optional(IntegerDigits{base, rest}) : std::nullopt;
  };
  if (text.starts_with("0b")) return after_prefix(2, "01_,");
  if (text.starts_with("0x")) return after_prefix(16, "0123456789abcdefABCDEF_,");
  if (text[0] == '0') {
    if (text.size() == 1) return IntegerDigits{10, text};
    const bool octal =
        has_only(text, "01234567_,") && text.find_first_of("01234567", 1) != std::string_view::npos;
    return octal ? std::optional(IntegerDigits{8, text}) : std::nullopt;
  }
  // Each separator stands between two digits.
  for (size_t i = 0; i < text.size(); ++i) {
    const bool separated =
        separators.find(text[i]) != std::string_view::npos && i + 1 < text.size() && is_digit(text[i + 1]);
    if (!is_digit(text[i]) && !separated) return std::nullopt;
  }
  return IntegerDigits{10, text};
}

std::optional<Value> read_integer(std::string_view text) {
  const Signed number = split_sign(text);
  const auto found = integer_digits(number.rest);
  if (!found) return std::nullopt;
  const std::string plain = without_separators(found->text);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value, found->base);
  if (error == std::errc::result_out_of_range) {  // beyond 64 bits: the digits are all that a command needs
    if (found->base != 10) return std::nullopt;
    return Value((number.negative ? "-" : "") + plain);
  }
  if (error != std::errc()) return std::nullopt;
  return Value(number.negative ? -value : value);
}

std::optional<Value> read_number_like(std::string_view text) {
  for (const auto read :
       {read_date, read_special_float, read_symbol, read_sexagesimal, read_float, read_integer})
    if (auto value = read(text)) return value;
  return std::nullopt;
}

}  // namespace

Value read_plain_scalar(std::string_view text) {
  if (text.empty()) return Value();
  std::optional<Value> value;
  if (is_letter(text[0]) || text[0] == '~') {
    value = read_word(text);
  } else if (std::string_view("+-.:0123456789").find(text[0]) != std::string_view::npos) {
    value = read_number_like(text);
  }
  if (!value) return Value(std::string(text));
  if (!value->is_null() && value->source_text().empty() && value->text() != text)
    value->set_source_text(std::string(text));
  return *value;
}

bool needs_quotes(std::string_view text) {
  const Value value = read_plain_scalar(text);
  return !value.is_string() || !value.source_text().empty();
}

}  // namespace kamal::yaml
