// What lists, hashes and ranges have in common, and methods of ranges.
#include <algorithm>

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
  const int end = to->text[0] + (range.exclusive ? 0 : 1);
  for (int one = from->text[0]; one < end; ++one)
    values.push_back(in.heap().string(std::string(1, static_cast<char>(one))));
  return values;
}

// The list that `add` makes of the elements and what the block answers for each.
template <class Add>
Value collected(Call& c, Add add) {
  std::vector<Value> result;
  for (const Value& element : elements(c)) add(result, element, c.yield({element}));
  return c.array(std::move(result));
}

using Values = std::vector<Value>;

Value map(Call& c) {
  return collected(c, [](Values& result, const Value&, const Value& answer) { result.push_back(answer); });
}

Value flat_map(Call& c) {
  return collected(c, [](Values& result, const Value&, const Value& answer) {
    const auto* list = as<Array>(answer);
    const Values more = list ? list->items : Values{answer};
    result.insert(result.end(), more.begin(), more.end());
  });
}

Value filter_map(Call& c) {
  return collected(c, [](Values& result, const Value&, const Value& answer) {
    if (truthy(answer)) result.push_back(answer);
  });
}

Value filtered(Call& c, bool wanted) {
  return collected(c, [wanted](Values& result, const Value& element, const Value& answer) {
    if (truthy(answer) == wanted) result.push_back(element);
  });
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

bool includes(Call& c) {
  const std::vector<Value> all = elements(c);
  return std::any_of(all.begin(), all.end(), [&](const Value& one) { return c.in.equal(one, c.args[0]); });
}

Value find_element(Call& c) {
  for (const Value& element : elements(c)) {
    if (c.test(element)) return element;
  }
  return {};
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

// Puts each value behind those that it does not come before: whatever a block answers, that ends.
std::vector<Value> in_order(const std::vector<Value>& values,
                            const std::function<bool(const Value& later, const Value& earlier)>& before) {
  std::vector<Value> result;
  for (const Value& value : values)
    result.insert(std::upper_bound(result.begin(), result.end(), value, before), value);
  return result;
}

std::vector<Value> sorted(Call& c) {
  return in_order(elements(c), [&](const Value& later, const Value& earlier) {
    if (c.block == nullptr) return ordered(c, earlier, later) > 0;
    const Value answer = c.yield({earlier, later});
    const auto* number = std::get_if<int64_t>(&answer);
    if (number != nullptr) return *number > 0;
    c.raise("ArgumentError",
            "comparison of " + class_name(earlier) + " with " + class_name(later) + " failed");
  });
}

// By what the block gives for them; equal ones stay in their order.
Value sort_by(Call& c) {
  const auto key = [](const Value& pair) { return as<Array>(pair)->items[0]; };
  std::vector<Value> pairs;
  for (const Value& element : elements(c)) pairs.push_back(c.array({c.yield({element}), element}));
  std::vector<Value> values;
  for (const Value& pair : in_order(pairs, [&](const Value&later, const Value&earlier) {
         return ordered(c, key(earlier), key(later)) > 0;
       }))
    values.push_back(as<Array>(pair)->items[1]);
  return c.array(std::move(values));
}

Value max(Call& c) {
  std::vector<Value> values = sorted(c);
  std::reverse(values.begin(), values.end());
  return front(c, std::move(values));
}

// Without those that are equal to an earlier one, or for which the block gives the same.
Value unique(Call& c) {
  Hash* const seen = c.new_hash();
  std::vector<Value> result;
  for (const Value& value : elements(c)) {
    const Value key = c.block ? c.yield({value}) : value;
    if (find(*seen, key, c.limits())) continue;
    set(*seen, key, true, c.limits());
    result.push_back(value);
  }
  return c.array(std::move(result));
}

Value sum(Call& c) {
  Value total = int64_t{0};
  for (const Value& value : elements(c)) total = c.in.call(total, "+", {c.block ? c.yield({value}) : value});
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
    if (!find(*groups, key, c.limits())) set(*groups, key, c.array({}), c.limits());
    as<Array>(*find(*groups, key, c.limits()))->items.push_back(element);
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
    for (const std::vector<Value>& other : others) row.push_back(i < other.size() ? other[i] : Value());
    result.push_back(c.array(std::move(row)));
  }
  return c.array(std::move(result));
}

// The hash of [key, value] lists, or of what the block makes of each value.
Value to_hash(Call& c) {
  Hash* const hash = c.new_hash();
  for (const Value& value : elements(c)) {
    const Value pair = c.block ? c.yield({value}) : value;
    const auto* list = as<Array>(pair);
    if (list == nullptr) c.raise("TypeError", "wrong element type " + class_name(pair) + " (expected array)");
    if (list->items.size() != 2) {
      c.raise("ArgumentError",
              "element has wrong array length (expected 2, was " + std::to_string(list->items.size()) + ")");
    }
    set(*hash, list->items[0], list->items[1], c.limits());
  }
  return hash;
}

Value covers(Call& c) {
  const Range& range = *as<Range>(c.self);
  const auto low = compare(range.first, c.args[0], c.limits());
  if (!low || *low > 0) return false;
  if (kind_of(range.last) == Kind::nil) return true;
  const auto high = compare(c.args[0], range.last, c.limits());
  return high && (range.exclusive ? *high < 0 : *high <= 0);
}

Value each_element(Call& c) {
  for (const Value& value : elements(c)) c.yield({value});
  return c.self;
}

}  // namespace

