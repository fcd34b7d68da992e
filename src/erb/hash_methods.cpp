// Hashes: reading, and making others of them.
#include <algorithm>

#include "erb/elements.h"
#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

Value missing(Call& c, const Value& key) {
  const Hash& hash = c.hash();
  if (hash.make_fallback == nullptr) return hash.fallback;
  return c.in.yield(*hash.make_fallback, {c.self, key});
}

Value get(Call& c, const Value& key) {
  const Value* const found = find(c.hash(), key, c.limits());
  return found ? *found : missing(c, key);
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

Value has_value(Call& c) {
  const auto& entries = c.hash().entries;
  return std::any_of(entries.begin(), entries.end(),
                     [&](const auto& entry) { return c.in.equal(entry.second, c.args[0]); });
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

Value each(Call& c) {
  if (!c.block) return c.enumerator();
  for (const Value& pair : elements(c)) c.yield({pair});
  return c.self;
}

Value each_of(Call& c, Value (*list)(Call&)) {
  if (!c.block) return c.enumerator();
  for (const Value& one : as<Array>(list(c))->items) c.yield({one});
  return c.self;
}

// The entries that the block is, or is not, for.
Value chosen(Call& c, bool wanted) {
  if (!c.block) return c.enumerator();
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : std::vector<Hash::Entry>(c.hash().entries)) {
    if (truthy(c.yield({key, value})) == wanted) set(*result, key, value, c.limits());
  }
  return result;
}

// In place of an entry that is there: what the block makes of both values.
Value merged(Call& c, Hash& into) {
  for (size_t i = 0; i < c.count(); ++i) {
    for (const auto& [key, value] : std::vector<Hash::Entry>(c.hash_arg(i).entries)) {
      const Value* const before = c.block ? find(into, key, c.limits()) : nullptr;
      set(into, key, before ? c.yield({key, *before, value}) : value, c.limits());
    }
  }
  return &into;
}

Hash* copy(Call& c) {
  Hash* const made = c.new_hash();
  c.limits().allocate(c.hash().entries.size() * sizeof(Hash::Entry) * 2);
  *made = c.hash();
  made->keywords = false;
  return made;
}

void deep_merge(Call& c, Hash& into, const Hash& other) {
  const Limits::Level level(c.limits());
  for (const auto& [key, value] : std::vector<Hash::Entry>(other.entries)) {
    const Value* const before = find(into, key, c.limits());
    const auto* old = before ? as<Hash>(*before) : nullptr;
    const auto* more = as<Hash>(value);
    if (old && more) {
      Hash* const both = c.new_hash();
      for (const auto& [name, one] : old->entries) set(*both, name, one, c.limits());
      deep_merge(c, *both, *more);
      set(into, key, both, c.limits());
    } else {
      set(into, key, before && c.block ? c.yield({key, *before, value}) : value, c.limits());
    }
  }
}

Value slice(Call& c) {
  Hash* const result = c.new_hash();
  for (const Value& key : c.args) {
    if (const Value* const value = find(c.hash(), key, c.limits())) set(*result, key, *value, c.limits());
  }
  return result;
}

Value except(Call& c) {
  Hash* const result = copy(c);
  for (const Value& key : c.args) erase(*result, key, c.limits());
  return result;
}

Value transform_values(Call& c) {
  if (!c.block) return c.enumerator();
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : std::vector<Hash::Entry>(c.hash().entries))
    set(*result, key, c.yield({value}), c.limits());
  return result;
}

Value transform_keys(Call& c) {
  if (!c.block && c.count() == 0) return c.enumerator();
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : std::vector<Hash::Entry>(c.hash().entries)) {
    const Value* const given = c.count() > 0 ? find(c.hash_arg(0), key, c.limits()) : nullptr;
    set(*result, given ? *given : c.block ? c.yield({key}) : key, value, c.limits());
  }
  return result;
}

enum class Keys { symbols, strings };

Value with_keys(Call& c, const Value& value, Keys keys, bool deep) {
  const Limits::Level level(c.limits());
  if (const auto* list = as<Array>(value); list && deep) {
    std::vector<Value> result;
    for (const Value& item : list->items) result.push_back(with_keys(c, item, keys, deep));
    return c.array(std::move(result));
  }
  const auto* hash = as<Hash>(value);
  if (!hash) return value;
  Hash* const result = c.new_hash();
  for (const auto& [key, one] : hash->entries) {
    const bool text = as<String>(key) || kind_of(key) == Kind::symbol;
    const Value name = keys == Keys::strings ? c.string(c.in.to_s(key))
                       : text                ? c.symbol(c.in.to_s(key))
                                             : key;
    set(*result, name, deep ? with_keys(c, one, keys, deep) : one, c.limits());
  }
  return result;
}

Value compacted(Call& c, bool (*unwanted)(const Value&)) {
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : c.hash().entries) {
    if (!unwanted(value)) set(*result, key, value, c.limits());
  }
  return result;
}

