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

Value add(Call& c) {
  const auto* other = other_integer(c);
  if (!other) return real(c.self) + real(c.args[0]);
  int64_t result = 0;
  const bool overflow = __builtin_add_overflow(whole(c), *other, &result);
  return checked(c, overflow, result);
}

Value subtract(Call& c) {
  const auto* other = other_integer(c);
  if (!other) return real(c.self) - real(c.args[0]);
  int64_t result = 0;
  const bool overflow = __builtin_sub_overflow(whole(c), *other, &result);
  return checked(c, overflow, result);
}

Value multiply(Call& c) {
  const auto* other = other_integer(c);
  if (!other) return real(c.self) * real(c.args[0]);
  int64_t result = 0;
  const bool overflow = __builtin_mul_overflow(whole(c), *other, &result);
  return checked(c, overflow, result);
}

Value negated(Call& c) {
  if (kind_of(c.self) == Kind::floating) return -real(c.self);
  return checked(c, whole(c) == INT64_MIN, -whole(c));
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

Value integer_of(const Call& c, double value) {
  if (!std::isfinite(value)) c.raise("FloatDomainError", c.in.to_s(value));
  if (std::fabs(value) >= 9.2e18) c.beyond("a number beyond 64 bits");
  return static_cast<int64_t>(value);
}

Value rounded(Call& c, double (*round)(double)) {
  if (kind_of(c.self) == Kind::integer) return c.self;
  return integer_of(c, round(real(c.self)));
}

Value rounded_to_digits(Call& c) {
  const int64_t digits = c.has(0) ? c.integer_arg(0) : 0;
  if (digits < 0 || digits > 15) c.beyond("rounding to so many digits");
  if (digits == 0 || kind_of(c.self) == Kind::integer) return rounded(c, std::round);
  const double value = real(c.self), scale = std::pow(10, static_cast<double>(digits)),
               scaled = value * scale;
  if (!std::isfinite(scaled)) return c.self;
  if (std::fabs(std::fabs(scaled - std::trunc(scaled)) - 0.5) >= 1e-9) return std::round(scaled) / scale;
  // A half that binary cannot represent, such as 1.005, rounds by its decimal digits.
  const double sign = value < 0 ? -1 : 1, down = std::trunc(scaled);
  return (std::fabs(value) >= std::fabs((down + sign * 0.5) / scale) ? down + sign : down) / scale;
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
      {"*", 1, 1, multiply},
      {"+", 1, 1, add},
      {"-", 1, 1, subtract},
      {"-@", 0, 0, negated},
      {"/", 1, 1, divide},
      {"abs", 0, 0, [](Call& c) { return real(c.self) < 0 ? negated(c) : c.self; }},
      {"ceil", 0, 0, [](Call& c) { return rounded(c, std::ceil); }},
      {"floor", 0, 0, [](Call& c) { return rounded(c, std::floor); }},
      {"positive?", 0, 0, [](Call& c) { return Value(real(c.self) > 0); }},
      {"round", 0, 1, rounded_to_digits},
      {"to_f", 0, 0, [](Call& c) { return Value(real(c.self)); }},
      {"to_i", 0, 0, [](Call& c) { return rounded(c, std::trunc); }},
      {"zero?", 0, 0, [](Call& c) { return Value(real(c.self) == 0); }},
  };
  return methods;
}

const Methods& integer_methods() {
  static const Methods methods = {
      {"even?", 0, 0, [](Call& c) { return Value(whole(c) % 2 == 0); }},
      {"odd?", 0, 0, [](Call& c) { return Value(whole(c) % 2 != 0); }},
      {"times", 0, 0, repeat},
  };
  return methods;
}

}  // namespace kamal::erb
