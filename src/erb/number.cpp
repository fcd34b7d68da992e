// Methods of integers, floats and times.
#include <chrono>
#include <cmath>

#include "erb/interpreter.h"
#include "kamal/support/system.h"

namespace kamal::erb {
namespace {

int64_t whole(const Call& c) { return std::get<int64_t>(c.self); }

double real(const Value& value) { return as_number(value).value(); }

// The argument as an integer, if the result is one, too.
const int64_t* other_integer(const Call& c) {
  if (!as_number(c.args[0]))
    c.raise("TypeError", type_text(c.args[0]) + " can't be coerced into " + class_name(c.self));
  return as<int64_t>(c.self) ? as<int64_t>(c.args[0]) : nullptr;
}

// + - *
Value arithmetic(Call& c) {
  const char operation = c.name[0];
  const auto* b = other_integer(c);
  if (b == nullptr) {
    const double x = real(c.self), y = real(c.args[0]);
    return operation == '+' ? x + y : operation == '-' ? x - y : x * y;
  }
  int64_t result = 0;
  const bool overflow = operation == '+'   ? __builtin_add_overflow(whole(c), *b, &result)
                        : operation == '-' ? __builtin_sub_overflow(whole(c), *b, &result)
                                           : __builtin_mul_overflow(whole(c), *b, &result);
  if (overflow) c.beyond("a number beyond 64 bits");
  return result;
}

Value negated(Call& c) {
  if (as<double>(c.self)) return -real(c.self);
  if (whole(c) == INT64_MIN) c.beyond("a number beyond 64 bits");
  return -whole(c);
}

// Ruby rounds quotients down.
Value divide(Call& c) {
  const auto* other = other_integer(c);
  if (!other) return real(c.self) / real(c.args[0]);
  if (*other == 0) c.raise("ZeroDivisionError", "divided by 0");
  if (*other == -1) return negated(c);
  const int64_t quotient = whole(c) / *other;
  return whole(c) % *other != 0 && (whole(c) < 0) != (*other < 0) ? quotient - 1 : quotient;
}

Value modulo(Call& c) {
  if (const auto* other = other_integer(c)) {
    if (*other == -1) return int64_t{0};
    return whole(c) - std::get<int64_t>(divide(c)) * *other;
  }
  const double other = real(c.args[0]), remainder = std::fmod(real(c.self), other);
  return remainder != 0 && (remainder < 0) != (other < 0) ? remainder + other : remainder;
}

Value as_integer(Call& c, double (*round)(double)) {
  if (as<int64_t>(c.self)) return c.self;
  const double value = round(real(c.self));
  if (!std::isfinite(value)) c.raise("FloatDomainError", c.in.to_s(value));
  if (std::fabs(value) >= 9.2e18) c.beyond("a number beyond 64 bits");
  return static_cast<int64_t>(value);
}

Value repeat(Call& c) {
  for (int64_t i = 0; i < whole(c); ++i) {
    c.limits().step();
    c.yield({i});
  }
  return c.self;
}

// --- Times

// Ruby's directives that libc's strftime formats in the same way, and flags that both support.
constexpr std::string_view directives = "aAbBcCdDeFgGhHIjklmMnprRStTuUVwWxXyYzZ%";
constexpr std::string_view flags = "-_0^";

const Time& moment(const Call& c) { return *as<Time>(c.self); }

void check_format(const Call& c, std::string_view format) {
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    const size_t end = format.find_first_not_of(flags, i + 1);
    const std::string directive(format.substr(i, end == std::string_view::npos ? end : end + 1 - i));
    if (directive.size() == 1 || directives.find(directive.back()) == std::string_view::npos)
      c.beyond(directive + " in a format");
    i += directive.size() - 1;
  }
}

Value formatted_time(Call& c) {
  check_format(c, c.string_arg(0));
  return c.string(strftime(moment(c), c.string_arg(0)));
}

Value iso8601(Call& c) {
  if (moment(c).zone == Time::Zone::utc) return c.string(strftime(moment(c), "%FT%TZ"));
  return c.string(strftime(moment(c), "%FT%T%z").insert(22, ":"));
}

Value new_time(Call& c, int64_t seconds, Time::Zone zone) {
  auto* const made = c.in.heap().make<Time>();
  made->seconds = seconds;
  made->zone = zone;
  return made;
}

Value now(Call& c) {
  Clock* const clock = c.in.context().clock;
  const auto time = clock ? clock->now() : std::chrono::system_clock::now();
  return new_time(c, std::chrono::system_clock::to_time_t(time), Time::Zone::local);
}

}  // namespace

Methods number_methods() {
  return {
      {"Numeric#%", 1, 1, modulo},
      {"Numeric#+ - *", 1, 1, arithmetic},
      {"Numeric#-@", 0, 0, negated},
      {"Numeric#/", 1, 1, divide},
      {"Numeric#round", 0, 0, [](Call& c) { return as_integer(c, std::round); }},
      {"Numeric#to_f", 0, 0, [](Call& c) { return Value(real(c.self)); }},
      {"Numeric#to_i", 0, 0, [](Call& c) { return as_integer(c, std::trunc); }},
      {"Numeric#zero?", 0, 0, [](Call& c) { return Value(real(c.self) == 0); }},
      {"Integer#times", 0, 0, repeat},
      {"Time#iso8601", 0, 0, iso8601},
      {"Time#strftime", 1, 1, formatted_time},
      {"Time#to_i", 0, 0, [](Call& c) { return Value(moment(c).seconds); }},
      {"Time#utc", 0, 0, [](Call& c) { return new_time(c, moment(c).seconds, Time::Zone::utc); }},
      {"Time.now", 0, 0, now},
  };
}

}  // namespace kamal::erb
