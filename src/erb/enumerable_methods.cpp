// What lists, hashes, ranges and enumerators have in common: choosing and changing their elements.
#include <algorithm>

#include "erb/elements.h"
#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

Value map(Call& c) {
  if (!c.block) return c.enumerator();
  std::vector<Value> result;
  for (const Value& element : elements(c)) result.push_back(c.yield({element}));
  return c.array(std::move(result));
}

Value flat_map(Call& c) {
  if (!c.block) return c.enumerator();
  std::vector<Value> result;
  for (const Value& element : elements(c)) {
    const Value value = c.yield({element});
    if (const auto* list = as<Array>(value))
      result.insert(result.end(), list->items.begin(), list->items.end());
    else
      result.push_back(value);
  }
  return c.array(std::move(result));
}

Value select(Call& c) {
  if (!c.block) return c.enumerator();
  std::vector<Value> result;
  for (const Value& element : elements(c)) {
    if (c.test(element)) result.push_back(element);
  }
  return c.array(std::move(result));
}

Value reject(Call& c) {
  if (!c.block) return c.enumerator();
  std::vector<Value> result;
  for (const Value& element : elements(c)) {
    if (!c.test(element)) result.push_back(element);
  }
  return c.array(std::move(result));
}

Value filter_map(Call& c) {
  if (!c.block) return c.enumerator();
  std::vector<Value> result;
  for (const Value& element : elements(c)) {
    const Value value = c.yield({element});
    if (truthy(value)) result.push_back(value);
  }
  return c.array(std::move(result));
}

Value find(Call& c) {
  if (!c.block) return c.enumerator();
  for (const Value& element : elements(c)) {
    if (c.test(element)) return element;
  }
  return {};
}

Value find_index(Call& c) {
  if (!c.block && c.count() == 0) return c.enumerator();
  int64_t index = 0;
  for (const Value& element : elements(c)) {
    if (c.count() > 0 ? c.in.equal(element, c.args[0]) : c.test(element)) return index;
    ++index;
  }
  return {};
}

// How many of `first(n)`, `take(n)` and the like: not below zero.
size_t amount(Call& c, size_t argument = 0) {
  const int64_t count = c.integer_arg(argument);
  if (count < 0) c.raise("ArgumentError", "attempt to " + std::string(c.name) + " negative size");
  return static_cast<size_t>(count);
}

Value first(Call& c) {
  if (const auto* range = as<Range>(c.self); range && c.count() == 0) return range->first;
  if (const auto* range = as<Range>(c.self); range && is_endless(*range)) {
    std::vector<Value> result;
    Value next = range->first;
    for (size_t left = amount(c); left > 0; --left, next = c.in.call(next, "succ", {}))
      result.push_back(next);
    return c.array(std::move(result));
  }
  const std::vector<Value> all = elements(c);
  if (c.count() == 0) return all.empty() ? Value() : all.front();
  const size_t count = std::min(amount(c), all.size());
  return c.array({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)});
}

Value drop(Call& c) {
  const std::vector<Value> all = elements(c);
  const size_t count = std::min(amount(c), all.size());
  return c.array({all.begin() + static_cast<std::ptrdiff_t>(count), all.end()});
}

Value take_while(Call& c) {
  if (!c.block) return c.enumerator();
  std::vector<Value> all = elements(c);
  const auto end =
      std::find_if_not(all.begin(), all.end(), [&](const Value& element) { return c.test(element); });
  return c.array({all.begin(), end});
}

Value drop_while(Call& c) {
  if (!c.block) return c.enumerator();
  std::vector<Value> all = elements(c);
  const auto start =
      std::find_if_not(all.begin(), all.end(), [&](const Value& element) { return c.test(element); });
  return c.array({start, all.end()});
}

bool includes(Call& c, const Value& wanted) {
  const std::vector<Value> all = elements(c);
  return std::any_of(all.begin(), all.end(),
                     [&](const Value& element) { return c.in.equal(element, wanted); });
}

// any?, all?, none?, one?: by the argument as a pattern, by the block, or as they are.
int64_t count_matches(Call& c) {
  int64_t count = 0;
  for (const Value& element : elements(c)) {
    const bool match = c.count() > 0 ? c.in.matches(c.args[0], element)
                       : c.block     ? c.test(element)
                                     : truthy(element);
    if (match) ++count;
  }
  return count;
}

Value any(Call& c) {
  for (const Value& element : elements(c)) {
    if (c.count() > 0 ? c.in.matches(c.args[0], element) : c.block ? c.test(element) : truthy(element))
      return true;
  }
  return false;
}

