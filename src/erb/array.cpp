// Methods of lists.
#include <algorithm>

#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

std::ptrdiff_t offset(size_t index) { return static_cast<std::ptrdiff_t>(index); }

// An index may count from the end.
const Value* at(const Call& c, int64_t index) {
  if (index < 0) index += static_cast<int64_t>(c.list().size());
  return index < 0 || index >= static_cast<int64_t>(c.list().size()) ? nullptr
                                                                     : &c.list()[static_cast<size_t>(index)];
}

Value value_at(const Call& c, int64_t index) {
  const Value* const found = at(c, index);
  return found ? *found : Value();
}

Value index(Call& c) {
  if (c.count() < 2 && !as<Range>(c.args[0])) return value_at(c, c.integer_arg(0));
  const auto slice = slice_of(c, c.args[0], c.arg(1), c.list().size());
  if (!slice) return {};
  const auto first = c.list().begin() + offset(slice->first);
  return c.array({first, first + offset(slice->count)});
}

Value last(Call& c) {
  const std::vector<Value>& list = c.list();
  if (c.count() == 0) return list.empty() ? Value() : list.back();
  return c.array({list.end() - offset(std::min(list.size(), c.size_arg(0))), list.end()});
}

Value fetch(Call& c) {
  if (const Value* const found = at(c, c.integer_arg(0))) return *found;
  if (c.block) return c.yield({c.args[0]});
  if (c.count() > 1) return c.args[1];
  const std::string size = std::to_string(c.list().size());
  c.raise("IndexError", "index " + std::to_string(c.integer_arg(0)) + " outside of array bounds: " +
                            (c.list().empty() ? "" : "-") + size + "..." + size);
}

Value dig(Call& c) {
  const Value found = value_at(c, c.integer_arg(0));
  if (c.count() == 1 || kind_of(found) == Kind::nil) return found;
  return c.in.call(found, "dig", {c.args.begin() + 1, c.args.end()});
}

void flatten_into(Call& c, const std::vector<Value>& list, int64_t depth, std::vector<Value>& result) {
  const auto level = c.limits().deeper();
  for (const Value& item : list) {
    c.limits().step();
    const auto* inner = as<Array>(item);
    if (inner && depth != 0)
      flatten_into(c, inner->items, depth - 1, result);
    else
      result.push_back(item);
  }
}

Value flatten(Call& c) {
  std::vector<Value> result;
  flatten_into(c, c.list(), c.has(0) ? c.integer_arg(0) : -1, result);
  return c.array(std::move(result));
}

Value join_texts(Call& c) {
  const std::string separator = c.has(0) ? c.string_arg(0) : "";
  std::vector<Value> items;
  flatten_into(c, c.list(), -1, items);
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string one = (i > 0 ? separator : "") + c.in.to_s(items[i]);
    c.limits().allocate(one.size());
    text += one;
  }
  return c.string(std::move(text));
}

Value plus(Call& c) {
  std::vector<Value> result = c.list();
  result.insert(result.end(), c.list_arg(0).begin(), c.list_arg(0).end());
  return c.array(std::move(result));
}

Value minus(Call& c) {
  const std::vector<Value>& other = c.list_arg(0);
  std::vector<Value> result = c.list();
  std::erase_if(result, [&](const Value& one) {
    return std::any_of(other.begin(), other.end(), [&](const Value& two) { return c.in.equal(one, two); });
  });
  return c.array(std::move(result));
}

Value each(Call& c) {
  for (size_t i = 0; i < c.list().size(); ++i) {  // it may grow meanwhile
    const Value item = c.list()[i];
    c.yield({item});
  }
  return c.self;
}

Value push(Call& c) {
  c.limits().allocate(c.count() * sizeof(Value));
  c.list().insert(c.list().end(), c.args.begin(), c.args.end());
  return c.self;
}

Value store(Call& c) {
  const int64_t index = as<Range>(c.args[0]) ? -1 : c.integer_arg(0);
  const auto size = static_cast<int64_t>(c.list().size());
  if (index < 0 || index > size) c.beyond("assigning to this part of a list");
  if (index == size) {
    c.limits().allocate(sizeof(Value));
    c.list().emplace_back();
  }
  return c.list()[static_cast<size_t>(index)] = c.args[1];
}

Value compact(Call& c) {
  std::vector<Value> values = c.list();
  std::erase_if(values, [](const Value& value) { return kind_of(value) == Kind::nil; });
  return c.array(std::move(values));
}

}  // namespace

const Methods& array_methods() {
  static constexpr auto size = [](Call& c) { return Value(static_cast<int64_t>(c.list().size())); };
  static const Methods methods = {
      {"Array#+", 1, 1, plus},
      {"Array#-", 1, 1, minus},
      {"Array#<<", 1, 1, push},
      {"Array#[]", 1, 2, index},
      {"Array#[]=", 2, 2, store},
      {"Array#compact", 0, 0, compact},
      {"Array#dig", 1, -1, dig},
      {"Array#each", 0, 0, each},
      {"Array#empty?", 0, 0, [](Call& c) { return Value(c.list().empty()); }},
      {"Array#fetch", 1, 2, fetch},
      {"Array#flatten", 0, 1, flatten},
      {"Array#join", 0, 1, join_texts},
      {"Array#last", 0, 1, last},
      {"Array#length", 0, 0, size},
      {"Array#push", 0, -1, push},
      {"Array#reverse", 0, 0,
       [](Call& c) { return c.array(std::vector<Value>(c.list().rbegin(), c.list().rend())); }},
      {"Array#size", 0, 0, size},
      {"Array#to_a", 0, 0, [](Call& c) { return c.self; }},
  };
  return methods;
}

}  // namespace kamal::erb