Value invert(Call& c) {
  Hash* const result = c.new_hash();
  for (const auto& [key, value] : c.hash().entries) set(*result, value, key, c.limits());
  return result;
}

}  // namespace

const Methods& hash_methods() {
  static const Methods methods = {
      {"[]", 1, 1, [](Call& c) { return get(c, c.args[0]); }},
      {"fetch", 1, 2, fetch},
      {"dig", 1, -1, dig},
      {"key?", 1, 1, has_key},
      {"has_key?", 1, 1, has_key},
      {"include?", 1, 1, has_key},
      {"member?", 1, 1, has_key},
      {"exclude?", 1, 1, [](Call& c) { return Value(!truthy(has_key(c))); }},
      {"key", 1, 1, key_of},
      {"value?", 1, 1, has_value},
      {"has_value?", 1, 1, has_value},
      {"keys", 0, 0, keys},
      {"values", 0, 0, values},
      {"values_at", 0, -1,
       [](Call& c) {
         std::vector<Value> result;
         for (const Value& key : c.args) result.push_back(get(c, key));
         return c.array(std::move(result));
       }},
      {"fetch_values", 0, -1,
       [](Call& c) {
         std::vector<Value> result;
         for (const Value& key : c.args) result.push_back(c.in.call(c.self, "fetch", {key}, c.block));
         return c.array(std::move(result));
       }},
      {"length", 0, 0, [](Call& c) { return Value(static_cast<int64_t>(c.hash().entries.size())); }},
      {"size", 0, 0, [](Call& c) { return Value(static_cast<int64_t>(c.hash().entries.size())); }},
      {"empty?", 0, 0, [](Call& c) { return Value(c.hash().entries.empty()); }},
      {"each", 0, 0, each},
      {"each_pair", 0, 0, each},
      {"each_key", 0, 0, [](Call& c) { return each_of(c, keys); }},
      {"each_value", 0, 0, [](Call& c) { return each_of(c, values); }},
      {"select", 0, 0, [](Call& c) { return chosen(c, true); }},
      {"filter", 0, 0, [](Call& c) { return chosen(c, true); }},
      {"reject", 0, 0, [](Call& c) { return chosen(c, false); }},
      {"merge", 0, -1, [](Call& c) { return merged(c, *copy(c)); }},
      {"reverse_merge", 1, 1,
       [](Call& c) {
         Hash* const result = c.new_hash();
         for (const auto& [key, value] : c.hash_arg(0).entries) set(*result, key, value, c.limits());
         for (const auto& [key, value] : c.hash().entries) set(*result, key, value, c.limits());
         return Value(result);
       }},
      {"merge!", 0, -1, [](Call& c) { return merged(c, c.hash()); }},
      {"update", 0, -1, [](Call& c) { return merged(c, c.hash()); }},
      {"deep_merge", 1, 1,
       [](Call& c) {
         Hash* const result = copy(c);
         deep_merge(c, *result, c.hash_arg(0));
         return Value(result);
       }},
      {"deep_merge!", 1, 1,
       [](Call& c) {
         deep_merge(c, c.hash(), c.hash_arg(0));
         return c.self;
       }},
      {"slice", 0, -1, slice},
      {"except", 0, -1, except},
      {"transform_values", 0, 0, transform_values},
      {"transform_keys", 0, 1, transform_keys},
      {"symbolize_keys", 0, 0, [](Call& c) { return with_keys(c, c.self, Keys::symbols, false); }},
      {"stringify_keys", 0, 0, [](Call& c) { return with_keys(c, c.self, Keys::strings, false); }},
      {"deep_symbolize_keys", 0, 0, [](Call& c) { return with_keys(c, c.self, Keys::symbols, true); }},
      {"deep_stringify_keys", 0, 0, [](Call& c) { return with_keys(c, c.self, Keys::strings, true); }},
      {"compact", 0, 0,
       [](Call& c) { return compacted(c, [](const Value& value) { return kind_of(value) == Kind::nil; }); }},
      {"compact_blank", 0, 0, [](Call& c) { return compacted(c, is_blank); }},
      {"invert", 0, 0, invert},
      {"to_h", 0, 0, [](Call& c) { return c.block ? pairs_to_hash(c, elements(c)) : c.self; }},
      {"to_hash", 0, 0, [](Call& c) { return c.self; }},
      {"default", 0, 1, [](Call& c) { return c.hash().fallback; }},
      {"any?", 0, 1,
       [](Call& c) {
         if (!c.block && c.count() == 0) return Value(!c.hash().entries.empty());
         for (const Value& pair : elements(c)) {
           if (c.block ? c.test(pair) : c.in.matches(c.args[0], pair)) return Value(true);
         }
         return Value(false);
       }},
  };
  return methods;
}

}  // namespace kamal::erb
