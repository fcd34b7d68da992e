#include "erb/elements.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "erb/interpreter.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

std::vector<Value> range_elements(Interpreter& in, const Range& range) {
  std::vector<Value> values;
  const bool endless = is_endless(range);
  if (const auto* first = std::get_if<int64_t>(&range.first)) {
    if (endless) in.beyond("all of an endless range");
    double end = 0;
    if (const auto* last = std::get_if<int64_t>(&range.last))
      end = static_cast<double>(*last);
    else if (const auto* floating = std::get_if<double>(&range.last))
      end = *floating;
    else
      in.raise("TypeError", "can't iterate from Integer");
    for (int64_t i = *first;
         static_cast<double>(i) < end || (!range.exclusive && static_cast<double>(i) == end); ++i) {
      in.limits().step();
      values.emplace_back(i);
    }
    return values;
  }
  if (!as<String>(range.first) || endless)
    in.raise("TypeError", "can't iterate from " + class_name(range.first));
  return as<Array>(in.call(range.first, "upto", {range.last, range.exclusive}))->items;
}

std::vector<Value> enumerator_elements(Interpreter& in, const Enumerator& enumerator) {
  std::vector<Value> values;
  Proc collect;
  collect.kind = Proc::Kind::collecting;
  collect.collected = &values;
  in.call(enumerator.receiver, enumerator.method, enumerator.arguments, &collect);
  return values;
}

}  // namespace

bool is_endless(const Range& range) {
  const auto* last = std::get_if<double>(&range.last);
  return kind_of(range.last) == Kind::nil || (last && std::isinf(*last) && *last > 0);
}

std::vector<Value> elements(Interpreter& in, const Value& value) {
  if (const auto* list = as<Array>(value)) {
    in.limits().step(list->items.size() / 16);
    return list->items;
  }
  if (const auto* hash = as<Hash>(value)) {
    std::vector<Value> pairs;
    for (const auto& [key, one] : hash->entries) pairs.push_back(in.heap().array({key, one}));
    return pairs;
  }
  if (const auto* range = as<Range>(value)) return range_elements(in, *range);
  if (const auto* enumerator = as<Enumerator>(value)) return enumerator_elements(in, *enumerator);
  in.raise("TypeError", "wrong argument type " + class_name(value) + " (must respond to :each)");
}

int ordered(const Call& call, const Value& a, const Value& b) {
  if (const auto result = compare(a, b, call.limits())) return *result;
  const std::string other =
      kind_of(b) == Kind::string || kind_of(b) == Kind::array ? class_name(b) : call.in.inspect(b);
  call.raise("ArgumentError", "comparison of " + class_name(a) + " with " + other + " failed");
}

// A merge sort: whatever the block answers, it ends.
void sort(const Call& call, std::vector<Value>& values) {
  const auto swapped = [&](const Value& a, const Value& b) {
    if (call.block == nullptr) return ordered(call, a, b) > 0;
    const Value answer = call.yield({a, b});
    const auto* number = std::get_if<int64_t>(&answer);
    if (number == nullptr)
      call.raise("ArgumentError", "comparison of " + class_name(a) + " with " + class_name(b) + " failed");
    return *number > 0;
  };
  std::vector<Value> sorted;
  for (size_t width = 1; width < values.size(); width *= 2) {
    sorted.clear();
    for (size_t first = 0; first < values.size(); first += 2 * width) {
      size_t left = first, right = std::min(first + width, values.size());
      const size_t middle = right, end = std::min(first + 2 * width, values.size());
      while (left < middle && right < end)
        sorted.push_back(swapped(values[left], values[right]) ? values[right++] : values[left++]);
      while (left < middle) sorted.push_back(values[left++]);
      while (right < end) sorted.push_back(values[right++]);
    }
    values.swap(sorted);
  }
}

Value sum(const Call& call, const std::vector<Value>& values) {
  Value total = call.has(0) ? call.arg(0) : Value(int64_t{0});
  for (const Value& value : values)
    total = call.in.call(total, "+", {call.block ? call.yield({value}) : value});
  return total;
}

Value pairs_to_hash(const Call& call, const std::vector<Value>& pairs) {
  Hash* const hash = call.new_hash();
  for (const Value& element : pairs) {
    const Value pair = call.block ? call.yield({element}) : element;
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

std::vector<Value> unique(const Call& call, const std::vector<Value>& values) {
  std::vector<Value> result;
  std::set<std::string> seen;
  for (const Value& value : values) {
    if (seen.insert(key_text(call.block ? call.yield({value}) : value, call.limits())).second)
      result.push_back(value);
  }
  return result;
}

bool is_blank(const Value& value) {
  switch (kind_of(value)) {
    case Kind::nil:
      return true;
    case Kind::boolean:
      return !std::get<bool>(value);
    case Kind::string:
      return strip_left(as<String>(value)->text).empty();
    case Kind::symbol:
      return std::get<const Symbol*>(value)->text.empty();
    case Kind::array:
      return as<Array>(value)->items.empty();
    case Kind::hash:
      return as<Hash>(value)->entries.empty();
    default:
      return false;
  }
}

}  // namespace kamal::erb
