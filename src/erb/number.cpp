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
  if (kind_of(c.self) == Kind::floating) return -real(c.self);
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
  if (kind_of(c.self) == Kind::integer) return c.self;
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

}  // namespace

const Methods& number_methods() {
  static const Methods methods = {
      {"Numeric#%", 1, 1, modulo},
      {"Numeric#*", 1, 1, arithmetic},
      {"Numeric#+", 1, 1, arithmetic},
      {"Numeric#-", 1, 1, arithmetic},
      {"Numeric#-@", 0, 0, negated},
      {"Numeric#/", 1, 1, divide},
      {"Numeric#round", 0, 0, [](Call& c) { return as_integer(c, std::round); }},
      {"Numeric#to_f", 0, 0, [](Call& c) { return Value(real(c.self)); }},
      {"Numeric#to_i", 0, 0, [](Call& c) { return as_integer(c, std::trunc); }},
      {"Numeric#zero?", 0, 0, [](Call& c) { return Value(real(c.self) == 0); }},
      {"Integer#times", 0, 0, repeat},
  };
  return methods;
}

}  // namespace kamal::erb
