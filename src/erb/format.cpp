#include "erb/format.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "erb/interpreter.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

constexpr int widest = 10'000;

struct Directive {
  bool left = false;
  bool plus = false;
  bool space = false;
  bool zero = false;
  bool alternative = false;
  int width = 0;
  int precision = -1;
  char type = 's';
  Value value;
  bool has_value = false;
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
  std::string directive();
  void flags(Directive& directive);
  int number();
  Value named(char close);
  Value next();
  std::string shown(Directive& directive);
  std::string integer(Directive& directive);
  std::string floating(Directive& directive);
  std::string padded(const Directive& directive, std::string text) const;

  const Call& call_;
  std::string_view pattern_;
  const std::vector<Value>& values_;
  size_t at_ = 0;
  size_t used_ = 0;
};

std::string Formatter::directive() {
  Directive made;
  flags(made);
  if (at_ >= pattern_.size())
    call_.raise("ArgumentError", "incomplete format specifier; use %% (double %) instead");
  if (pattern_[at_] == '{') {
    made.value = named('}');
    return padded(made, call_.in.to_s(made.value));
  }
  made.type = pattern_[at_++];
  if (!made.has_value) made.value = next();
  return shown(made);
}

void Formatter::flags(Directive& directive) {
  const auto take_name = [&] {
    if (at_ >= pattern_.size() || pattern_[at_] != '<') return;
    directive.value = named('>');
    directive.has_value = true;
  };
  take_name();
  for (; at_ < pattern_.size(); ++at_) {
    const char c = pattern_[at_];
    if (c == '-')
      directive.left = true;
    else if (c == '+')
      directive.plus = true;
    else if (c == ' ')
      directive.space = true;
    else if (c == '0')
      directive.zero = true;
    else if (c == '#')
      directive.alternative = true;
    else
      break;
  }
  take_name();
  directive.width = number();
  if (at_ < pattern_.size() && pattern_[at_] == '.') {
    ++at_;
    directive.precision = number();
  }
  take_name();
}

int Formatter::number() {
  int value = 0;
  if (at_ < pattern_.size() && pattern_[at_] == '*') call_.beyond("format with *");
  for (; at_ < pattern_.size() && pattern_[at_] >= '0' && pattern_[at_] <= '9'; ++at_) {
    value = value * 10 + (pattern_[at_] - '0');
    if (value > widest) call_.beyond("format of this width");
  }
  return value;
}

Value Formatter::named(char close) {
  const size_t end = pattern_.find(close, at_);
  if (end == std::string_view::npos) call_.raise("ArgumentError", "malformed name - unmatched parenthesis");
  const std::string_view name = pattern_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
  const auto* hash = values_.size() == 1 ? as<Hash>(values_[0]) : nullptr;
  if (hash == nullptr) call_.raise("ArgumentError", "one hash required");
  const Value* const found = find(*hash, call_.symbol(name), call_.limits());
  if (found == nullptr)
    call_.raise("KeyError",
                "key" + std::string(1, close == '>' ? '<' : '{') + std::string(name) + close + " not found");
  return *found;
}

Value Formatter::next() {
  if (used_ >= values_.size()) call_.raise("ArgumentError", "too few arguments");
  return values_[used_++];
}

std::string Formatter::shown(Directive& directive) {
  switch (directive.type) {
    case 's':
    case 'p': {
      std::string text =
          directive.type == 's' ? call_.in.to_s(directive.value) : call_.in.inspect(directive.value);
      if (directive.precision >= 0) text = std::string(substring(text, 0, directive.precision));
      return padded(directive, std::move(text));
    }
    case 'c': {
      const auto* text = as<String>(directive.value);
      std::string character;
      if (text)
        character = std::string(substring(text->text, 0, 1));
      else
        append_utf8(character,
                    static_cast<unsigned>(std::get<int64_t>(call_.in.call(directive.value, "ord", {}))));
      return padded(directive, character);
    }
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
    case 'b':
    case 'B':
      return integer(directive);
    case 'f':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return floating(directive);
    default:
      call_.raise("ArgumentError", "malformed format string - %" + std::string(1, directive.type));
  }
}

std::string Formatter::integer(Directive& directive) {
  Value number = call_.in.call_function("Integer", {directive.value});
  const int64_t value = std::get<int64_t>(number);
  const int base = directive.type == 'x' || directive.type == 'X'   ? 16
                   : directive.type == 'o'                          ? 8
                   : directive.type == 'b' || directive.type == 'B' ? 2
                                                                    : 10;
  if (value < 0 && base != 10) call_.beyond("format of negative numbers with this base");
  std::string digits = call_.in.to_s(call_.in.call(number, "to_s", {int64_t{base}}));
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  if (directive.type == 'X') digits = upcase(digits);
  while (static_cast<int>(digits.size()) < directive.precision) digits.insert(0, 1, '0');
  std::string sign = negative ? "-" : directive.plus ? "+" : directive.space ? " " : "";
  if (directive.alternative && base != 10)
    sign += directive.type == 'o' ? "0" : "0" + std::string(1, directive.type);
  const int room = directive.width - static_cast<int>(sign.size());
  if (directive.zero && !directive.left && directive.precision < 0) {
    while (static_cast<int>(digits.size()) < room) digits.insert(0, 1, '0');
  }
  return padded(directive, sign + digits);
}

std::string Formatter::floating(Directive& directive) {
  const Value number = call_.in.call_function("Float", {directive.value});
  const std::string pattern = std::string("%") + (directive.left ? "-" : "") + (directive.plus ? "+" : "") +
                              (directive.space ? " " : "") + (directive.zero ? "0" : "") +
                              (directive.alternative ? "#" : "") + "*.*" + directive.type;
  const double value = std::get<double>(number);
  if (std::isnan(value) || std::isinf(value))
    return padded(directive, float_text(value).substr(0, value < 0 ? 4 : 3));
  const int precision = directive.precision < 0 ? 6 : directive.precision;
  std::string text(static_cast<size_t>(directive.width + precision) + 400, '\0');
  const int size =
      std::snprintf(text.data(), text.size(), pattern.c_str(), directive.width, precision, value);
  text.resize(static_cast<size_t>(std::max(size, 0)));
  return text;
}

std::string Formatter::padded(const Directive& directive, std::string text) const {
  const int64_t missing = directive.width - length(text);
  if (missing <= 0) return text;
  const std::string blanks(static_cast<size_t>(missing), ' ');
  return directive.left ? text + blanks : blanks + text;
}

}  // namespace

std::string format(const Call& call, std::string_view pattern, const std::vector<Value>& values) {
  return Formatter(call, pattern, values).run();
}

}  // namespace kamal::erb
