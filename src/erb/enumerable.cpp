#include "erb/enumerable.h"

#include <algorithm>
#include <set>

#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

std::vector<Value> range_elements(Interpreter& in, const Range& range) {
  std::vector<Value> values;
  const auto *first = std::get_if<int64_t>(&range.first), *last = std::get_if<int64_t>(&range.last);
  if (first && last) {
    for (int64_t i = *first; i < *last || (!range.exclusive && i == *last); ++i) {
      in.limits().step();
      values.emplace_back(i);
    }
    return values;
  }
  const auto *from = as<String>(range.first), *to = as<String>(range.last);
  const bool letters = from && to && from->text.size() == 1 && to->text.size() == 1;
  if (!letters) in.beyond("the elements of this kind of range");
  for (char one = from->text[0]; one <= to->text[0]; ++one) {
    if (one != to->text[0] || !range.exclusive) values.push_back(in.heap().string(std::string(1, one)));
    if (one == to->text[0]) break;
  }
  return values;
}

Value map(Call& c) {
  std::vector<Value> result;
  for (const Value& element : elements(c)) result.push_back(c.yield({element}));
  return c.array(std::move(result));
}

Value flat_map(Call& c) {
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

Value filter_map(Call& c) {
  std::vector<Value> result;
  for (const Value& element : elements(c)) {
    const Value value = c.yield({element});
    if (truthy(value)) result.push_back(value);
  }
  return c.array(std::move(result));
}

// The elements for which the block gives a true value, and the others.
std::pair<std::vector<Value>, std::vector<Value>> partitioned(Call& c) {
  std::pair<std::vector<Value>, std::vector<Value>> result;
  for (const Value& element : elements(c))
    (c.test(element) ? result.first : result.second).push_back(element);
  return result;
}

Value partition(Call& c) {
  auto [yes, no] = partitioned(c);
  const Value first = c.array(std::move(yes));
  return c.array({first, c.array(std::move(no))});
}

// By the argument as a pattern, by the block, or by itself.
bool matches(Call& c, const Value& element) {
  if (c.count() > 0) return c.in.matches(c.args[0], element);
  return c.block ? c.test(element) : truthy(element);
}

bool any(Call& c) {
  const std::vector<Value> all = elements(c);
  return std::any_of(all.begin(), all.end(), [&](const Value& element) { return matches(c, element); });
}

bool all(Call& c) {
  const std::vector<Value> all = elements(c);
  return std::all_of(all.begin(), all.end(), [&](const Value& element) { return matches(c, element); });
}

// Of the first element that equals the argument, or that the block is for.
std::optional<size_t> place_of(Call& c) {
  const std::vector<Value> all = elements(c);
  for (size_t i = 0; i < all.size(); ++i) {
    if (c.count() > 0 ? c.in.equal(all[i], c.args[0]) : c.test(all[i])) return i;
  }
  return std::nullopt;
}

Value find(Call& c) {
  const auto place = place_of(c);
  return place ? elements(c)[*place] : Value();
}

Value find_index(Call& c) {
  const auto place = place_of(c);
  return place ? Value(static_cast<int64_t>(*place)) : Value();
}

Value count(Call& c) {
  const std::vector<Value> all = elements(c);
  if (c.count() == 0 && !c.block) return static_cast<int64_t>(all.size());
  return static_cast<int64_t>(std::count_if(all.begin(), all.end(), [&](const Value& element) {
    return c.count() > 0 ? c.in.equal(element, c.args[0]) : c.test(element);
  }));
}

// The first of the values, or the first n of them.
Value front(Call& c, std::vector<Value> values) {
  if (c.count() == 0) return values.empty() ? Value() : values.front();
  values.resize(std::min(values.size(), c.size_arg(0)));
  return c.array(std::move(values));
}

Value drop(Call& c) {
  const std::vector<Value> all = elements(c);
  return c.array({all.begin() + static_cast<std::ptrdiff_t>(std::min(c.size_arg(0), all.size())), all.end()});
}

// A merge sort: whatever the block answers, it ends.
std::vector<Value> sorted(Call& c) {
  const auto swapped = [&](const Value& a, const Value& b) {
    if (c.block == nullptr) return ordered(c, a, b) > 0;
    const Value answer = c.yield({a, b});
    const auto* number = std::get_if<int64_t>(&answer);
    if (number == nullptr)
      c.raise("ArgumentError", "comparison of " + class_name(a) + " with " + class_name(b) + " failed");
    return *number > 0;
  };
  std::vector<Value> values = elements(c), merged;
  for (size_t width = 1; width < values.size(); width *= 2) {
    merged.clear();
    for (size_t first = 0; first < values.size(); first += 2 * width) {
      size_t left = first, right = std::min(first + width, values.size());
      const size_t middle = right, end = std::min(first + 2 * width, values.size());
      while (left < middle && right < end)
        merged.push_back(swapped(values[left], values[right]) ? values[right++] : values[left++]);
      while (left < middle) merged.push_back(values[left++]);
      while (right < end) merged.push_back(values[right++]);
    }
    values.swap(merged);
  }
  return values;
}

// In the order of what the block gives for them, or against it; equal ones stay in their order.
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

Value max(Call& c) {
  std::vector<Value> values = sorted(c);
  std::reverse(values.begin(), values.end());
  return front(c, std::move(values));
}

Value sum(Call& c) {
  Value total = c.has(0) ? c.arg(0) : Value(int64_t{0});
  for (const Value& value : elements(c)) total = c.in.call(total, "+", {c.block ? c.yield({value}) : value});
  return total;
}

Value inject(Call& c) {
  const std::vector<Value> values = elements(c);
  const std::string operation = c.block || c.count() == 0 ? "" : c.name_arg(c.count() - 1);
  const bool has_start = c.count() == (operation.empty() ? 1U : 2U);
  if (values.empty()) return has_start ? c.args[0] : Value();
  Value total = has_start ? c.args[0] : values.front();
  for (size_t i = has_start ? 0 : 1; i < values.size(); ++i)
    total = operation.empty() ? c.yield({total, values[i]}) : c.in.call(total, operation, {values[i]});
  return total;
}

// Without a block, the [element, index] lists that Ruby's enumerator yields.
Value each_with_index(Call& c) {
  std::vector<Value> pairs;
  int64_t index = 0;
  for (const Value& element : elements(c)) {
    if (c.block)
      c.yield({element, index++});
    else
      pairs.push_back(c.array({element, index++}));
  }
  return c.block ? c.self : c.array(std::move(pairs));
}

Value each_with_object(Call& c) {
  for (const Value& element : elements(c)) c.yield({element, c.args[0]});
  return c.args[0];
}

Value group_by(Call& c) {
  Hash* const groups = c.new_hash();
  for (const Value& element : elements(c)) {
    const Value key = c.yield({element});
    if (!erb::find(*groups, key, c.limits())) set(*groups, key, c.array({}), c.limits());
    as<Array>(*erb::find(*groups, key, c.limits()))->items.push_back(element);
  }
  return groups;
}

Value zip(Call& c) {
  if (c.block) c.beyond("`zip` with a block");
  std::vector<std::vector<Value>> others;
  for (const Value& other : c.args) others.push_back(elements(c.in, other));
  std::vector<Value> result;
  const std::vector<Value> own = elements(c);
  for (size_t i = 0; i < own.size(); ++i) {
    std::vector<Value> row = {own[i]};
    for (const auto& other : others) row.push_back(i < other.size() ? other[i] : Value());
    result.push_back(c.array(std::move(row)));
  }
  return c.array(std::move(result));
}

}  // namespace

