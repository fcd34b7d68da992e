// Lists: reading, and making others of them.
#include <algorithm>

#include "erb/elements.h"
#include "erb/interpreter.h"
#include "kamal/support/shellwords.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

std::ptrdiff_t offset(size_t index) { return static_cast<std::ptrdiff_t>(index); }

// Counted from the end when it is negative; nothing where there is no such place (the end is one).
std::optional<size_t> place(int64_t index, size_t size) {
  if (index < 0) index += static_cast<int64_t>(size);
  if (index < 0 || index > static_cast<int64_t>(size)) return std::nullopt;
  return static_cast<size_t>(index);
}

Value at(Call& c, int64_t index) {
  const auto found = place(index, c.list().size());
  return found && *found < c.list().size() ? c.list()[*found] : Value();
}

Value part(Call& c, int64_t first, int64_t count) {
  const std::vector<Value>& list = c.list();
  const auto start = place(first, list.size());
  if (!start || count < 0) return {};
  const size_t end = std::min(
      list.size(), *start + static_cast<size_t>(std::min<int64_t>(count, static_cast<int64_t>(list.size()))));
  return c.array({list.begin() + offset(*start), list.begin() + offset(end)});
}

Value of_range(Call& c, const Range& range) {
  const auto size = static_cast<int64_t>(c.list().size());
  const auto* first = std::get_if<int64_t>(&range.first);
  const auto* last = std::get_if<int64_t>(&range.last);
  int64_t start = first ? *first : 0;
  int64_t end = last ? *last : -1;
  if (start < 0) start += size;
  if (end < 0) end += size;
  if (!range.exclusive || !last) ++end;
  if (start < 0 || start > size) return {};
  return part(c, start, std::max<int64_t>(0, end - start));
}

Value index(Call& c) {
  if (c.count() == 2) return part(c, c.integer_arg(0), c.integer_arg(1));
  if (const auto* range = as<Range>(c.args[0])) return of_range(c, *range);
  return at(c, c.integer_arg(0));
}

Value last(Call& c) {
  const std::vector<Value>& list = c.list();
  if (c.count() == 0) return list.empty() ? Value() : list.back();
  const int64_t count = c.integer_arg(0);
  if (count < 0) c.raise("ArgumentError", "negative array size");
  return c.array({list.end() - offset(std::min(list.size(), static_cast<size_t>(count))), list.end()});
}

Value fetch(Call& c) {
  const int64_t wanted = c.integer_arg(0);
  const auto found = place(wanted, c.list().size());
  if (found && *found < c.list().size()) return c.list()[*found];
  if (c.block) return c.yield({c.args[0]});
  if (c.count() > 1) return c.args[1];
  const auto size = static_cast<int64_t>(c.list().size());
  c.raise("IndexError", "index " + std::to_string(wanted) + " outside of array bounds: " +
                            std::to_string(-size) + "..." + std::to_string(size));
}

Value dig(Call& c) {
  const Value found = at(c, c.integer_arg(0));
  if (c.count() == 1 || kind_of(found) == Kind::nil) return found;
  return c.in.call(found, "dig", {c.args.begin() + 1, c.args.end()});
}

void join_into(Call& c, const std::vector<Value>& list, const std::string& separator, std::string& text,
               bool& first) {
  const Limits::Level level(c.limits());
  for (const Value& item : list) {
    if (const auto* inner = as<Array>(item)) {
      join_into(c, inner->items, separator, text, first);
      continue;
    }
    if (!std::exchange(first, false)) text += separator;
    const std::string one = c.in.to_s(item);
    c.limits().allocate(one.size() + separator.size());
    text += one;
  }
}