std::vector<Value> elements(Interpreter& in, const Value& value) {
  if (const auto* list = as<Array>(value)) return list->items;
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

const Methods& enumerable_methods() {
  static constexpr auto select = [](Call& c) { return filtered(c, true); };
  static const Methods methods = {
      {"Enumerable#all?", 0, 1, [](Call& c) { return Value(all(c)); }},
      {"Enumerable#any?", 0, 1, [](Call& c) { return Value(any(c)); }},
      {"Enumerable#count", 0, 1, count},
      {"Enumerable#drop", 1, 1, drop},
      {"Enumerable#each", 0, 0, each_element},
      {"Hash#each_pair", 0, 0, each_element},
      {"Enumerable#each_with_index", 0, 0, each_with_index},
      {"Enumerable#each_with_object", 1, 1, each_with_object},
      {"Enumerable#filter_map", 0, 0, filter_map},
      {"Enumerable#find", 0, 0, find_element},
      {"Enumerable#first", 0, 1, [](Call& c) { return front(c, elements(c)); }},
      {"Enumerable#flat_map", 0, 0, flat_map},
      {"Enumerable#group_by", 0, 0, group_by},
      {"Enumerable#include?", 1, 1, [](Call& c) { return Value(includes(c)); }},
      {"Enumerable#map", 0, 0, map},
      {"Enumerable#max", 0, 1, max},
      {"Enumerable#min", 0, 1, [](Call& c) { return front(c, sorted(c)); }},
      {"Enumerable#none?", 0, 1, [](Call& c) { return Value(!any(c)); }},
      {"Enumerable#reject", 0, 0, [](Call& c) { return filtered(c, false); }},
      {"Enumerable#select", 0, 0, select},
      {"Enumerable#sort", 0, 0, [](Call& c) { return c.array(sorted(c)); }},
      {"Enumerable#sort_by", 0, 0, sort_by},
      {"Enumerable#sum", 0, 0, sum},
      {"Enumerable#take", 1, 1, [](Call& c) { return front(c, elements(c)); }},
      {"Enumerable#to_a", 0, 0, [](Call& c) { return c.array(elements(c)); }},
      {"Enumerable#to_h", 0, 0, to_hash},
      {"Enumerable#uniq", 0, 0, unique},
      {"Enumerable#zip", 0, -1, zip},
      {"Range#===", 1, 1, covers},
      {"Range#include?", 1, 1, covers},
  };
  return methods;
}

}  // namespace kamal::erb
