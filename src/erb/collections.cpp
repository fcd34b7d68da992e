// Methods of lists and hashes.
#include <algorithm>
#include <span>

#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

// An index may count from the end.
const Value* at(const Call& c, int64_t index) {
  const auto size = static_cast<int64_t>(c.list().size());
  if (index < 0) index += size;
  return index < 0 || index >= size ? nullptr : &c.list()[static_cast<size_t>(index)];
}

Value index(Call& c) {
  if (c.count() < 2 && !as<Range>(c.args[0])) {
    const Value* const found = at(c, c.integer_arg(0));
    return found ? *found : Value();
  }
  const auto slice = slice_of(c, c.args[0], c.arg(1), c.list().size());
  if (!slice) return {};
  const auto part = std::span(c.list()).subspan(slice->first, slice->count);
  return c.array({part.begin(), part.end()});
}

Value last(Call& c) {
  const Values& list = c.list();
  if (c.count() == 0) return list.empty() ? Value() : list.back();
  const auto part = std::span(list).last(std::min(list.size(), c.size_arg(0)));
  return c.array({part.begin(), part.end()});
}

Value fetch(Call& c) {
  if (const Value* const found = at(c, c.integer_arg(0))) return *found;
  const std::string size = std::to_string(c.list().size());
  return without_value(c, "IndexError",
                       "index " + std::to_string(c.integer_arg(0)) + " outside of array bounds: " +
                           (c.list().empty() ? "" : "-") + size + "..." + size);
}

// For lists and hashes.
Value dig(Call& c) {
  const Value found = c.in.call(c.self, "[]", {c.args[0]});
  if (c.count() == 1 || is_nil(found)) return found;
  return c.in.call(found, "dig", {c.args.begin() + 1, c.args.end()});
}

void flatten_into(Call& c, const Values& list, int64_t depth, Values& result) {
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
  Values result;
  flatten_into(c, c.list(), c.has(0) ? c.integer_arg(0) : -1, result);
  return c.array(std::move(result));
}

Value join_texts(Call& c) {
  const std::string separator = c.has(0) ? c.string_arg(0) : "";
  Values items;
  flatten_into(c, c.list(), -1, items);
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string one = (i > 0 ? separator : "") + c.in.to_s(items[i]);
    c.limits().allocate(one.size());
    text += one;
  }
  return c.string(text);
}

Value plus(Call& c) {
  Values result = c.list();
  result.insert(result.end(), c.list_arg(0).begin(), c.list_arg(0).end());
  return c.array(std::move(result));
}

Value minus(Call& c) {
  const Values& other = c.list_arg(0);
  Values result = c.list();
  std::erase_if(result, [&](const Value& one) {
    return std::ranges::any_of(other, [&](const Value& two) { return c.in.equal(one, two); });
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
  if (index < 0 || index > size) c.beyond("assignment to this part of a list");
  if (index == size) {
    c.limits().allocate(sizeof(Value));
    c.list().emplace_back();
  }
  return c.list()[static_cast<size_t>(index)] = c.args[1];
}

// --- Hashes

using Entry = Hash::Entry;

Value value_at_key(Call& c) {
  const Value* const found = c.find(c.hash(), c.args[0]);
  return found ? *found : Value();
}

Value fetch_value(Call& c) {
  const Value* const found = c.find(c.hash(), c.args[0]);
  return found ? *found : without_value(c, "KeyError", "key not found: " + c.in.inspect(c.args[0]));
}

Value has_key(Call& c) { return c.find(c.hash(), c.args[0]) != nullptr; }

// All keys or all values.
Value side(Call& c, Value Entry::*side) {
  Values list;
  for (const Entry& entry : c.hash().entries) list.push_back(entry.*side);
  return c.array(std::move(list));
}

Value store_value(Call& c) {
  Value key = c.args[0];
  if (const auto* text = as<String>(key))
    key = c.string(text->text);  // later changes must not affect the key
  c.set(c.hash(), key, c.args[1]);
  return c.args[1];
}

// Merges into the hash; the block decides the value of keys that are in both.
Value merge_into(Call& c, Hash& into) {
  for (size_t i = 0; i < c.count(); ++i) {
    for (const auto& [key, value] : std::vector<Entry>(c.hash_arg(i).entries)) {
      const Value* const before = c.block ? c.find(into, key) : nullptr;
      c.set(into, key, before ? c.yield({key, *before, value}) : value);
    }
  }
  return &into;
}

Value merged(Call& c) {
  Hash* const copy = c.new_hash();
  for (const auto& [key, value] : c.hash().entries) c.set(*copy, key, value);
  return merge_into(c, *copy);
}

Value transform_values(Call& c) {
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : std::vector<Entry>(c.hash().entries)) c.set(*result, key, c.yield({value}));
  return result;
}

}  // namespace

Methods collection_methods() {
  return {
      {"Array#+", 1, 1, plus},
      {"Array#-", 1, 1, minus},
      {"Array#<<", 1, 1, push},
      {"Array#[]", 1, 2, index},
      {"Array#[]=", 2, 2, store},
      {"Array#dig", 1, -1, dig},
      {"Array#each", 0, 0, each},
      {"Array#empty?", 0, 0, [](Call& c) { return Value(c.list().empty()); }},
      {"Array#fetch", 1, 2, fetch},
      {"Array#flatten", 0, 1, flatten},
      {"Array#join", 0, 1, join_texts},
      {"Array#last", 0, 1, last},
      {"Array#length size", 0, 0, [](Call& c) { return Value(static_cast<int64_t>(c.list().size())); }},
      {"Array#push", 0, -1, push},
      {"Array#reverse", 0, 0,
       [](Call& c) {
         return c.array({c.list().rbegin(), c.list().rend()});
       }},
      {"Array#to_a", 0, 0, [](Call& c) { return c.self; }},
      {"Hash#[]", 1, 1, value_at_key},
      {"Hash#[]=", 2, 2, store_value},
      {"Hash#dig", 1, -1, dig},
      {"Hash#empty?", 0, 0, [](Call& c) { return Value(c.hash().entries.empty()); }},
      {"Hash#fetch", 1, 2, fetch_value},
      {"Hash#key? has_key? include?", 1, 1, has_key},
      {"Hash#keys", 0, 0, [](Call& c) { return side(c, &Entry::first); }},
      {"Hash#length size", 0, 0,
       [](Call& c) { return Value(static_cast<int64_t>(c.hash().entries.size())); }},
      {"Hash#merge", 0, -1, merged},
      {"Hash#merge!", 0, -1, [](Call& c) { return merge_into(c, c.hash()); }},
      {"Hash#transform_values", 0, 0, transform_values},
      {"Hash#values", 0, 0, [](Call& c) { return side(c, &Entry::second); }},
  };
}

}  // namespace kamal::erb
