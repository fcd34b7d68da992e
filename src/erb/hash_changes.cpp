// Hashes: changing them in place.
#include "erb/elements.h"
#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

Value store(Call& c) {
  Value key = c.args[0];
  if (const auto* text = as<String>(key))
    key = c.string(text->text);  // as Ruby: later changes to it don't count
  set(c.hash(), key, c.args[1], c.limits());
  return c.args[1];
}

Value take(Call& c) {
  const auto taken = erase(c.hash(), c.args[0], c.limits());
  if (taken) return *taken;
  return c.block ? c.yield({c.args[0]}) : Value();
}

enum class Unchanged { self, nil };

// What another method makes of the hash takes its place.
Value replace_by(Call& c, std::string_view method, Unchanged unchanged) {
  const Value made = c.in.call(c.self, method, c.args, c.block);
  auto* const other = as<Hash>(made);
  if (!other) c.beyond("this method without a block");
  const bool same = other->entries.size() == c.hash().entries.size();
  c.hash().entries = other->entries;
  c.hash().places = other->places;
  return same && unchanged == Unchanged::nil ? Value() : c.self;
}

}  // namespace

const Methods& hash_change_methods() {
  static const Methods methods = {
      {"[]=", 2, 2, store},
      {"store", 2, 2, store},
      {"delete", 1, 1, take},
      {"shift", 0, 0,
       [](Call& c) {
         if (c.hash().entries.empty()) return Value();
         const Hash::Entry first = c.hash().entries.front();
         erase(c.hash(), first.first, c.limits());
         return c.array({first.first, first.second});
       }},
      {"clear", 0, 0,
       [](Call& c) {
         c.hash().entries.clear();
         c.hash().places.clear();
         return c.self;
       }},
      {"replace", 1, 1,
       [](Call& c) {
         const Hash other = c.hash_arg(0);
         c.hash().entries = other.entries;
         c.hash().places = other.places;
         return c.self;
       }},
      {"select!", 0, 0, [](Call& c) { return replace_by(c, "select", Unchanged::nil); }},
      {"filter!", 0, 0, [](Call& c) { return replace_by(c, "select", Unchanged::nil); }},
      {"keep_if", 0, 0, [](Call& c) { return replace_by(c, "select", Unchanged::self); }},
      {"reject!", 0, 0, [](Call& c) { return replace_by(c, "reject", Unchanged::nil); }},
      {"delete_if", 0, 0, [](Call& c) { return replace_by(c, "reject", Unchanged::self); }},
      {"compact!", 0, 0, [](Call& c) { return replace_by(c, "compact", Unchanged::nil); }},
      {"transform_values!", 0, 0, [](Call& c) { return replace_by(c, "transform_values", Unchanged::self); }},
      {"transform_keys!", 0, 1, [](Call& c) { return replace_by(c, "transform_keys", Unchanged::self); }},
      {"symbolize_keys!", 0, 0, [](Call& c) { return replace_by(c, "symbolize_keys", Unchanged::self); }},
      {"stringify_keys!", 0, 0, [](Call& c) { return replace_by(c, "stringify_keys", Unchanged::self); }},
      {"deep_symbolize_keys!", 0, 0,
       [](Call& c) { return replace_by(c, "deep_symbolize_keys", Unchanged::self); }},
      {"deep_stringify_keys!", 0, 0,
       [](Call& c) { return replace_by(c, "deep_stringify_keys", Unchanged::self); }},
  };
  return methods;
}

}  // namespace kamal::erb