Value join(Call& c) {
  std::string text;
  bool first = true;
  join_into(c, c.list(), c.has(0) ? c.string_arg(0) : "", text, first);
  return c.string(std::move(text));
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

Value times(Call& c) {
  if (as<String>(c.args[0])) return join(c);
  const int64_t count = c.integer_arg(0);
  if (count < 0) c.raise("ArgumentError", "argument must be non-negative");
  c.limits().allocate(c.list().size() * sizeof(Value) *
                      static_cast<size_t>(std::min<int64_t>(count, 100'000'000)));
  std::vector<Value> result;
  for (int64_t i = 0; i < count && !c.list().empty(); ++i)
    result.insert(result.end(), c.list().begin(), c.list().end());
  return c.array(std::move(result));
}

bool contains(Call& c, const std::vector<Value>& list, const Value& value) {
  return std::any_of(list.begin(), list.end(), [&](const Value& one) { return c.in.equal(one, value); });
}

Value difference(Call& c) {
  std::vector<Value> result = c.list();
  for (size_t i = 0; i < c.count(); ++i) {
    std::erase_if(result, [&](const Value& one) { return contains(c, c.list_arg(i), one); });
  }
  return c.array(std::move(result));
}

Value union_of(Call& c) {
  std::vector<Value> all = c.list();
  for (size_t i = 0; i < c.count(); ++i) all.insert(all.end(), c.list_arg(i).begin(), c.list_arg(i).end());
  std::vector<Value> none;
  return c.array(unique(Call(c.in, c.name, c.self, none, nullptr), all));
}

Value intersection(Call& c) {
  std::vector<Value> result = c.list();
  for (size_t i = 0; i < c.count(); ++i) {
    std::erase_if(result, [&](const Value& one) { return !contains(c, c.list_arg(i), one); });
  }
  std::vector<Value> none;
  return c.array(unique(Call(c.in, c.name, c.self, none, nullptr), result));
}

Value plus(Call& c) {
  std::vector<Value> result = c.list();
  result.insert(result.end(), c.list_arg(0).begin(), c.list_arg(0).end());
  return c.array(std::move(result));
}

Value each(Call& c) {
  if (!c.block) return c.enumerator();
  for (size_t i = 0; i < c.list().size(); ++i) {  // it may grow while it is walked
    const Value item = c.list()[i];
    c.yield({item});
  }
  return c.self;
}

Value rotated(Call& c) {
  std::vector<Value> result = c.list();
  if (result.empty()) return c.array({});
  const auto size = static_cast<int64_t>(result.size());
  const int64_t by = ((c.integer_arg(0, 1) % size) + size) % size;
  std::rotate(result.begin(), result.begin() + by, result.end());
  return c.array(std::move(result));
}

Value transpose(Call& c) {
  std::vector<Value> result;
  for (const Value& row : c.list()) {
    const auto* cells = as<Array>(row);
    if (!cells) c.type_error(row, "Array");
    if (result.empty()) {
      for (size_t i = 0; i < cells->items.size(); ++i) result.push_back(c.array({}));
    }
    if (cells->items.size() != result.size()) c.raise("IndexError", "element size differs");
    for (size_t i = 0; i < result.size(); ++i) as<Array>(result[i])->items.push_back(cells->items[i]);
  }
  return c.array(std::move(result));
}

Value product(Call& c) {
  std::vector<std::vector<Value>> rows = {{}};
  std::vector<const std::vector<Value>*> lists = {&c.list()};
  for (size_t i = 0; i < c.count(); ++i) lists.push_back(&c.list_arg(i));
  for (const auto* list : lists) {
    std::vector<std::vector<Value>> longer;
    for (const auto& row : rows) {
      for (const Value& item : *list) {
        c.limits().allocate((row.size() + 2) * sizeof(Value));
        longer.push_back(row);
        longer.back().push_back(item);
      }
    }
    rows = std::move(longer);
  }
  std::vector<Value> result;
  for (auto& row : rows) result.push_back(c.array(std::move(row)));
  return c.array(std::move(result));
}

Value rindex(Call& c) {
  for (size_t i = c.list().size(); i-- > 0;) {
    if (i >= c.list().size()) continue;  // the block took some away
    if (c.count() > 0 ? c.in.equal(c.list()[i], c.args[0]) : c.test(c.list()[i]))
      return static_cast<int64_t>(i);
  }
  return {};
}

// ActiveSupport's: "a, b, and c".
Value to_sentence(Call& c) {
  const Hash* const options = c.take_options();
  const auto word = [&](std::string_view name, std::string_view fallback) {
    const Value value = c.option(options, name);
    return kind_of(value) == Kind::nil ? std::string(fallback) : c.in.to_s(value);
  };
  const std::string words = word("words_connector", ", ");
  const std::string two = word("two_words_connector", " and ");
  const std::string last_word = word("last_word_connector", ", and ");
  std::string text;
  const std::vector<Value>& list = c.list();
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) text += list.size() == 2 ? two : i + 1 == list.size() ? last_word : words;
    text += c.in.to_s(list[i]);
  }
  return c.string(std::move(text));
}

