// Methods that lists, hashes and ranges share, and methods of ranges.
#include <algorithm>
#include <span>

#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

Values range_elements(Interpreter& in, const Range& range) {
  Values values;
  const auto *first = as<int64_t>(range.first), *last = as<int64_t>(range.last);
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

// The values that `each` yields for a list, hash or range. Raises TypeError for other values.
Values elements(Interpreter& in, const Value& value) {
  if (const auto* list = as<Array>(value)) return list->items;
  if (const auto* range = as<Range>(value)) return range_elements(in, *range);
  const auto* hash = as<Hash>(value);
  if (hash == nullptr)
    in.raise("TypeError", "wrong argument type " + class_name(value) + " (must respond to :each)");
  Values pairs;
  for (const auto& [key, one] : hash->entries) pairs.push_back(in.heap().array({key, one}));
  return pairs;
}
Values elements(const Call& call) { return elements(call.in, call.self); }

Value each_element(Call& c) {
  for (const Value& value : elements(c)) c.yield({value});
  return c.self;
}

// A hash of [key, value] lists.
Value hash_of(const Call& c, const Values& pairs) {
  Hash* const hash = c.new_hash();
  for (const Value& pair : pairs) {
    const auto* list = as<Array>(pair);
    if (list == nullptr) c.raise("TypeError", "wrong element type " + class_name(pair) + " (expected array)");
    if (list->items.size() != 2) {
      c.raise("ArgumentError",
              "element has wrong array length (expected 2, was " + std::to_string(list->items.size()) + ")");
    }
    c.set(*hash, list->items[0], list->items[1]);
  }
  return hash;
}

// The list that `add` builds from the block's results for the elements.
template <class Add>
Values collected(Call& c, Add add) {
  Values result;
  for (const Value& element : elements(c)) add(result, c.yield({element}));
  return result;
}

Values mapped(Call& c) {
  return collected(c, [](Values& result, const Value& answer) { result.push_back(answer); });
}

Value flat_map(Call& c) {
  return c.array(collected(c, [](Values& result, const Value& answer) {
    const auto* list = as<Array>(answer);
    const Values more = list ? list->items : Values{answer};
    result.insert(result.end(), more.begin(), more.end());
  }));
}

Value filter_map(Call& c) {
  return c.array(collected(c, [](Values& result, const Value& answer) {
    if (truthy(answer)) result.push_back(answer);
  }));
}

// The elements for which `wanted` is true, as a list or a hash. For a hash, it gets key and value.
template <class Wanted>
Value filtered(Call& c, Wanted wanted) {
  const bool of_hash = as<Hash>(c.self) != nullptr;
  Values result = elements(c);
  std::erase_if(result, [&](const Value& element) {
    return !wanted(of_hash ? as<Array>(element)->items : Values{element});
  });
  return of_hash ? hash_of(c, result) : c.array(std::move(result));
}

Value selected(Call& c) {
  return filtered(c, [&](const Values& element) { return truthy(c.yield(element)); });
}

Value rejected(Call& c) {
  return filtered(c, [&](const Values& element) { return !truthy(c.yield(element)); });
}

Value compacted(Call& c) {
  return filtered(c, [](const Values& element) { return !is_nil(element.back()); });
}

// Matches an element against the argument as a pattern, by the block, or by its own truth.
bool matches(Call& c, const Value& element) {
  if (c.count() > 0) return c.in.matches(c.args[0], element);
  return c.block ? c.test(element) : truthy(element);
}

bool matches_any(Call& c) {
  return std::ranges::any_of(elements(c), [&](const Value& element) { return matches(c, element); });
}

Value matches_all(Call& c) {
  return std::ranges::all_of(elements(c), [&](const Value& element) { return matches(c, element); });
}

Value includes(Call& c) {
  return std::ranges::any_of(elements(c), [&](const Value& one) { return c.in.equal(one, c.args[0]); });
}

Value find_element(Call& c) {
  for (const Value& element : elements(c)) {
    if (c.test(element)) return element;
  }
  return {};
}

Value count(Call& c) {
  return std::ranges::count_if(elements(c), [&](const Value& element) {
    if (c.count() > 0) return c.in.equal(element, c.args[0]);
    return c.block ? c.test(element) : true;
  });
}

// The first of the values, or the first n of them.
Value front(Call& c, Values values) {
  if (c.count() == 0) return values.empty() ? Value() : values.front();
  values.resize(std::min(values.size(), c.size_arg(0)));
  return c.array(std::move(values));
}

Value first_elements(Call& c) { return front(c, elements(c)); }

Value drop(Call& c) {
  const Values all = elements(c);
  const auto rest = std::span(all).subspan(std::min(c.size_arg(0), all.size()));
  return c.array({rest.begin(), rest.end()});
}

// Inserts each value after those that it does not precede; terminates whatever a block returns.
Values in_order(const Values& values,
                const std::function<bool(const Value& later, const Value& earlier)>& before) {
  Values result;
  for (const Value& value : values) result.insert(std::ranges::upper_bound(result, value, before), value);
  return result;
}

Values sorted(Call& c) {
  return in_order(elements(c), [&](const Value& later, const Value& earlier) {
    if (c.block == nullptr) return c.ordered(earlier, later) > 0;
    const Value answer = c.yield({earlier, later});
    if (const auto* number = as<int64_t>(answer)) return *number > 0;
    c.raise("ArgumentError",
            "comparison of " + class_name(earlier) + " with " + class_name(later) + " failed");
  });
}

// Sorts by the block's results; the sort is stable.
Value sort_by(Call& c) {
  const auto key = [](const Value& pair) { return as<Array>(pair)->items[0]; };
  Values pairs;
  for (const Value& element : elements(c)) pairs.push_back(c.array({c.yield({element}), element}));
  Values values = in_order(pairs, [&](const Value& later, const Value& earlier) {
    return c.ordered(key(earlier), key(later)) > 0;
  });
  for (Value& value : values) value = Value(as<Array>(value)->items[1]);
  return c.array(std::move(values));
}

Value max(Call& c) {
  Values values = sorted(c);
  std::ranges::reverse(values);
  return front(c, std::move(values));
}

// Without elements that equal an earlier one, or have the same block result.
Value unique(Call& c) {
  Hash* const seen = c.new_hash();
  Values result;
  for (const Value& value : elements(c)) {
    const Value key = c.block ? c.yield({value}) : value;
    if (c.find(*seen, key)) continue;
    c.set(*seen, key, true);
    result.push_back(value);
  }
  return c.array(std::move(result));
}

Value sum(Call& c) {
  Value total = int64_t{0};
  for (const Value& value : c.block ? mapped(c) : elements(c)) total = c.in.call(total, "+", {value});
  return total;
}

// Without a block, the [element, index] lists that Ruby's enumerator yields.
Value each_with_index(Call& c) {
  Values pairs;
  for (const Value& element : elements(c))
    pairs.push_back(c.array({element, static_cast<int64_t>(pairs.size())}));
  if (c.block == nullptr) return c.array(std::move(pairs));
  for (const Value& pair : pairs) c.yield(as<Array>(pair)->items);
  return c.self;
}

Value each_with_object(Call& c) {
  for (const Value& element : elements(c)) c.yield({element, c.args[0]});
  return c.args[0];
}

Value group_by(Call& c) {
  Hash* const groups = c.new_hash();
  for (const Value& element : elements(c)) {
    const Value key = c.yield({element});
    if (!c.find(*groups, key)) c.set(*groups, key, c.array({}));
    as<Array>(*c.find(*groups, key))->items.push_back(element);
  }
  return groups;
}

Value zip(Call& c) {
  if (c.block) c.beyond("`zip` with a block");
  std::vector<Values> others;
  for (const Value& other : c.args) others.push_back(elements(c.in, other));
  Values result;
  const Values own = elements(c);
  for (size_t i = 0; i < own.size(); ++i) {
    Values row = {own[i]};
    for (const Values& other : others) row.push_back(i < other.size() ? other[i] : Value());
    result.push_back(c.array(std::move(row)));
  }
  return c.array(std::move(result));
}

Value covers(Call& c) {
  const Range& range = *as<Range>(c.self);
  const bool begun = compare(range.first, c.args[0], c.limits()) <= 0;
  const std::partial_ordering end = compare(c.args[0], range.last, c.limits());
  return begun && (is_nil(range.last) || (range.exclusive ? end < 0 : end <= 0));
}

}  // namespace

