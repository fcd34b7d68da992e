// Lists: changing them in place.
#include <algorithm>

#include "erb/elements.h"
#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

std::ptrdiff_t offset(size_t index) { return static_cast<std::ptrdiff_t>(index); }

Value push(Call& c) {
  c.limits().allocate(c.count() * sizeof(Value));
  c.list().insert(c.list().end(), c.args.begin(), c.args.end());
  return c.self;
}

// How many pop and shift take off.
size_t amount(Call& c) {
  const int64_t count = c.integer_arg(0);
  if (count < 0) c.raise("ArgumentError", "negative array size");
  return std::min(c.list().size(), static_cast<size_t>(count));
}

Value pop(Call& c) {
  std::vector<Value>& list = c.list();
  if (c.count() == 0) {
    if (list.empty()) return {};
    const Value last = list.back();
    list.pop_back();
    return last;
  }
  const auto first = list.end() - offset(amount(c));
  const Value taken = c.array({first, list.end()});
  list.erase(first, list.end());
  return taken;
}

Value shift(Call& c) {
  std::vector<Value>& list = c.list();
  if (c.count() == 0) {
    if (list.empty()) return {};
    const Value first = list.front();
    list.erase(list.begin());
    return first;
  }
  const auto last = list.begin() + offset(amount(c));
  const Value taken = c.array({list.begin(), last});
  list.erase(list.begin(), last);
  return taken;
}

Value unshift(Call& c) {
  c.limits().allocate(c.count() * sizeof(Value));
  c.list().insert(c.list().begin(), c.args.begin(), c.args.end());
  return c.self;
}

// Up to `size`, filled with nil.
void grow(Call& c, size_t size) {
  if (size <= c.list().size()) return;
  c.limits().allocate((size - c.list().size()) * sizeof(Value));
  c.list().resize(size);
}

Value set_at(Call& c) {
  if (c.count() != 2 || as<Range>(c.args[0])) c.beyond("assigning to a part of a list");
  int64_t index = c.integer_arg(0);
  if (index < 0) index += static_cast<int64_t>(c.list().size());
  if (index < 0) c.raise("IndexError", "index " + std::to_string(c.integer_arg(0)) + " too small for array");
  grow(c, static_cast<size_t>(index) + 1);
  return c.list()[static_cast<size_t>(index)] = c.args[1];
}

Value insert(Call& c) {
  int64_t index = c.integer_arg(0);
  if (index < 0) index += static_cast<int64_t>(c.list().size()) + 1;
  if (index < 0) c.raise("IndexError", "index too small for array");
  grow(c, static_cast<size_t>(index));
  c.limits().allocate(c.count() * sizeof(Value));
  c.list().insert(c.list().begin() + index, c.args.begin() + 1, c.args.end());
  return c.self;
}

Value concat(Call& c) {
  for (size_t i = 0; i < c.count(); ++i) {
    const std::vector<Value> more = c.list_arg(i);
    c.limits().allocate(more.size() * sizeof(Value));
    c.list().insert(c.list().end(), more.begin(), more.end());
  }
  return c.self;
}

Value erase_equal(Call& c) {
  const size_t before = c.list().size();
  std::erase_if(c.list(), [&](const Value& one) { return c.in.equal(one, c.args[0]); });
  if (c.list().size() != before) return c.args[0];
  return c.block ? c.yield({c.args[0]}) : Value();
}

