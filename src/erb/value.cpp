#include "erb/value.h"

#include <algorithm>
#include <cmath>

#include "erb/show.h"

namespace kamal::erb {
namespace {

std::optional<double> number(const Value& value) {
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

const Symbol* Heap::symbol(std::string_view text) {
  const auto found = symbols_.find(text);
  if (found != symbols_.end()) return &found->second;
  limits_.allocate(text.size() + sizeof(Symbol) + 64);
  return &symbols_.emplace(std::string(text), Symbol{std::string(text)}).first->second;
}

const Constant* Heap::constant(std::string_view path) {
  const auto found = constants_.find(path);
  if (found != constants_.end()) return &found->second;
  return &constants_.emplace(std::string(path), Constant{std::string(path)}).first->second;
}

std::string class_name(const Value& value) {
  switch (kind_of(value)) {
    case Kind::nil:
      return "NilClass";
    case Kind::boolean:
      return std::get<bool>(value) ? "TrueClass" : "FalseClass";
    case Kind::integer:
      return "Integer";
    case Kind::floating:
      return "Float";
    case Kind::symbol:
      return "Symbol";
    case Kind::string:
      return "String";
    case Kind::array:
      return "Array";
    case Kind::hash:
      return "Hash";
    case Kind::range:
      return "Range";
    case Kind::regexp:
      return "Regexp";
    case Kind::match:
      return "MatchData";
    case Kind::time:
      return as<Time>(value)->form == Time::Form::date ? "Date" : "Time";
    case Kind::error:
      return as<Error>(value)->class_name;
    case Kind::status:
      return "Process::Status";
    case Kind::erb_template:
      return "ERB";
    case Kind::binding:
      return "Binding";
    case Kind::constant:
      return "Class";
  }
  return "Object";
}

std::string type_text(const Value& value) {
  if (kind_of(value) == Kind::nil) return "nil";
  const auto* boolean = std::get_if<bool>(&value);
  return boolean ? (*boolean ? "true" : "false") : class_name(value);
}

bool equal(const Value& a, const Value& b, Limits& limits) {
  limits.step();
  const auto x = number(a), y = number(b);
  if (x && y) return a.index() == b.index() ? a == b : *x == *y;
  if (a.index() != b.index()) return false;
  if (a == b) return true;
  const Limits::Level level(limits);
  switch (kind_of(a)) {
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
      return as<Time>(a)->seconds == as<Time>(b)->seconds &&
             as<Time>(a)->nanoseconds == as<Time>(b)->nanoseconds;
    default:
      return false;
  }
}

std::optional<int> compare(const Value& a, const Value& b, Limits& limits) {
  limits.step();
  if (const auto x = number(a), y = number(b); x && y) {
    if (kind_of(a) == Kind::integer && a.index() == b.index())
      return order(std::get<int64_t>(a), std::get<int64_t>(b));
    if (std::isnan(*x) || std::isnan(*y)) return std::nullopt;
    return order(*x, *y);
  }
  if (a.index() != b.index()) return std::nullopt;
  const Limits::Level level(limits);
  switch (kind_of(a)) {
    case Kind::nil:
      return 0;
    case Kind::symbol:
      return order(std::get<const Symbol*>(a)->text, std::get<const Symbol*>(b)->text);
    case Kind::string:
      limits.step(as<String>(a)->text.size() / 256);
      return order(as<String>(a)->text, as<String>(b)->text);
    case Kind::array:
      return compare_lists(as<Array>(a)->items, as<Array>(b)->items, limits);
    case Kind::time: {
      const auto *x = as<Time>(a), *y = as<Time>(b);
      return order(std::pair(x->seconds, x->nanoseconds), std::pair(y->seconds, y->nanoseconds));
    }
    default:
      return equal(a, b, limits) ? std::optional(0) : std::nullopt;
  }
}

std::string key_text(const Value& value, Limits& limits) {
  limits.step();
  const Limits::Level level(limits);
  switch (kind_of(value)) {
    case Kind::nil:
      return "n";
    case Kind::boolean:
      return std::get<bool>(value) ? "t" : "f";
    case Kind::integer:
      return "i" + std::to_string(std::get<int64_t>(value));
    case Kind::floating:
      return "d" + float_text(std::get<double>(value));
    case Kind::symbol:
      return "y" + std::get<const Symbol*>(value)->text;
    case Kind::string:
      limits.step(as<String>(value)->text.size() / 256);
      return "s" + as<String>(value)->text;
    case Kind::array: {
      std::string text = "a" + std::to_string(as<Array>(value)->items.size()) + ":";
      for (const Value& item : as<Array>(value)->items) {
        const std::string one = key_text(item, limits);
        limits.allocate(one.size());
        text += std::to_string(one.size()) + ":" + one;
      }
      return text;
    }
    case Kind::hash:
      return "h" + inspect(value, limits);
    default:
      return std::visit(
          [](const auto& object) -> std::string {
            if constexpr (std::is_pointer_v<std::decay_t<decltype(object)>>) {
              return "p" + std::to_string(reinterpret_cast<uintptr_t>(object));
            } else {
              return "";
            }
          },
          value);
  }
}

const Value* find(const Hash& hash, const Value& key, Limits& limits) {
  const auto found = hash.places.find(key_text(key, limits));
  return found == hash.places.end() ? nullptr : &hash.entries[found->second].second;
}

void set(Hash& hash, const Value& key, const Value& value, Limits& limits) {
  std::string text = key_text(key, limits);
  const auto [place, added] = hash.places.try_emplace(std::move(text), hash.entries.size());
  if (added) {
    limits.allocate(place->first.size() + sizeof(Hash::Entry) + 64);
    hash.entries.emplace_back(key, value);
  } else {
    hash.entries[place->second].second = value;
  }
}

std::optional<Value> erase(Hash& hash, const Value& key, Limits& limits) {
  const auto found = hash.places.find(key_text(key, limits));
  if (found == hash.places.end()) return std::nullopt;
  const auto entry = hash.entries.begin() + static_cast<std::ptrdiff_t>(found->second);
  Value value = entry->second;
  hash.entries.erase(entry);
  reindex(hash, limits);
  return value;
}

void reindex(Hash& hash, Limits& limits) {
  hash.places.clear();
  for (size_t i = 0; i < hash.entries.size(); ++i) hash.places[key_text(hash.entries[i].first, limits)] = i;
}

}  // namespace kamal::erb