std::vector<Value> elements(Interpreter& in, const Value& value) {
  if (const auto* list = as<Array>(value)) {
    in.limits().step(list->items.size() / 16);
    return list->items;
  }
  if (const auto* range = as<Range>(value)) return range_elements(in, *range);
  const auto* hash = as<Hash>(value);
  if (hash == nullptr)
    in.raise("TypeError", "wrong argument type " + class_name(value) + " (must respond to :each)");
  std::vector<Value> pairs;
  for (const auto& [key, one] : hash->entries) pairs.push_back(in.heap().array({key, one}));
  return pairs;
}

int ordered(const Call& call, const Value& a, const Value& b) {
  if (const auto result = compare(a, b, call.limits())) return *result;
  const bool by_class = kind_of(b) == Kind::string || kind_of(b) == Kind::array;
  call.raise("ArgumentError", "comparison of " + class_name(a) + " with " +
                                  (by_class ? class_name(b) : call.in.inspect(b)) + " failed");
}

std::vector<Value> unique(const Call& call, const std::vector<Value>& values) {
  std::vector<Value> result;
  std::set<std::string> seen;
  for (const Value& value : values) {
    if (seen.insert(key_text(call.block ? call.yield({value}) : value, call.limits())).second)
      result.push_back(value);
  }
  return result;
}

