#include <cmath>
#include <numeric>

#include "erb/interpreter.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

int64_t whole(Call& c) { return std::get<int64_t>(c.self); }
double real(const Value& value) {
  const auto* integer = std::get_if<int64_t>(&value);
  return integer ? static_cast<double>(*integer) : std::get<double>(value);
}
double real(Call& c) { return real(c.self); }

[[noreturn]] void not_a_number(Call& c, std::string_view wanted) {
  const Value& other = c.args[0];
  const std::string who = kind_of(other) == Kind::nil       ? "nil"
                          : kind_of(other) == Kind::boolean ? c.in.to_s(other)
                                                            : class_name(other);
  c.raise("TypeError", who + " can't be coerced into " + std::string(wanted));
}

// The argument as an integer, when the operation stays one.
const int64_t* other_integer(Call& c) {
  const Value& other = c.args[0];
  if (kind_of(other) != Kind::integer && kind_of(other) != Kind::floating)
    not_a_number(c, class_name(c.self));
  return kind_of(c.self) == Kind::integer ? std::get_if<int64_t>(&c.args[0]) : nullptr;
}

void check(Call& c, bool overflow) {
  if (overflow) c.beyond("a number beyond 64 bits");
}

Value plus(Call& c) {
  int64_t result = 0;
  if (const auto* other = other_integer(c)) {
    check(c, __builtin_add_overflow(whole(c), *other, &result));
    return result;
  }
  return real(c) + real(c.args[0]);
}

Value minus(Call& c) {
  int64_t result = 0;
  if (const auto* other = other_integer(c)) {
    check(c, __builtin_sub_overflow(whole(c), *other, &result));
    return result;
  }
  return real(c) - real(c.args[0]);
}

Value times(Call& c) {
  int64_t result = 0;
  if (const auto* other = other_integer(c)) {
    check(c, __builtin_mul_overflow(whole(c), *other, &result));
    return result;
  }
  return real(c) * real(c.args[0]);
}

int64_t negated(Call& c) {
  check(c, whole(c) == INT64_MIN);
  return -whole(c);
}

