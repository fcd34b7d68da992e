#include "erb/elements.h"
#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

const Range& range(Call& c) { return *as<Range>(c.self); }

bool covers(Call& c, const Value& value) {
  const Range& own = range(c);
  if (kind_of(own.first) != Kind::nil) {
    const auto low = compare(own.first, value, c.limits());
    if (!low || *low > 0) return false;
  }
  if (kind_of(own.last) == Kind::nil) return true;
  const auto high = compare(value, own.last, c.limits());
  return high && (own.exclusive ? *high < 0 : *high <= 0);
}

Value each(Call& c) {
  if (!c.block) return c.enumerator();
  if (is_endless(range(c))) {
    for (Value next = range(c).first;; next = c.in.call(next, "succ", {})) {
      c.limits().step();
      c.yield({next});
    }
  }
  for (const Value& value : elements(c)) c.yield({value});
  return c.self;
}

Value step(Call& c) {
  const int64_t by = c.integer_arg(0);
  if (by <= 0) c.raise("ArgumentError", by == 0 ? "step can't be 0" : "step can't be negative");
  std::vector<Value> chosen;
  const std::vector<Value> all = elements(c);
  for (size_t i = 0; i < all.size(); i += static_cast<size_t>(by)) chosen.push_back(all[i]);
  if (!c.block) return c.array(std::move(chosen));
  for (const Value& value : chosen) c.yield({value});
  return c.self;
}

Value last(Call& c) {
  if (c.count() == 0) return range(c).last;
  return c.in.call(c.array(elements(c)), "last", c.args);
}

Value size(Call& c) {
  if (kind_of(range(c).first) != Kind::integer) return {};
  if (is_endless(range(c))) c.beyond("the size of an endless range");
  return static_cast<int64_t>(elements(c).size());
}

}  // namespace

const Methods& range_methods() {
  static constexpr auto covered = [](Call& c) { return Value(covers(c, c.args[0])); };
  static const Methods methods = {
      {"each", 0, 0, each},
      {"step", 1, 1, step},
      {"%", 1, 1, step},
      {"begin", 0, 0, [](Call& c) { return range(c).first; }},
      {"end", 0, 0, [](Call& c) { return range(c).last; }},
      {"last", 0, 1, last},
      {"size", 0, 0, size},
      {"exclude_end?", 0, 0, [](Call& c) { return Value(range(c).exclusive); }},
      {"include?", 1, 1, covered},
      {"member?", 1, 1, covered},
      {"cover?", 1, 1, covered},
      {"===", 1, 1, covered},
  };
  return methods;
}

}  // namespace kamal::erb