Methods enumerable_methods() {
  return {
      {"Enumerable#all?", 0, 1, matches_all},
      {"Enumerable#any?", 0, 1, [](Call& c) { return Value(matches_any(c)); }},
      {"Enumerable#compact", 0, 0, compacted},
      {"Enumerable#count", 0, 1, count},
      {"Enumerable#drop", 1, 1, drop},
      {"Enumerable#each", 0, 0, each_element},
      {"Hash#each_pair", 0, 0, each_element},
      {"Enumerable#each_with_index", 0, 0, each_with_index},
      {"Enumerable#each_with_object", 1, 1, each_with_object},
      {"Enumerable#filter_map", 0, 0, filter_map},
      {"Enumerable#find", 0, 0, find_element},
      {"Enumerable#first", 0, 1, first_elements},
      {"Enumerable#flat_map", 0, 0, flat_map},
      {"Enumerable#group_by", 0, 0, group_by},
      {"Enumerable#include?", 1, 1, includes},
      {"Enumerable#map", 0, 0, [](Call& c) { return c.array(mapped(c)); }},
      {"Enumerable#max", 0, 1, max},
      {"Enumerable#min", 0, 1, [](Call& c) { return front(c, sorted(c)); }},
      {"Enumerable#none?", 0, 1, [](Call& c) { return Value(!matches_any(c)); }},
      {"Enumerable#reject", 0, 0, rejected},
      {"Enumerable#select", 0, 0, selected},
      {"Enumerable#sort", 0, 0, [](Call& c) { return c.array(sorted(c)); }},
      {"Enumerable#sort_by", 0, 0, sort_by},
      {"Enumerable#sum", 0, 0, sum},
      {"Enumerable#take", 1, 1, first_elements},
      {"Enumerable#to_a", 0, 0, [](Call& c) { return c.array(elements(c)); }},
      {"Enumerable#to_h", 0, 0, [](Call& c) { return hash_of(c, c.block ? mapped(c) : elements(c)); }},
      {"Enumerable#uniq", 0, 0, unique},
      {"Enumerable#zip", 0, -1, zip},
      {"Range#include? ===", 1, 1, covers},
  };
}

}  // namespace kamal::erb
