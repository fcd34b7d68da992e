// What lists, hashes, ranges and enumerators have in common: folding, grouping and walking.
#include <algorithm>

#include "erb/elements.h"
#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

Value inject(Call& c) {
  std::vector<Value> values = elements(c);
  std::string operation;
  if (!c.block) {
    if (c.count() == 0) c.raise("LocalJumpError", "no block given");
    operation = c.name_arg(c.count() - 1);
  }
  const bool has_start = c.count() == (c.block ? 1U : 2U);
  if (values.empty()) return has_start ? c.args[0] : Value();
  Value total = has_start ? c.args[0] : values.front();
  for (size_t i = has_start ? 0 : 1; i < values.size(); ++i) {
    total = c.block ? c.yield({total, values[i]}) : c.in.call(total, operation, {values[i]});
  }
  return total;
}

Value each_with_index(Call& c) {
  if (!c.block) return c.enumerator();
  int64_t index = 0;
  for (const Value& element : elements(c)) c.yield({element, index++});
  return c.self;
}

Value each_with_object(Call& c) {
  if (!c.block) return c.enumerator();
  for (const Value& element : elements(c)) c.yield({element, c.args[0]});
  return c.args[0];
}

// Slices of n elements, `step` apart; only whole ones where asked.
std::vector<Value> slices(Call& c, size_t step, bool whole) {
  const int64_t count = c.integer_arg(0);
  if (count <= 0) c.raise("ArgumentError", "invalid slice size");
  const std::vector<Value> all = elements(c);
  std::vector<Value> result;
  for (size_t first = 0; first < all.size(); first += step) {
    const size_t end = std::min(first + static_cast<size_t>(count), all.size());
    if (whole && end - first < static_cast<size_t>(count)) break;
    result.push_back(c.array(
        {all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(end)}));
  }
  return result;
}

Value walk(Call& c, const std::vector<Value>& values) {
  for (const Value& value : values) c.yield({value});
  return c.self;
}

Value each_slice(Call& c) {
  if (!c.block) return c.enumerator();
  return walk(c, slices(c, static_cast<size_t>(std::max<int64_t>(c.integer_arg(0), 1)), false));
}

Value each_cons(Call& c) {
  if (!c.block) return c.enumerator();
  return walk(c, slices(c, 1, true));
}

Value group_by(Call& c) {
  if (!c.block) return c.enumerator();
  Hash* const groups = c.new_hash();
  for (const Value& element : elements(c)) {
    const Value key = c.yield({element});
    if (!find(*groups, key, c.limits())) set(*groups, key, c.array({}), c.limits());
    as<Array>(*find(*groups, key, c.limits()))->items.push_back(element);
  }
  return groups;
}

Value partition(Call& c) {
  if (!c.block) return c.enumerator();
  std::vector<Value> yes, no;
  for (const Value& element : elements(c)) (c.test(element) ? yes : no).push_back(element);
  return c.array({c.array(std::move(yes)), c.array(std::move(no))});
}

Value tally(Call& c) {
  Hash* const counts = c.new_hash();
  for (const Value& element : elements(c)) {
    const Value* const before = find(*counts, element, c.limits());
    set(*counts, element, (before ? std::get<int64_t>(*before) : 0) + 1, c.limits());
  }
  return counts;
}

Value zip(Call& c) {
  std::vector<std::vector<Value>> others;
  for (const Value& other : c.args) others.push_back(elements(c.in, other));
  std::vector<Value> result;
  const std::vector<Value> own = elements(c);
  for (size_t i = 0; i < own.size(); ++i) {
    std::vector<Value> row = {own[i]};
    for (const auto& other : others) row.push_back(i < other.size() ? other[i] : Value());
    result.push_back(c.array(std::move(row)));
  }
  if (!c.block) return c.array(std::move(result));
  walk(c, result);
  return {};
}

