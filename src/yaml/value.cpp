#include "kamal/yaml/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "kamal/support/strings.h"

namespace kamal {
namespace {

std::string text_of_all(const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.text());
  return join(texts, "\n");
}

// The shortest text that reads back as the same number, laid out as Ruby does: 0.5, 100.0, 1.0e+20.
std::string float_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  const double size = std::fabs(number);
  const bool fixed = size == 0 || (size >= 1e-4 && size < 1e16);
  char buffer[64];
  const auto format = fixed ? std::chars_format::fixed : std::chars_format::scientific;
  std::string text(buffer, std::to_chars(buffer, buffer + sizeof buffer, number, format).ptr);
  if (fixed) return text.find('.') == std::string::npos ? text + ".0" : text;
  const size_t exponent = text.find('e');
  if (text.find('.') == std::string::npos) text.insert(exponent, ".0");
  return text;
}

Value::Map merged(const Value::Map& base, const Value::Map& over) {
  Value::Map result = base;
  std::unordered_map<std::string_view, size_t> index;
  for (size_t i = 0; i < base.size(); ++i) index.emplace(base[i].first, i);
  for (const auto& [key, value] : over) {
    const auto found = index.find(key);
    if (found == index.end()) {
      result.emplace_back(key, value);
    } else {
      Value& target = result[found->second].second;
      target = deep_merge(target, value);
    }
  }
  return result;
}

}  // namespace

std::string Problem::text() const {
  std::string text;
  if (!mark.file.empty()) {
    text += mark.file;
    if (mark.line > 0) text += ":" + std::to_string(mark.line);
    text += ": ";
  }
  if (!key.empty()) text += key + ": ";
  return text + message;
}

ConfigurationError::ConfigurationError(std::vector<Problem> problems)
    : std::runtime_error(text_of_all(problems)), problems_(std::move(problems)) {}

Value::Value(Type type, Mark mark) : mark_(std::move(mark)) {
  const std::array<decltype(data_), 7> empty{std::monostate{}, false, int64_t{0}, 0.0, "", List(), Map()};
  data_ = empty[static_cast<size_t>(type)];
}

bool Value::is_blank() const {
  if (is_string()) return strip(std::get<std::string>(data_)).empty();
  if (is_list()) return list().empty();
  if (is_map()) return map().empty();
  return is_null() || is_false();
}

std::string Value::text() const {
  if (is_boolean()) return boolean() ? "true" : "false";
  if (is_integer()) return std::to_string(integer());
  if (const double* number = std::get_if<double>(&data_)) return float_text(*number);
  return is_string() ? std::get<std::string>(data_) : "";
}

const Value* Value::find(std::string_view key) const {
  if (!is_map()) return nullptr;
  const auto found = std::ranges::find(map(), key, &Map::value_type::first);
  return found == map().end() ? nullptr : &found->second;
}

void Value::set(std::string key, Value value) {
  if (!is_map()) data_ = Map();
  const auto found = std::ranges::find(map(), key, &Map::value_type::first);
  if (found == map().end()) {
    map().emplace_back(std::move(key), std::move(value));
  } else {
    found->second = std::move(value);
  }
}

bool Value::operator==(const Value& other) const {
  if (!is_map() || !other.is_map()) return data_ == other.data_;
  return map().size() == other.map().size() &&
         std::all_of(map().begin(), map().end(), [&](const auto& entry) {
           const Value* same = other.find(entry.first);
           return same && *same == entry.second;
         });
}

Value deep_merge(const Value& base, const Value& over) {
  if (!base.is_map() || !over.is_map()) return over;
  Value result(merged(base.map(), over.map()));
  result.set_mark(over.mark());
  return result;
}

}  // namespace kamal
