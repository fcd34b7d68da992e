// Methods of lists and hashes.
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
  const std::string size = std::to_string(c.list().size());
  return without_value(c, "IndexError",
                       "index " + std::to_string(c.integer_arg(0)) + " outside of array bounds: " +
                           (c.list().empty() ? "" : "-") + size + "..." + size);
}

// Of lists and hashes.
Value dig(Call& c) {
  const Value found = c.in.call(c.self, "[]", {c.args[0]});
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

// --- Hashes

using Entries = std::vector<Hash::Entry>;

Value value_at_key(Call& c) {
  const Value* const found = find(c.hash(), c.args[0], c.limits());
  return found ? *found : Value();
}

Value fetch_value(Call& c) {
  const Value* const found = find(c.hash(), c.args[0], c.limits());
  return found ? *found : without_value(c, "KeyError", "key not found: " + c.in.inspect(c.args[0]));
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

Value without_value(const Call& c, std::string_view class_name, const std::string& message) {
  if (c.block) return c.yield({c.args[0]});
  if (c.count() > 1) return c.args[1];
  c.raise(class_name, message);
}

const Methods& collection_methods() {
  static constexpr auto list_size = [](Call& c) { return Value(static_cast<int64_t>(c.list().size())); };
  static constexpr auto size = [](Call& c) { return Value(static_cast<int64_t>(c.hash().entries.size())); };
  static constexpr auto has_key = [](Call& c) {
    return Value(find(c.hash(), c.args[0], c.limits()) != nullptr);
  };
  static constexpr auto select = [](Call& c) { return selected_by_block(c, true); };
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
      {"Array#length", 0, 0, list_size},
      {"Array#push", 0, -1, push},
      {"Array#reverse", 0, 0,
       [](Call& c) { return c.array(std::vector<Value>(c.list().rbegin(), c.list().rend())); }},
      {"Array#size", 0, 0, list_size},
      {"Array#to_a", 0, 0, [](Call& c) { return c.self; }},
      {"Hash#[]", 1, 1, value_at_key},
      {"Hash#[]=", 2, 2, store_value},
      {"Hash#compact", 0, 0, compact_hash},
      {"Hash#dig", 1, -1, dig},
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