Value shell_words(Call& c) {
  std::vector<std::string> words;
  for (const Value& value : c.list()) words.push_back(shellwords_escape(c.in.to_s(value)));
  return c.string(kamal::join(words, " "));
}

}  // namespace

const Methods& array_methods() {
  static const Methods methods = {
      {"[]", 1, 2, index},
      {"slice", 1, 2, index},
      {"at", 1, 1, [](Call& c) { return at(c, c.integer_arg(0)); }},
      {"last", 0, 1, last},
      {"fetch", 1, 2, fetch},
      {"dig", 1, -1, dig},
      {"values_at", 0, -1,
       [](Call& c) {
         std::vector<Value> result;
         for (size_t i = 0; i < c.count(); ++i) result.push_back(at(c, c.integer_arg(i)));
         return c.array(std::move(result));
       }},
      {"length", 0, 0, [](Call& c) { return Value(static_cast<int64_t>(c.list().size())); }},
      {"size", 0, 0, [](Call& c) { return Value(static_cast<int64_t>(c.list().size())); }},
      {"empty?", 0, 0, [](Call& c) { return Value(c.list().empty()); }},
      {"to_a", 0, 0, [](Call& c) { return c.self; }},
      {"to_ary", 0, 0, [](Call& c) { return c.self; }},
      {"join", 0, 1, join},
      {"shelljoin", 0, 0, shell_words},
      {"*", 1, 1, times},
      {"+", 1, 1, plus},
      {"-", 1, 1, difference},
      {"difference", 0, -1, difference},
      {"|", 1, 1, union_of},
      {"union", 0, -1, union_of},
      {"&", 1, 1, intersection},
      {"intersection", 0, -1, intersection},
      {"intersect?", 1, 1, [](Call& c) { return Value(!as<Array>(intersection(c))->items.empty()); }},
      {"each", 0, 0, each},
      {"each_index", 0, 0,
       [](Call& c) {
         if (!c.block) return c.enumerator();
         for (size_t i = 0; i < c.list().size(); ++i) c.yield({static_cast<int64_t>(i)});
         return c.self;
       }},
      {"index", 0, 1, [](Call& c) { return c.in.call(c.self, "find_index", c.args, c.block); }},
      {"rindex", 0, 1, rindex},
      {"reverse", 0, 0,
       [](Call& c) {
         return c.array({c.list().rbegin(), c.list().rend()});
       }},
      {"rotate", 0, 1, rotated},
      {"flatten", 0, 1,
       [](Call& c) {
         std::vector<Value> result;
         flatten_into(c, c.list(), c.integer_arg(0, -1), result);
         return c.array(std::move(result));
       }},
      {"transpose", 0, 0, transpose},
      {"product", 0, -1, product},
      {"assoc", 1, 1,
       [](Call& c) {
         for (const Value& item : c.list()) {
           const auto* pair = as<Array>(item);
           if (pair && !pair->items.empty() && c.in.equal(pair->items[0], c.args[0])) return item;
         }
         return Value();
       }},
      {"to_sentence", 0, 1, to_sentence},
  };
  return methods;
}

}  // namespace kamal::erb