Value erase_at(Call& c) {
  int64_t index = c.integer_arg(0);
  const auto size = static_cast<int64_t>(c.list().size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return {};
  const Value taken = c.list()[static_cast<size_t>(index)];
  c.list().erase(c.list().begin() + index);
  return taken;
}

enum class Unchanged { self, nil };

// What another method makes of the list takes its place.
Value replace_by(Call& c, std::string_view method, Unchanged unchanged) {
  const Value made = c.in.call(c.self, method, c.args, c.block);
  if (!as<Array>(made)) c.beyond("this method without a block");
  const bool same = as<Array>(made)->items.size() == c.list().size() && c.in.equal(made, c.self);
  c.list() = as<Array>(made)->items;
  return same && unchanged == Unchanged::nil ? Value() : c.self;
}

size_t random_below(Call& c, size_t bound) {
  return static_cast<size_t>(
      std::get<int64_t>(c.in.call(c.in.heap().constant("Random"), "rand", {static_cast<int64_t>(bound)})));
}

Value shuffle(Call& c) {
  std::vector<Value> result = c.list();
  for (size_t i = result.size(); i > 1; --i) std::swap(result[i - 1], result[random_below(c, i)]);
  return c.array(std::move(result));
}

Value sample(Call& c) {
  if (c.count() > 0) {
    std::vector<Value> mixed = as<Array>(shuffle(c))->items;
    mixed.resize(amount(c));
    return c.array(std::move(mixed));
  }
  return c.list().empty() ? Value() : c.list()[random_below(c, c.list().size())];
}

}  // namespace

const Methods& array_change_methods() {
  static const Methods methods = {
      {"push", 0, -1, push},
      {"append", 0, -1, push},
      {"<<", 1, 1, push},
      {"pop", 0, 1, pop},
      {"shift", 0, 1, shift},
      {"unshift", 0, -1, unshift},
      {"prepend", 0, -1, unshift},
      {"[]=", 2, 3, set_at},
      {"insert", 1, -1, insert},
      {"concat", 0, -1, concat},
      {"delete", 1, 1, erase_equal},
      {"delete_at", 1, 1, erase_at},
      {"clear", 0, 0,
       [](Call& c) {
         c.list().clear();
         return c.self;
       }},
      {"replace", 1, 1,
       [](Call& c) {
         c.list() = std::vector<Value>(c.list_arg(0));
         return c.self;
       }},
      {"fill", 1, 1,
       [](Call& c) {
         std::fill(c.list().begin(), c.list().end(), c.args[0]);
         return c.self;
       }},
      {"map!", 0, 0, [](Call& c) { return replace_by(c, "map", Unchanged::self); }},
      {"collect!", 0, 0, [](Call& c) { return replace_by(c, "map", Unchanged::self); }},
      {"sort!", 0, 0, [](Call& c) { return replace_by(c, "sort", Unchanged::self); }},
      {"sort_by!", 0, 0, [](Call& c) { return replace_by(c, "sort_by", Unchanged::self); }},
      {"reverse!", 0, 0, [](Call& c) { return replace_by(c, "reverse", Unchanged::self); }},
      {"rotate!", 0, 1, [](Call& c) { return replace_by(c, "rotate", Unchanged::self); }},
      {"shuffle!", 0, 0, [](Call& c) { return replace_by(c, "shuffle", Unchanged::self); }},
      {"select!", 0, 0, [](Call& c) { return replace_by(c, "select", Unchanged::nil); }},
      {"filter!", 0, 0, [](Call& c) { return replace_by(c, "select", Unchanged::nil); }},
      {"keep_if", 0, 0, [](Call& c) { return replace_by(c, "select", Unchanged::self); }},
      {"reject!", 0, 0, [](Call& c) { return replace_by(c, "reject", Unchanged::nil); }},
      {"delete_if", 0, 0, [](Call& c) { return replace_by(c, "reject", Unchanged::self); }},
      {"uniq!", 0, 0, [](Call& c) { return replace_by(c, "uniq", Unchanged::nil); }},
      {"compact!", 0, 0, [](Call& c) { return replace_by(c, "compact", Unchanged::nil); }},
      {"flatten!", 0, 1, [](Call& c) { return replace_by(c, "flatten", Unchanged::nil); }},
      {"shuffle", 0, 0, shuffle},
      {"sample", 0, 1, sample},
  };
  return methods;
}

}  // namespace kamal::erb