// Cuts between two elements where the block says so (or does not).
Value cut(Call& c, bool when) {
  std::vector<Value> result, chunk;
  for (const Value& element : elements(c)) {
    if (!chunk.empty() && truthy(c.yield({chunk.back(), element})) == when) {
      result.push_back(c.array(std::move(chunk)));
      chunk.clear();
    }
    chunk.push_back(element);
  }
  if (!chunk.empty()) result.push_back(c.array(std::move(chunk)));
  return c.array(std::move(result));
}

Value cycle(Call& c) {
  if (!c.has(0)) c.beyond("an endless cycle");
  if (!c.block) return c.enumerator();
  const std::vector<Value> all = elements(c);
  for (int64_t i = 0; i < c.integer_arg(0); ++i) walk(c, all);
  return {};
}

Value minmax(Call& c) {
  std::vector<Value> values = elements(c);
  sort(c, values);
  return values.empty() ? c.array({{}, {}}) : c.array({values.front(), values.back()});
}

// ActiveSupport's, which the reference has loaded.
Value index_by(Call& c) {
  Hash* const hash = c.new_hash();
  for (const Value& element : elements(c)) set(*hash, c.yield({element}), element, c.limits());
  return hash;
}

Value index_with(Call& c) {
  Hash* const hash = c.new_hash();
  for (const Value& element : elements(c))
    set(*hash, element, c.block ? c.yield({element}) : c.arg(0), c.limits());
  return hash;
}

Value excluding(Call& c) {
  std::vector<Value> result;
  std::vector<Value> unwanted;
  for (const Value& one : c.args) {
    if (const auto* list = as<Array>(one))
      unwanted.insert(unwanted.end(), list->items.begin(), list->items.end());
    else
      unwanted.push_back(one);
  }
  for (const Value& element : elements(c)) {
    const bool out = std::any_of(unwanted.begin(), unwanted.end(),
                                 [&](const Value& one) { return c.in.equal(one, element); });
    if (!out) result.push_back(element);
  }
  return c.array(std::move(result));
}

Value pluck(Call& c) {
  std::vector<Value> result;
  for (const Value& element : elements(c)) {
    std::vector<Value> values;
    for (const Value& key : c.args) values.push_back(c.in.call(element, "[]", {key}));
    result.push_back(values.size() == 1 ? values[0] : c.array(std::move(values)));
  }
  return c.array(std::move(result));
}

Value without(Call& c, bool (*unwanted)(const Value&)) {
  std::vector<Value> values = elements(c);
  std::erase_if(values, unwanted);
  return c.array(std::move(values));
}

}  // namespace

const Methods& enumerable_group_methods() {
  static const Methods methods = {
      {"inject", 0, 2, inject},
      {"reduce", 0, 2, inject},
      {"each_with_index", 0, 0, each_with_index},
      {"each_with_object", 1, 1, each_with_object},
      {"each_entry", 0, 0, [](Call& c) { return c.block ? walk(c, elements(c)) : c.enumerator(); }},
      {"reverse_each", 0, 0,
       [](Call& c) {
         if (!c.block) return c.enumerator();
         std::vector<Value> values = elements(c);
         std::reverse(values.begin(), values.end());
         return walk(c, values);
       }},
      {"each_slice", 1, 1, each_slice},
      {"each_cons", 1, 1, each_cons},
      {"group_by", 0, 0, group_by},
      {"partition", 0, 0, partition},
      {"tally", 0, 0, tally},
      {"zip", 0, -1, zip},
      {"chunk_while", 0, 0, [](Call& c) { return cut(c, false); }},
      {"slice_when", 0, 0, [](Call& c) { return cut(c, true); }},
      {"cycle", 0, 1, cycle},
      {"minmax", 0, 0, minmax},
      {"compact", 0, 0,
       [](Call& c) { return without(c, [](const Value& value) { return kind_of(value) == Kind::nil; }); }},
      {"compact_blank", 0, 0, [](Call& c) { return without(c, is_blank); }},
      {"index_by", 0, 0, index_by},
      {"index_with", 0, 1, index_with},
      {"excluding", 0, -1, excluding},
      {"without", 0, -1, excluding},
      {"pluck", 1, -1, pluck},
  };
  return methods;
}

}  // namespace kamal::erb
