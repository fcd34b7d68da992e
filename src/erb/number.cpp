// Methods of integers and floats.
#include <cmath>

#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

int64_t whole(const Call& c) { return std::get<int64_t>(c.self); }

double real(const Value& value) {
  const auto* integer = std::get_if<int64_t>(&value);
  return integer ? static_cast<double>(*integer) : std::get<double>(value);
}

// The argument as an integer if the operation stays one.
const int64_t* other_integer(const Call& c) {
  const Kind other = kind_of(c.args[0]);
  if (other != Kind::integer && other != Kind::floating)
    c.raise("TypeError", type_text(c.args[0]) + " can't be coerced into " + class_name(c.self));
  return kind_of(c.self) == Kind::integer ? std::get_if<int64_t>(&c.args[0]) : nullptr;
}

int64_t checked(const Call& c, bool overflow, int64_t result) {
  if (overflow) c.beyond("a number beyond 64 bits");
  return result;
}

Value plus(Call& c) {
  const auto* other = other_integer(c);
  if (!other) return real(c.self) + real(c.args[0]);
  int64_t result = 0;
  const bool overflow = __builtin_add_overflow(whole(c), *other, &result);
  return checked(c, overflow, result);
}

Value minus(Call& c) {
  const auto* other = other_integer(c);
  if (!other) return real(c.self) - real(c.args[0]);
  int64_t result = 0;
  const bool overflow = __builtin_sub_overflow(whole(c), *other, &result);
  return checked(c, overflow, result);
}

Value times(Call& c) {
  const auto* other = other_integer(c);
  if (!other) return real(c.self) * real(c.args[0]);
  int64_t result = 0;
  const bool overflow = __builtin_mul_overflow(whole(c), *other, &result);
  return checked(c, overflow, result);
}

int64_t negated(const Call& c) {
  int64_t result = 0;
  const bool overflow = __builtin_sub_overflow(int64_t{0}, whole(c), &result);
  return checked(c, overflow, result);
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

Value power(Call& c) {
  const auto* exponent = other_integer(c);
  if (!exponent) return std::pow(real(c.self), real(c.args[0]));
  if (*exponent < 0) c.beyond("a rational number");
  const int64_t base = whole(c);
  if (base == 0 || base == 1) return *exponent == 0 ? int64_t{1} : base;
  int64_t result = 1;
  for (int64_t i = 0; i < *exponent; ++i) {
    c.limits().step();
    const bool overflow = __builtin_mul_overflow(result, base, &result);
    checked(c, overflow, result);
  }
  return result;
}

int64_t to_integer(const Call& c, double value) {
  if (!std::isfinite(value)) c.raise("FloatDomainError", c.in.to_s(value));
  return checked(c, std::fabs(value) >= 9.2e18, static_cast<int64_t>(std::fabs(value) < 9.2e18 ? value : 0));
}

Value rounded(Call& c, double (*round)(double)) {
  const int64_t digits = c.integer_arg(0, 0);
  if (digits < 0 || digits > 15) c.beyond("rounding to so many digits");
  if (kind_of(c.self) == Kind::integer) return c.self;
  const double value = real(c.self);
  if (digits == 0) return to_integer(c, round(value));
  const double scale = std::pow(10, static_cast<double>(digits)), scaled = value * scale;
  if (!std::isfinite(scaled)) return c.self;
  const double part = std::fabs(scaled - std::trunc(scaled));
  if (round != static_cast<double (*)(double)>(std::round) || std::fabs(part - 0.5) >= 1e-9)
    return round(scaled) / scale;
  // A half that binary cannot represent, such as 1.005, rounds by its decimal digits.
  const double sign = value < 0 ? -1 : 1, down = std::trunc(scaled);
  return (std::fabs(value) >= std::fabs((down + sign * 0.5) / scale) ? down + sign : down) / scale;
}

Value integer_text(Call& c) {
  const int64_t base = c.integer_arg(0, 10);
  if (base < 2 || base > 36) c.raise("ArgumentError", "invalid radix " + std::to_string(base));
  std::string text;
  auto rest = whole(c) < 0 ? 0 - static_cast<uint64_t>(whole(c)) : static_cast<uint64_t>(whole(c));
  do {
    text.insert(0, 1, "0123456789abcdefghijklmnopqrstuvwxyz"[rest % static_cast<uint64_t>(base)]);
    rest /= static_cast<uint64_t>(base);
  } while (rest > 0);
  return c.string((whole(c) < 0 ? "-" : "") + text);
}

Value clamp(Call& c) {
  if (c.count() != 2) c.beyond("`clamp` with a range");
  if (compare(c.self, c.args[0], c.limits()).value_or(0) < 0) return c.args[0];
  return compare(c.self, c.args[1], c.limits()).value_or(0) > 0 ? c.args[1] : c.self;
}

Value repeat(Call& c) {
  for (int64_t i = 0; i < whole(c); ++i) {
    c.limits().step();
    c.yield({i});
  }
  return c.self;
}

}  // namespace

const Methods& number_methods() {
  static const Methods methods = {
      {"%", 1, 1, modulo},
      {"*", 1, 1, times},
      {"**", 1, 1, power},
      {"+", 1, 1, plus},
      {"+@", 0, 0, [](Call& c) { return c.self; }},
      {"-", 1, 1, minus},
      {"/", 1, 1, divide},
      {"ceil", 0, 1, [](Call& c) { return rounded(c, std::ceil); }},
      {"clamp", 1, 2, clamp},
      {"floor", 0, 1, [](Call& c) { return rounded(c, std::floor); }},
      {"negative?", 0, 0, [](Call& c) { return Value(real(c.self) < 0); }},
      {"positive?", 0, 0, [](Call& c) { return Value(real(c.self) > 0); }},
      {"round", 0, 1, [](Call& c) { return rounded(c, std::round); }},
      {"to_f", 0, 0, [](Call& c) { return Value(real(c.self)); }},
      {"zero?", 0, 0, [](Call& c) { return Value(real(c.self) == 0); }},
  };
  return methods;
}

const Methods& integer_methods() {
  static const Methods methods = {
      {"-@", 0, 0, [](Call& c) { return Value(negated(c)); }},
      {"abs", 0, 0, [](Call& c) { return Value(whole(c) < 0 ? negated(c) : whole(c)); }},
      {"even?", 0, 0, [](Call& c) { return Value(whole(c) % 2 == 0); }},
      {"odd?", 0, 0, [](Call& c) { return Value(whole(c) % 2 != 0); }},
      {"pred", 0, 0, [](Call& c) { return c.in.call(c.self, "-", {int64_t{1}}); }},
      {"succ", 0, 0, [](Call& c) { return c.in.call(c.self, "+", {int64_t{1}}); }},
      {"times", 0, 0, repeat},
      {"to_i", 0, 0, [](Call& c) { return c.self; }},
      {"to_s", 0, 1, integer_text},
  };
  return methods;
}

const Methods& float_methods() {
  static const Methods methods = {
      {"-@", 0, 0, [](Call& c) { return Value(-real(c.self)); }},
      {"abs", 0, 0, [](Call& c) { return Value(std::fabs(real(c.self))); }},
      {"to_i", 0, 0, [](Call& c) { return Value(to_integer(c, real(c.self))); }},
  };
  return methods;
}

}  // namespace kamal::erb