Value all(Call& c) {
  for (const Value& element : elements(c)) {
    if (!(c.count() > 0 ? c.in.matches(c.args[0], element) : c.block ? c.test(element) : truthy(element)))
      return false;
  }
  return true;
}

Value count(Call& c) {
  if (c.count() == 0 && !c.block) return static_cast<int64_t>(elements(c).size());
  int64_t count = 0;
  for (const Value& element : elements(c)) {
    if (c.count() > 0 ? c.in.equal(element, c.args[0]) : c.test(element)) ++count;
  }
  return count;
}

Value sorted(Call& c) {
  std::vector<Value> values = elements(c);
  sort(c, values);
  return c.array(std::move(values));
}

// In the order of what the block says of them, or against it; equal ones stay in their order.
std::vector<Value> sorted_by_block(Call& c, int direction) {
  std::vector<std::pair<Value, Value>> keyed;
  for (const Value& element : elements(c)) keyed.emplace_back(c.yield({element}), element);
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    return ordered(c, a.first, b.first) * direction < 0;
  });
  std::vector<Value> values;
  for (const auto& [key, element] : keyed) values.push_back(element);
  return values;
}

Value sort_by(Call& c) {
  if (!c.block) return c.enumerator();
  return c.array(sorted_by_block(c, 1));
}

// The first of the values, or the first n of them.
Value front(Call& c, std::vector<Value> values) {
  if (c.count() == 0) return values.empty() ? Value() : values.front();
  values.resize(std::min(values.size(), amount(c)));
  return c.array(std::move(values));
}

Value min(Call& c) {
  std::vector<Value> values = elements(c);
  sort(c, values);
  return front(c, std::move(values));
}

Value max(Call& c) {
  std::vector<Value> values = elements(c);
  sort(c, values);
  std::reverse(values.begin(), values.end());
  return front(c, std::move(values));
}

Value min_by(Call& c) {
  if (!c.block) return c.enumerator();
  return front(c, sorted_by_block(c, 1));
}

Value max_by(Call& c) {
  if (!c.block) return c.enumerator();
  return front(c, sorted_by_block(c, -1));
}

}  // namespace

const Methods& enumerable_methods() {
  static const Methods methods = {
      {"to_a", 0, 0, [](Call& c) { return c.array(elements(c)); }},
      {"entries", 0, 0, [](Call& c) { return c.array(elements(c)); }},
      {"map", 0, 0, map},
      {"collect", 0, 0, map},
      {"flat_map", 0, 0, flat_map},
      {"collect_concat", 0, 0, flat_map},
      {"select", 0, 0, select},
      {"filter", 0, 0, select},
      {"find_all", 0, 0, select},
      {"reject", 0, 0, reject},
      {"filter_map", 0, 0, filter_map},
      {"find", 0, 0, find},
      {"detect", 0, 0, find},
      {"find_index", 0, 1, find_index},
      {"first", 0, 1, first},
      {"take", 1, 1, first},
      {"drop", 1, 1, drop},
      {"take_while", 0, 0, take_while},
      {"drop_while", 0, 0, drop_while},
      {"include?", 1, 1, [](Call& c) { return Value(includes(c, c.args[0])); }},
      {"member?", 1, 1, [](Call& c) { return Value(includes(c, c.args[0])); }},
      {"exclude?", 1, 1, [](Call& c) { return Value(!includes(c, c.args[0])); }},
      {"any?", 0, 1, any},
      {"all?", 0, 1, all},
      {"none?", 0, 1, [](Call& c) { return Value(!truthy(any(c))); }},
      {"one?", 0, 1, [](Call& c) { return Value(count_matches(c) == 1); }},
      {"many?", 0, 0,
       [](Call& c) {
         return Value((c.block ? count_matches(c) : static_cast<int64_t>(elements(c).size())) > 1);
       }},
      {"count", 0, 1, count},
      {"sort", 0, 0, sorted},
      {"sort_by", 0, 0, sort_by},
      {"min", 0, 1, min},
      {"max", 0, 1, max},
      {"min_by", 0, 1, min_by},
      {"max_by", 0, 1, max_by},
      {"uniq", 0, 0, [](Call& c) { return c.array(unique(c, elements(c))); }},
      {"sum", 0, 1, [](Call& c) { return sum(c, elements(c)); }},
      {"to_h", 0, 0, [](Call& c) { return pairs_to_hash(c, elements(c)); }},
  };
  return methods;
}

}  // namespace kamal::erb
