#include "erb/format.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "erb/interpreter.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

constexpr int max_width = 10'000;

struct Directive {
  std::string flags;
  int width = 0;
  int precision = -1;
  std::optional<Value> value;
  bool has(char flag) const { return flags.find(flag) != std::string::npos; }
};

class Formatter {
 public:
  Formatter(const Call& call, std::string_view pattern, const std::vector<Value>& values)
      : call_(call), pattern_(pattern), values_(values) {}

  std::string run() {
    std::string text;
    while (at_ < pattern_.size()) {
      const size_t before = text.size();
      if (pattern_[at_] != '%') {
        text += pattern_[at_++];
      } else if (++at_ < pattern_.size() && pattern_[at_] == '%') {
        text += pattern_[at_++];
      } else {
        text += directive();
      }
      call_.limits().allocate(text.size() - before);
    }
    return text;
  }

 private:
  char peek() const { return at_ < pattern_.size() ? pattern_[at_] : '\0'; }
  std::string directive();
  void read_name(Directive& directive);
  int number();
  Value named(char close);
  std::string shown(const Directive& directive, char type);
  std::string integer(const Directive& directive, char type);
  std::string floating(const Directive& directive, char type);

  const Call& call_;
  std::string_view pattern_;
  const std::vector<Value>& values_;
  size_t at_ = 0;
  size_t used_ = 0;
};

std::string padded(const Directive& directive, std::string text) {
  const int64_t missing = directive.width - length(text);
  if (missing <= 0) return text;
  const std::string blanks(static_cast<size_t>(missing), ' ');
  return directive.has('-') ? text + blanks : blanks + text;
}

std::string Formatter::directive() {
  Directive made;
  read_name(made);
  while (peek() != '\0' && std::string_view("-+ 0#").find(peek()) != std::string_view::npos)
    made.flags += pattern_[at_++];
  read_name(made);
  made.width = number();
  if (peek() == '.') {
    ++at_;
    made.precision = number();
  }
  read_name(made);
  if (at_ >= pattern_.size())
    call_.raise("ArgumentError", "incomplete format specifier; use %% (double %) instead");
  if (peek() == '{') return padded(made, call_.in.to_s(named('}')));
  const char type = pattern_[at_++];
  if (!made.value) {
    if (used_ >= values_.size()) call_.raise("ArgumentError", "too few arguments");
    made.value = values_[used_++];
  }
  return shown(made, type);
}

void Formatter::read_name(Directive& directive) {
  if (peek() == '<') directive.value = named('>');
}

int Formatter::number() {
  int value = 0;
  if (peek() == '*') call_.beyond("format with *");
  for (; peek() >= '0' && peek() <= '9'; ++at_) {
    value = value * 10 + (peek() - '0');
    if (value > max_width) call_.beyond("format of this width");
  }
  return value;
}

Value Formatter::named(char close) {
  const size_t end = pattern_.find(close, at_);
  if (end == std::string_view::npos) call_.raise("ArgumentError", "malformed name - unmatched parenthesis");
  const std::string name(pattern_.substr(at_ + 1, end - at_ - 1));
  const std::string shown(pattern_.substr(at_, end + 1 - at_));
  at_ = end + 1;
  const auto* hash = values_.size() == 1 ? as<Hash>(values_[0]) : nullptr;
  if (hash == nullptr) call_.raise("ArgumentError", "one hash required");
  const Value* const found = find(*hash, call_.in.heap().symbol(name), call_.limits());
  if (found == nullptr) call_.raise("KeyError", "key" + shown + " not found");
  return *found;
}

std::string Formatter::shown(const Directive& directive, char type) {
  if (type == 's' || type == 'p') {
    std::string text = type == 's' ? call_.in.to_s(*directive.value) : call_.in.inspect(*directive.value);
    if (directive.precision >= 0) text = std::string(substring(text, 0, directive.precision));
    return padded(directive, std::move(text));
  }
  if (type != '\0' && std::string_view("diuxXob").find(type) != std::string_view::npos)
    return integer(directive, type);
  if (type != '\0' && std::string_view("feEgG").find(type) != std::string_view::npos)
    return floating(directive, type);
  call_.beyond("%" + std::string(1, type) + " in a format");
}

std::string Formatter::integer(const Directive& directive, char type) {
  const Value number = call_.in.call_function("Integer", {*directive.value});
  const int base = type == 'x' || type == 'X' ? 16 : type == 'o' ? 8 : type == 'b' ? 2 : 10;
  const bool negative = std::get<int64_t>(number) < 0;
  if (negative && base != 10) call_.beyond("format of negative numbers with this base");
  std::string digits = call_.in.to_s(call_.in.call(number, "to_s", {int64_t{base}}));
  if (negative) digits.erase(0, 1);
  if (type == 'X') digits = call_.in.to_s(call_.in.call(call_.string(digits), "upcase", {}));
  std::string sign = negative ? "-" : directive.has('+') ? "+" : directive.has(' ') ? " " : "";
  if (directive.has('#') && base != 10) sign += type == 'o' ? "0" : "0" + std::string(1, type);
  const bool zeros = directive.has('0') && !directive.has('-') && directive.precision < 0;
  const int wanted = zeros ? directive.width - static_cast<int>(sign.size()) : directive.precision;
  const int missing = wanted - static_cast<int>(digits.size());
  return padded(directive, sign + std::string(static_cast<size_t>(std::max(missing, 0)), '0') + digits);
}

std::string Formatter::floating(const Directive& directive, char type) {
  const double value = std::get<double>(call_.in.call_function("Float", {*directive.value}));
  if (!std::isfinite(value)) call_.beyond("format of " + float_text(value));
  const std::string pattern = "%" + directive.flags + "*.*" + type;
  const int precision = directive.precision < 0 ? 6 : directive.precision;
  std::string text(static_cast<size_t>(directive.width + precision) + 400, '\0');
  const int size =
      std::snprintf(text.data(), text.size(), pattern.c_str(), directive.width, precision, value);
  text.resize(static_cast<size_t>(std::max(size, 0)));
  return text;
}

}  // namespace

std::string format(const Call& call, std::string_view pattern, const std::vector<Value>& values) {
  return Formatter(call, pattern, values).run();
}

}  // namespace kamal::erb
