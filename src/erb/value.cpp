#include "erb/value.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kamal::erb {
namespace {

std::optional<double> as_number(const Value& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* floating = std::get_if<double>(&value)) return *floating;
  return std::nullopt;
}

template <class T>
int order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

bool equal_lists(const std::vector<Value>& a, const std::vector<Value>& b, Limits& limits) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [&](const Value& x, const Value& y) { return equal(x, y, limits); });
}

bool equal_hashes(const Hash& a, const Hash& b, Limits& limits) {
  return a.entries.size() == b.entries.size() &&
         std::all_of(a.entries.begin(), a.entries.end(), [&](const auto& entry) {
           const Value* other = find(b, entry.first, limits);
           return other && equal(entry.second, *other, limits);
         });
}

// As hashes tell keys apart: 1 and 1.0 are two.
bool same_key(const Value& a, const Value& b, Limits& limits) {
  if (a.index() != b.index()) return false;
  if (const auto* text = as<String>(a)) return text->text == as<String>(b)->text;
  if (const auto* symbol = as<Symbol>(a)) return symbol->text == as<Symbol>(b)->text;
  return a == b || equal(a, b, limits);
}

std::optional<int> compare_lists(const std::vector<Value>& a, const std::vector<Value>& b, Limits& limits) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const auto result = compare(a[i], b[i], limits);
    if (!result || *result != 0) return result;
  }
  return order(a.size(), b.size());
}

}  // namespace

std::optional<std::string_view> MatchData::group(size_t index) const {
  if (index >= groups.size() || !groups[index]) return std::nullopt;
  return std::string_view(text()).substr(groups[index]->first, groups[index]->second - groups[index]->first);
}

Value Heap::string(std::string text) {
  limits_.allocate(text.size());
  auto* made = make<String>();
  made->text = std::move(text);
  return made;
}

Value Heap::array(std::vector<Value> items) {
  limits_.allocate(items.size() * sizeof(Value));
  auto* made = make<Array>();
  made->items = std::move(items);
  return made;
}

Value Heap::symbol(std::string_view text) {
  limits_.allocate(text.size());
  auto* made = make<Symbol>();
  made->text = text;
  return made;
}

Value Heap::constant(std::string_view path) {
  auto* made = make<Constant>();
  made->path = path;
  return made;
}

std::string class_name(const Value& value) {
  static constexpr std::array<std::string_view, kinds> names = {
      "NilClass", "",          "Integer", "Float", "Symbol",          "String", "Array",   "Hash", "Range",
      "Regexp",   "MatchData", "Time",    "",      "Process::Status", "ERB",    "Binding", "Class"};
  if (const bool* boolean = std::get_if<bool>(&value)) return *boolean ? "TrueClass" : "FalseClass";
  if (const auto* error = as<Error>(value)) return error->class_name;
  return std::string(names[value.index()]);
}

std::string type_text(const Value& value) {
  if (kind_of(value) == Kind::nil) return "nil";
  const auto* boolean = std::get_if<bool>(&value);
  return boolean ? (*boolean ? "true" : "false") : class_name(value);
}

bool equal(const Value& a, const Value& b, Limits& limits) {
  limits.step();
  const auto x = as_number(a), y = as_number(b);
  if (x && y) return a.index() == b.index() ? a == b : *x == *y;
  if (a.index() != b.index()) return false;
  if (a == b) return true;
  const auto level = limits.deeper();
  switch (kind_of(a)) {
    case Kind::symbol:
      return as<Symbol>(a)->text == as<Symbol>(b)->text;
    case Kind::constant:
      return as<Constant>(a)->path == as<Constant>(b)->path;
    case Kind::string:
      limits.step(as<String>(a)->text.size() / 256);
      return as<String>(a)->text == as<String>(b)->text;
    case Kind::array:
      return equal_lists(as<Array>(a)->items, as<Array>(b)->items, limits);
    case Kind::hash:
      return equal_hashes(*as<Hash>(a), *as<Hash>(b), limits);
    case Kind::range:
      return equal(as<Range>(a)->first, as<Range>(b)->first, limits) &&
             equal(as<Range>(a)->last, as<Range>(b)->last, limits) &&
             as<Range>(a)->exclusive == as<Range>(b)->exclusive;
    case Kind::regexp:
      return as<Regexp>(a)->source == as<Regexp>(b)->source &&
             as<Regexp>(a)->options == as<Regexp>(b)->options;
    case Kind::time:
      return as<Time>(a)->seconds == as<Time>(b)->seconds;
    default:
      return false;
  }
}

std::optional<int> compare(const Value& a, const Value& b, Limits& limits) {
  limits.step();
  if (const auto x = as_number(a), y = as_number(b); x && y) {
    if (kind_of(a) == Kind::integer && a.index() == b.index())
      return order(std::get<int64_t>(a), std::get<int64_t>(b));
    if (std::isnan(*x) || std::isnan(*y)) return std::nullopt;
    return order(*x, *y);
  }
  if (a.index() != b.index()) return std::nullopt;
  const auto level = limits.deeper();
  switch (kind_of(a)) {
    case Kind::nil:
      return 0;
    case Kind::symbol:
      return order(as<Symbol>(a)->text, as<Symbol>(b)->text);
    case Kind::string:
      limits.step(as<String>(a)->text.size() / 256);
      return order(as<String>(a)->text, as<String>(b)->text);
    case Kind::array:
      return compare_lists(as<Array>(a)->items, as<Array>(b)->items, limits);
    case Kind::time:
      return order(as<Time>(a)->seconds, as<Time>(b)->seconds);
    default:
      return equal(a, b, limits) ? std::optional(0) : std::nullopt;
  }
}

const Value* find(const Hash& hash, const Value& key, Limits& limits) {
  limits.step(1 + hash.entries.size() / 32);
  const auto found = std::find_if(hash.entries.begin(), hash.entries.end(), [&](const Hash::Entry& entry) {
    return same_key(entry.first, key, limits);
  });
  return found == hash.entries.end() ? nullptr : &found->second;
}

void set(Hash& hash, const Value& key, const Value& value, Limits& limits) {
  limits.step(1 + hash.entries.size() / 32);
  for (auto& [known, before] : hash.entries) {
    if (!same_key(known, key, limits)) continue;
    before = value;
    return;
  }
  limits.allocate(sizeof(Hash::Entry));
  hash.entries.emplace_back(key, value);
}

}  // namespace kamal::erb
