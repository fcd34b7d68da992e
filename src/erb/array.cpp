// Methods of lists.
#include <algorithm>

#include "erb/enumerable.h"
#include "erb/interpreter.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

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

Value values_at(Call& c) {
  std::vector<Value> result;
  for (size_t i = 0; i < c.count(); ++i) result.push_back(value_at(c, c.integer_arg(i)));
  return c.array(std::move(result));
}

void flatten_into(Call& c, const std::vector<Value>& list, int64_t depth, std::vector<Value>& result) {
  const Limits::Level level(c.limits());
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
  flatten_into(c, c.list(), c.integer_arg(0, -1), result);
  return c.array(std::move(result));
}

Value join(Call& c) {
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

Value times(Call& c) {
  if (as<String>(c.args[0])) return join(c);
  const size_t count = std::min<size_t>(c.size_arg(0), 100'000'000);
  c.limits().allocate(c.list().size() * sizeof(Value) * count);
  std::vector<Value> result;
  for (size_t i = 0; i < count && !c.list().empty(); ++i)
    result.insert(result.end(), c.list().begin(), c.list().end());
  return c.array(std::move(result));
}

Value plus(Call& c) {
  std::vector<Value> result = c.list();
  result.insert(result.end(), c.list_arg(0).begin(), c.list_arg(0).end());
  return c.array(std::move(result));
}

// The elements that are, or are not, in the other list.
std::vector<Value> shared(Call& c, bool wanted) {
  const std::vector<Value>& other = c.list_arg(0);
  std::vector<Value> result = c.list();
  std::erase_if(result, [&](const Value& one) {
    return wanted !=
           std::any_of(other.begin(), other.end(), [&](const Value& two) { return c.in.equal(one, two); });
  });
  return result;
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

Value concat(Call& c) {
  const std::vector<Value> more = c.list_arg(0);
  c.limits().allocate(more.size() * sizeof(Value));
  c.list().insert(c.list().end(), more.begin(), more.end());
  return c.self;
}

Value shift(Call& c) {
  if (c.list().empty()) return {};
  const Value first = c.list().front();
  c.list().erase(c.list().begin());
  return first;
}

Value set_at(Call& c) {
  const auto size = static_cast<int64_t>(c.list().size());
  const int64_t wanted = as<Range>(c.args[0]) ? -1 : c.integer_arg(0);
  const int64_t index = wanted < 0 ? wanted + size : wanted;
  if (as<Range>(c.args[0]) || index < 0) c.beyond("assigning to this part of a list");
  if (index >= size) {
    c.limits().allocate(static_cast<size_t>(index - size + 1) * sizeof(Value));
    c.list().resize(static_cast<size_t>(index) + 1);
  }
  return c.list()[static_cast<size_t>(index)] = c.args[1];
}

Value compact(Call& c) {
  std::vector<Value> values = c.list();
  std::erase_if(values, [](const Value& value) { return kind_of(value) == Kind::nil; });
  return c.array(std::move(values));
}

Value shelljoin(Call& c) {
  std::vector<std::string> args;
  for (const Value& value : c.list()) args.push_back(shellwords_escape(c.in.to_s(value)));
  return c.string(kamal::join(args, " "));
}

}  // namespace

const Methods& array_methods() {
  static constexpr auto size = [](Call& c) { return Value(static_cast<int64_t>(c.list().size())); };
  static constexpr auto either = [](Call& c) { return c.array(unique(c, as<Array>(plus(c))->items)); };
  static const Methods methods = {
      {"[]", 1, 2, index},
      {"[]=", 2, 2, set_at},
      {"<<", 1, 1, push},
      {"*", 1, 1, times},
      {"+", 1, 1, plus},
      {"-", 1, 1, [](Call& c) { return c.array(shared(c, false)); }},
      {"&", 1, 1, [](Call& c) { return c.array(unique(c, shared(c, true))); }},
      {"|", 1, 1, either},
      {"compact", 0, 0, compact},
      {"concat", 1, 1, concat},
      {"dig", 1, -1, dig},
      {"each", 0, 0, each},
      {"empty?", 0, 0, [](Call& c) { return Value(c.list().empty()); }},
      {"fetch", 1, 2, fetch},
      {"flatten", 0, 1, flatten},
      {"index", 0, 1, [](Call& c) { return c.in.call(c.self, "find_index", c.args, c.block); }},
      {"join", 0, 1, join},
      {"last", 0, 1, last},
      {"length", 0, 0, size},
      {"push", 0, -1, push},
      {"reverse", 0, 0,
       [](Call& c) { return c.array(std::vector<Value>(c.list().rbegin(), c.list().rend())); }},
      {"shelljoin", 0, 0, shelljoin},
      {"shift", 0, 0, shift},
      {"size", 0, 0, size},
      {"to_a", 0, 0, [](Call& c) { return c.self; }},
      {"values_at", 0, -1, values_at},
  };
  return methods;
}

}  // namespace kamal::erb