int64_t floor_division(Call& c, int64_t a, int64_t b) {
  if (b == 0) c.raise("ZeroDivisionError", "divided by 0");
  if (b == -1) {
    check(c, a == INT64_MIN);
    return -a;
  }
  const int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

int64_t floor_remainder(Call& c, int64_t a, int64_t b) {
  if (b == -1) return 0;
  return a - floor_division(c, a, b) * b;
}

double floor_remainder(double a, double b) {
  const double remainder = std::fmod(a, b);
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

Value divide(Call& c) {
  if (const auto* other = other_integer(c)) return floor_division(c, whole(c), *other);
  return real(c) / real(c.args[0]);
}

Value modulo(Call& c) {
  if (const auto* other = other_integer(c)) return floor_remainder(c, whole(c), *other);
  return floor_remainder(real(c), real(c.args[0]));
}

int64_t to_integer(Call& c, double value) {
  if (std::isnan(value) || std::isinf(value)) c.raise("FloatDomainError", float_text(value));
  if (std::fabs(value) >= 9.2e18) c.beyond("a number beyond 64 bits");
  return static_cast<int64_t>(value);
}

Value power(Call& c) {
  const auto* exponent = other_integer(c);
  if (!exponent) return std::pow(real(c), real(c.args[0]));
  if (*exponent < 0) c.beyond("a rational number");
  int64_t result = 1;
  const int64_t base = whole(c);
  if (base == 0 || base == 1) return *exponent == 0 ? Value(int64_t{1}) : Value(base);
  for (int64_t i = 0; i < *exponent; ++i) {
    c.limits().step();
    check(c, __builtin_mul_overflow(result, base, &result));
  }
  return result;
}

std::string in_base(int64_t value, int base) {
  char digits[70];
  size_t at = sizeof digits;
  auto rest = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  do {
    digits[--at] = "0123456789abcdefghijklmnopqrstuvwxyz"[rest % static_cast<uint64_t>(base)];
    rest /= static_cast<uint64_t>(base);
  } while (rest > 0);
  return (value < 0 ? "-" : "") + std::string(digits + at, sizeof digits - at);
}

Value integer_text(Call& c) {
  const int64_t base = c.integer_arg(0, 10);
  if (base < 2 || base > 36) c.raise("ArgumentError", "invalid radix " + std::to_string(base));
  return c.string(in_base(whole(c), static_cast<int>(base)));
}

Value walk(Call& c, int64_t first, int64_t last, int64_t step) {
  if (!c.block) return c.enumerator();
  for (int64_t i = first; step > 0 ? i <= last : i >= last; i += step) {
    c.limits().step();
    c.yield({i});
    if ((step > 0 && i > INT64_MAX - step) || (step < 0 && i < INT64_MIN - step)) break;
  }
  return c.self;
}

Value step(Call& c) {
  const Hash* const options = c.take_options();
  if (options || c.count() == 0 || kind_of(c.args[0]) != Kind::integer) c.beyond("this form of step");
  const int64_t by = c.integer_arg(1, 1);
  if (by == 0) c.raise("ArgumentError", "step can't be 0");
  return walk(c, whole(c), c.integer_arg(0), by);
}

// To `digits` behind the point, or before it when negative.
Value rounded(Call& c, double (*round)(double)) {
  const Hash* const options = c.take_options();
  if (options) c.beyond("rounding with an option");
  const int64_t digits = c.integer_arg(0, 0);
  if (kind_of(c.self) == Kind::integer) {
    if (digits >= 0) return c.self;
    const double scale = std::pow(10, static_cast<double>(-digits));
    return to_integer(c, round(static_cast<double>(whole(c)) / scale) * scale);
  }
  if (digits <= 0) {
    const double scale = std::pow(10, static_cast<double>(-digits));
    return to_integer(c, round(real(c) / scale) * scale);
  }
  if (digits > 15 || !std::isfinite(real(c))) return c.self;
  const double scale = std::pow(10, static_cast<double>(digits));
  const double scaled = real(c) * scale;
  if (!std::isfinite(scaled)) return c.self;
  double result = round(scaled) / scale;
  // A half that is none in binary, 1.005 for example: as the digits say.
  if (round == static_cast<double (*)(double)>(std::round) &&
      std::fabs(std::fabs(scaled - std::trunc(scaled)) - 0.5) < 1e-9) {
    const double nearest = std::trunc(scaled) + (scaled < 0 ? -1 : 1);
    const double half = (std::trunc(scaled) + (scaled < 0 ? -0.5 : 0.5)) / scale;
    result = (std::fabs(real(c)) >= std::fabs(half) ? nearest : std::trunc(scaled)) / scale;
  }
  return result;
}

Value clamp(Call& c) {
  Value low = c.args[0], high = c.arg(1);
  if (const auto* range = as<Range>(low)) {
    high = range->last;
    low = Value(range->first);
  }
  if (kind_of(low) != Kind::nil && compare(c.self, low, c.limits()).value_or(0) < 0) return low;
  if (kind_of(high) != Kind::nil && compare(c.self, high, c.limits()).value_or(0) > 0) return high;
  return c.self;
}

Value digits(Call& c) {
  if (whole(c) < 0) c.raise("Math::DomainError", "out of domain");
  std::vector<Value> list;
  int64_t rest = whole(c);
  do {
    list.emplace_back(rest % 10);
    rest /= 10;
  } while (rest > 0);
  return c.array(std::move(list));
}

Value divmod(Call& c) {
  Value quotient = c.in.call(divide(c), "floor", {});
  return c.array({quotient, modulo(c)});
}

int64_t bits(Call& c, size_t index = 0) {
  if (kind_of(c.args[index]) != Kind::integer) not_a_number(c, "Integer");
  return std::get<int64_t>(c.args[index]);
}

Value shifted(Call& c, int64_t by) {
  if (by <= -64) return whole(c) < 0 ? int64_t{-1} : int64_t{0};
  if (by < 0) return whole(c) >> -by;
  if (by >= 62 || std::llabs(whole(c)) >= (int64_t{1} << (62 - by))) {
    if (whole(c) == 0) return int64_t{0};
    c.beyond("a number beyond 64 bits");
  }
  return whole(c) * (int64_t{1} << by);
}

Methods shared_methods() {
  return {
      {"+", 1, 1, plus},
      {"-", 1, 1, minus},
      {"*", 1, 1, times},
      {"/", 1, 1, divide},
      {"%", 1, 1, modulo},
      {"modulo", 1, 1, modulo},
      {"**", 1, 1, power},
      {"pow", 1, 1, power},
      {"+@", 0, 0, [](Call& c) { return c.self; }},
      {"divmod", 1, 1, divmod},
      {"div", 1, 1, [](Call& c) { return c.in.call(divide(c), "floor", {}); }},
      {"fdiv", 1, 1,
       [](Call& c) {
         other_integer(c);
         return Value(real(c) / real(c.args[0]));
       }},
      {"to_f", 0, 0, [](Call& c) { return Value(real(c)); }},
      {"zero?", 0, 0, [](Call& c) { return Value(real(c) == 0); }},
      {"positive?", 0, 0, [](Call& c) { return Value(real(c) > 0); }},
      {"negative?", 0, 0, [](Call& c) { return Value(real(c) < 0); }},
      {"nonzero?", 0, 0, [](Call& c) { return real(c) == 0 ? Value() : c.self; }},
      {"finite?", 0, 0, [](Call& c) { return Value(std::isfinite(real(c))); }},
      {"infinite?", 0, 0,
       [](Call& c) { return std::isinf(real(c)) ? Value(int64_t{real(c) < 0 ? -1 : 1}) : Value(); }},
      {"integer?", 0, 0, [](Call& c) { return Value(kind_of(c.self) == Kind::integer); }},
      {"round", 0, 2, [](Call& c) { return rounded(c, std::round); }},
      {"floor", 0, 1, [](Call& c) { return rounded(c, std::floor); }},
      {"ceil", 0, 1, [](Call& c) { return rounded(c, std::ceil); }},
      {"truncate", 0, 1, [](Call& c) { return rounded(c, std::trunc); }},
      {"clamp", 1, 2, clamp},
  };
}

Methods with(Methods list, const Methods& more) {
  list.insert(list.end(), more.begin(), more.end());
  return list;
}

}  // namespace

const Methods& integer_methods() {
  static const Methods methods = with(
      shared_methods(),
      {
          {"-@", 0, 0, [](Call& c) { return Value(negated(c)); }},
          {"~", 0, 0, [](Call& c) { return Value(~whole(c)); }},
          {"&", 1, 1, [](Call& c) { return Value(whole(c) & bits(c)); }},
          {"|", 1, 1, [](Call& c) { return Value(whole(c) | bits(c)); }},
          {"^", 1, 1, [](Call& c) { return Value(whole(c) ^ bits(c)); }},
          {"<<", 1, 1, [](Call& c) { return shifted(c, std::clamp<int64_t>(bits(c), -100, 100)); }},
          {">>", 1, 1, [](Call& c) { return shifted(c, -std::clamp<int64_t>(bits(c), -100, 100)); }},
          {"abs", 0, 0, [](Call& c) { return Value(whole(c) < 0 ? negated(c) : whole(c)); }},
          {"magnitude", 0, 0, [](Call& c) { return c.in.call(c.self, "abs", {}); }},
          {"succ", 0, 0, [](Call& c) { return c.in.call(c.self, "+", {int64_t{1}}); }},
          {"next", 0, 0, [](Call& c) { return c.in.call(c.self, "+", {int64_t{1}}); }},
          {"pred", 0, 0, [](Call& c) { return c.in.call(c.self, "-", {int64_t{1}}); }},
          {"times", 0, 0, [](Call& c) { return walk(c, 0, whole(c) == INT64_MIN ? -1 : whole(c) - 1, 1); }},
          {"upto", 1, 1, [](Call& c) { return walk(c, whole(c), c.integer_arg(0), 1); }},
          {"downto", 1, 1, [](Call& c) { return walk(c, whole(c), c.integer_arg(0), -1); }},
          {"step", 1, 3, step},
          {"to_s", 0, 1, integer_text},
          {"inspect", 0, 0, integer_text},
          {"to_i", 0, 0, [](Call& c) { return c.self; }},
          {"to_int", 0, 0, [](Call& c) { return c.self; }},
          {"ord", 0, 0, [](Call& c) { return c.self; }},
          {"chr", 0, 0,
           [](Call& c) {
             if (whole(c) < 0 || whole(c) > 127) c.beyond("characters beyond ASCII by number");
             return c.string(std::string(1, static_cast<char>(whole(c))));
           }},
          {"even?", 0, 0, [](Call& c) { return Value(whole(c) % 2 == 0); }},
          {"odd?", 0, 0, [](Call& c) { return Value(whole(c) % 2 != 0); }},
          {"gcd", 1, 1, [](Call& c) { return Value(std::gcd(whole(c), bits(c))); }},
          {"lcm", 1, 1,
           [](Call& c) {
             return c.in.call(
                 c.in.call(c.self, "/", {Value(std::max<int64_t>(std::gcd(whole(c), bits(c)), 1))}), "*",
                 c.args);
           }},
          {"digits", 0, 0, digits},
      });
  return methods;
}

const Methods& float_methods() {
  static const Methods methods =
      with(shared_methods(), {
                                 {"-@", 0, 0, [](Call& c) { return Value(-real(c)); }},
                                 {"abs", 0, 0, [](Call& c) { return Value(std::fabs(real(c))); }},
                                 {"magnitude", 0, 0, [](Call& c) { return Value(std::fabs(real(c))); }},
                                 {"to_i", 0, 0, [](Call& c) { return Value(to_integer(c, real(c))); }},
                                 {"to_int", 0, 0, [](Call& c) { return Value(to_integer(c, real(c))); }},
                                 {"nan?", 0, 0, [](Call& c) { return Value(std::isnan(real(c))); }},
                             });
  return methods;
}

}  // namespace kamal::erb
