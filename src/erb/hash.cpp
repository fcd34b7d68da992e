// Methods of hashes.
#include <algorithm>

#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

using Entries = std::vector<Hash::Entry>;

Value get(const Call& c, const Value& key) {
  const Value* const found = find(c.hash(), key, c.limits());
  return found ? *found : Value();
}

Value fetch_value(Call& c) {
  if (const Value* const found = find(c.hash(), c.args[0], c.limits())) return *found;
  if (c.block) return c.yield({c.args[0]});
  if (c.count() > 1) return c.args[1];
  c.raise("KeyError", "key not found: " + c.in.inspect(c.args[0]));
}

Value dig_value(Call& c) {
  const Value found = get(c, c.args[0]);
  if (c.count() == 1 || kind_of(found) == Kind::nil) return found;
  return c.in.call(found, "dig", {c.args.begin() + 1, c.args.end()});
}

Value each_pair(Call& c) {
  for (const Value& pair : elements(c)) c.yield({pair});
  return c.self;
}

Value keys(Call& c) {
  std::vector<Value> list;
  for (const auto& entry : c.hash().entries) list.push_back(entry.first);
  return c.array(std::move(list));
}

Value values(Call& c) {
  std::vector<Value> list;
  for (const auto& entry : c.hash().entries) list.push_back(entry.second);
  return c.array(std::move(list));
}

Value store_value(Call& c) {
  Value key = c.args[0];
  if (const auto* text = as<String>(key)) key = c.string(text->text);  // later changes of it do not count
  set(c.hash(), key, c.args[1], c.limits());
  return c.args[1];
}

// Into the hash, which gets the block's value for keys that are in both.
Value merge_into(Call& c, Hash& into) {
  for (size_t i = 0; i < c.count(); ++i) {
    for (const auto& [key, value] : Entries(c.hash_arg(i).entries)) {
      const Value* const before = c.block ? find(into, key, c.limits()) : nullptr;
      set(into, key, before ? c.yield({key, *before, value}) : value, c.limits());
    }
  }
  return &into;
}

template <class Wanted>
Hash* selected(Call& c, Wanted wanted) {
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : Entries(c.hash().entries)) {
    if (wanted(key, value)) set(*result, key, value, c.limits());
  }
  return result;
}

Value selected_by_block(Call& c, bool wanted) {
  return selected(c, [&](const Value& key, const Value& value) {
    return truthy(c.yield({key, value})) == wanted;
  });
}

Value merged(Call& c) {
  Hash* const copy = selected(c, [](const Value&, const Value&) { return true; });
  return merge_into(c, *copy);
}

Value compact_hash(Call& c) {
  return selected(c, [](const Value&, const Value& value) { return kind_of(value) != Kind::nil; });
}

Value transform_values(Call& c) {
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : Entries(c.hash().entries)) set(*result, key, c.yield({value}), c.limits());
  return result;
}

}  // namespace

const Methods& hash_methods() {
  static constexpr auto size = [](Call& c) { return Value(static_cast<int64_t>(c.hash().entries.size())); };
  static constexpr auto has_key = [](Call& c) {
    return Value(find(c.hash(), c.args[0], c.limits()) != nullptr);
  };
  static constexpr auto select = [](Call& c) { return selected_by_block(c, true); };
  static const Methods methods = {
      {"Hash#[]", 1, 1, [](Call& c) { return get(c, c.args[0]); }},
      {"Hash#[]=", 2, 2, store_value},
      {"Hash#compact", 0, 0, compact_hash},
      {"Hash#dig", 1, -1, dig_value},
      {"Hash#each", 0, 0, each_pair},
      {"Hash#each_pair", 0, 0, each_pair},
      {"Hash#empty?", 0, 0, [](Call& c) { return Value(c.hash().entries.empty()); }},
      {"Hash#fetch", 1, 2, fetch_value},
      {"Hash#has_key?", 1, 1, has_key},
      {"Hash#include?", 1, 1, has_key},
      {"Hash#key?", 1, 1, has_key},
      {"Hash#keys", 0, 0, keys},
      {"Hash#length", 0, 0, size},
      {"Hash#merge", 0, -1, merged},
      {"Hash#merge!", 0, -1, [](Call& c) { return merge_into(c, c.hash()); }},
      {"Hash#reject", 0, 0, [](Call& c) { return selected_by_block(c, false); }},
      {"Hash#select", 0, 0, select},
      {"Hash#size", 0, 0, size},
      {"Hash#transform_values", 0, 0, transform_values},
      {"Hash#values", 0, 0, values},
  };
  return methods;
}

}  // namespace kamal::erb
