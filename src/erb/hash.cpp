// Methods of hashes.
#include <algorithm>

#include "erb/enumerable.h"
#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

using Entries = std::vector<Hash::Entry>;

Value get(const Call& c, const Value& key) {
  const Value* const found = find(c.hash(), key, c.limits());
  return found ? *found : Value();
}

Value fetch(Call& c) {
  if (const Value* const found = find(c.hash(), c.args[0], c.limits())) return *found;
  if (c.block) return c.yield({c.args[0]});
  if (c.count() > 1) return c.args[1];
  c.raise("KeyError", "key not found: " + c.in.inspect(c.args[0]));
}

Value dig(Call& c) {
  const Value found = get(c, c.args[0]);
  if (c.count() == 1 || kind_of(found) == Kind::nil) return found;
  return c.in.call(found, "dig", {c.args.begin() + 1, c.args.end()});
}

Value has_key(Call& c) { return find(c.hash(), c.args[0], c.limits()) != nullptr; }

Value key_of(Call& c) {
  for (const auto& [key, value] : c.hash().entries) {
    if (c.in.equal(value, c.args[0])) return key;
  }
  return {};
}

std::vector<Value> keys(const Call& c) {
  std::vector<Value> list;
  for (const auto& entry : c.hash().entries) list.push_back(entry.first);
  return list;
}

std::vector<Value> values(const Call& c) {
  std::vector<Value> list;
  for (const auto& entry : c.hash().entries) list.push_back(entry.second);
  return list;
}

Value each_of(Call& c, const std::vector<Value>& list) {
  for (const Value& one : list) c.yield({one});
  return c.self;
}

Value store(Call& c) {
  Value key = c.args[0];
  if (const auto* text = as<String>(key)) key = c.string(text->text);  // later changes of it do not count
  set(c.hash(), key, c.args[1], c.limits());
  return c.args[1];
}

Value remove(Call& c) {
  const auto taken = erase(c.hash(), c.args[0], c.limits());
  if (taken) return *taken;
  return c.block ? c.yield({c.args[0]}) : Value();
}

Hash* copy(const Call& c) {
  Hash* const made = c.new_hash();
  c.limits().allocate(c.hash().entries.size() * sizeof(Hash::Entry) * 2);
  *made = c.hash();
  made->keywords = false;
  return made;
}

// Into the hash, which gets the block's value for keys that are in both.
Value merged(Call& c, Hash& into) {
  for (size_t i = 0; i < c.count(); ++i) {
    for (const auto& [key, value] : Entries(c.hash_arg(i).entries)) {
      const Value* const before = c.block ? find(into, key, c.limits()) : nullptr;
      set(into, key, before ? c.yield({key, *before, value}) : value, c.limits());
    }
  }
  return &into;
}

template <class Wanted>
Value filtered(Call& c, Wanted wanted) {
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : Entries(c.hash().entries)) {
    if (wanted(key, value)) set(*result, key, value, c.limits());
  }
  return result;
}

bool is_arg(const Call& c, const Value& key) {
  return std::any_of(c.args.begin(), c.args.end(), [&](const Value& one) { return c.in.equal(one, key); });
}

Value transform_values(Call& c) {
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : Entries(c.hash().entries)) set(*result, key, c.yield({value}), c.limits());
  return result;
}

Value transform_keys(Call& c) {
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : Entries(c.hash().entries)) set(*result, c.yield({key}), value, c.limits());
  return result;
}

Value values_at(Call& c) {
  std::vector<Value> result;
  for (const Value& key : c.args) result.push_back(get(c, key));
  return c.array(std::move(result));
}

}  // namespace

const Methods& hash_methods() {
  static constexpr auto size = [](Call& c) { return Value(static_cast<int64_t>(c.hash().entries.size())); };
  static constexpr auto each = [](Call& c) { return each_of(c, elements(c)); };
  static constexpr auto select = [](Call& c) {
    return filtered(c, [&](const Value& key, const Value& value) { return truthy(c.yield({key, value})); });
  };
  static const Methods methods = {
      {"[]", 1, 1, [](Call& c) { return get(c, c.args[0]); }},
      {"[]=", 2, 2, store},
      {"compact", 0, 0,
       [](Call& c) {
         return filtered(c, [](const Value&, const Value& value) { return kind_of(value) != Kind::nil; });
       }},
      {"delete", 1, 1, remove},
      {"dig", 1, -1, dig},
      {"each", 0, 0, each},
      {"each_key", 0, 0, [](Call& c) { return each_of(c, keys(c)); }},
      {"each_pair", 0, 0, each},
      {"each_value", 0, 0, [](Call& c) { return each_of(c, values(c)); }},
      {"empty?", 0, 0, [](Call& c) { return Value(c.hash().entries.empty()); }},
      {"except", 0, -1,
       [](Call& c) { return filtered(c, [&](const Value& key, const Value&) { return !is_arg(c, key); }); }},
      {"fetch", 1, 2, fetch},
      {"filter", 0, 0, select},
      {"has_key?", 1, 1, has_key},
      {"include?", 1, 1, has_key},
      {"key", 1, 1, key_of},
      {"key?", 1, 1, has_key},
      {"keys", 0, 0, [](Call& c) { return c.array(keys(c)); }},
      {"length", 0, 0, size},
      {"member?", 1, 1, has_key},
      {"merge", 0, -1, [](Call& c) { return merged(c, *copy(c)); }},
      {"merge!", 0, -1, [](Call& c) { return merged(c, c.hash()); }},
      {"reject", 0, 0,
       [](Call& c) {
         return filtered(c, [&](const Value& key, const Value& value) {
           return !truthy(c.yield({key, value}));
         });
       }},
      {"select", 0, 0, select},
      {"size", 0, 0, size},
      {"slice", 0, -1,
       [](Call& c) {
         Hash* const result = c.new_hash();
         for (const Value& key : c.args) {
           if (const Value* const value = find(c.hash(), key, c.limits()))
             set(*result, key, *value, c.limits());
         }
         return Value(result);
       }},
      {"to_h", 0, 0, [](Call& c) { return c.block ? pairs_to_hash(c, elements(c)) : c.self; }},
      {"transform_keys", 0, 0, transform_keys},
      {"transform_values", 0, 0, transform_values},
      {"update", 0, -1, [](Call& c) { return merged(c, c.hash()); }},
      {"values", 0, 0, [](Call& c) { return c.array(values(c)); }},
      {"values_at", 0, -1, values_at},
  };
  return methods;
}

}  // namespace kamal::erb