Value pairs_to_hash(const Call& call, const std::vector<Value>& values) {
  Hash* const hash = call.new_hash();
  for (const Value& value : values) {
    const Value pair = call.block ? call.yield({value}) : value;
    const auto* list = as<Array>(pair);
    if (list == nullptr)
      call.raise("TypeError", "wrong element type " + class_name(pair) + " (expected array)");
    if (list->items.size() != 2)
      call.raise("ArgumentError", "element has wrong array length (expected 2, was " +
                                      std::to_string(list->items.size()) + ")");
    set(*hash, list->items[0], list->items[1], call.limits());
  }
  return hash;
}

const Methods& enumerable_methods() {
  static constexpr auto select = [](Call& c) { return c.array(partitioned(c).first); };
  static constexpr auto includes = [](Call& c) {
    const std::vector<Value> all = elements(c);
    return Value(
        std::any_of(all.begin(), all.end(), [&](const Value& one) { return c.in.equal(one, c.args[0]); }));
  };
  static const Methods methods = {
      {"to_a", 0, 0, [](Call& c) { return c.array(elements(c)); }},
      {"map", 0, 0, map},
      {"collect", 0, 0, map},
      {"flat_map", 0, 0, flat_map},
      {"filter_map", 0, 0, filter_map},
      {"select", 0, 0, select},
      {"filter", 0, 0, select},
      {"reject", 0, 0, [](Call& c) { return c.array(partitioned(c).second); }},
      {"partition", 0, 0, partition},
      {"find", 0, 0, find},
      {"detect", 0, 0, find},
      {"find_index", 0, 1, find_index},
      {"first", 0, 1, [](Call& c) { return front(c, elements(c)); }},
      {"take", 1, 1, [](Call& c) { return front(c, elements(c)); }},
      {"drop", 1, 1, drop},
      {"include?", 1, 1, includes},
      {"member?", 1, 1, includes},
      {"any?", 0, 1, [](Call& c) { return Value(any(c)); }},
      {"all?", 0, 1, [](Call& c) { return Value(all(c)); }},
      {"none?", 0, 1, [](Call& c) { return Value(!any(c)); }},
      {"count", 0, 1, count},
      {"sort", 0, 0, [](Call& c) { return c.array(sorted(c)); }},
      {"sort_by", 0, 0, [](Call& c) { return c.array(sorted_by_block(c, 1)); }},
      {"min", 0, 1, [](Call& c) { return front(c, sorted(c)); }},
      {"max", 0, 1, max},
      {"min_by", 0, 0, [](Call& c) { return front(c, sorted_by_block(c, 1)); }},
      {"max_by", 0, 0, [](Call& c) { return front(c, sorted_by_block(c, -1)); }},
      {"uniq", 0, 0, [](Call& c) { return c.array(unique(c, elements(c))); }},
      {"sum", 0, 1, sum},
      {"inject", 0, 2, inject},
      {"reduce", 0, 2, inject},
      {"to_h", 0, 0, [](Call& c) { return pairs_to_hash(c, elements(c)); }},
      {"each_with_index", 0, 0, each_with_index},
      {"each_with_object", 1, 1, each_with_object},
      {"group_by", 0, 0, group_by},
      {"zip", 0, -1, zip},
  };
  return methods;
}

const Methods& range_methods() {
  static constexpr auto range = [](Call& c) -> const Range& { return *as<Range>(c.self); };
  static constexpr auto covers = [](Call& c) {
    const auto low = compare(range(c).first, c.args[0], c.limits());
    if (!low || *low > 0) return Value(false);
    if (kind_of(range(c).last) == Kind::nil) return Value(true);
    const auto high = compare(c.args[0], range(c).last, c.limits());
    return Value(high && (range(c).exclusive ? *high < 0 : *high <= 0));
  };
  static const Methods methods = {
      {"each", 0, 0,
       [](Call& c) {
         for (const Value& value : elements(c)) c.yield({value});
         return c.self;
       }},
      {"first", 0, 1, [](Call& c) { return c.count() == 0 ? range(c).first : front(c, elements(c)); }},
      {"last", 0, 0, [](Call& c) { return range(c).last; }},
      {"size", 0, 0, [](Call& c) { return Value(static_cast<int64_t>(elements(c).size())); }},
      {"include?", 1, 1, covers},
      {"cover?", 1, 1, covers},
      {"===", 1, 1, covers},
  };
  return methods;
}

}  // namespace kamal::erb
