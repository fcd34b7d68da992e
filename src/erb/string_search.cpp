// Methods of strings that search them, and replace or split by what they find.
#include <algorithm>

#include "erb/interpreter.h"
#include "erb/regexp.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

Value group_or_nil(Call& c, const std::optional<std::string_view>& group) {
  return group ? c.string(*group) : Value();
}

// Where to continue after a match, one character further when it was empty.
size_t after(const MatchData& match) {
  const auto [first, last] = *match.groups[0];
  if (first != last) return last;
  return last >= match.text().size() ? last + 1
                                     : last + byte_of(std::string_view(match.text()).substr(last), 1);
}

std::string replacement(Call& c, MatchData& match) {
  if (c.count() < 2) {
    c.in.set_match(&match);
    return c.in.to_s(c.yield({c.string(*match.group(0))}));
  }
  if (const auto* hash = as<Hash>(c.args[1])) {
    const Value* const found = find(*hash, c.string(*match.group(0)), c.limits());
    return found ? c.in.to_s(*found) : "";
  }
  return expand_replacement(c.string_arg(1), match);
}

Value substitute(Call& c, bool all) {
  if (c.count() < 2 && !c.block) c.beyond("this method without a block");
  const String* const subject = subject_of(c.in, c.args[0], c.str());
  const std::string& text = subject->text;
  std::string result;
  size_t copied = 0;
  MatchData* last = nullptr;
  for (size_t at = 0;;) {
    c.limits().step();
    MatchData* const match = search(c.in, c.args[0], subject, at);
    if (match == nullptr) break;
    last = match;
    const size_t before = result.size();
    result += text.substr(copied, match->groups[0]->first - copied);
    result += replacement(c, *match);
    c.limits().allocate(result.size() - before);
    copied = match->groups[0]->second;
    at = after(*match);
    if (!all) break;
  }
  c.in.set_match(last);
  if (copied < text.size()) result += text.substr(copied);
  return c.string(std::move(result));
}

Value scan(Call& c) {
  const String* const subject = subject_of(c.in, c.args[0], c.str());
  std::vector<Value> found;
  MatchData* last = nullptr;
  for (size_t at = 0; MatchData* match = search(c.in, c.args[0], subject, at); at = after(*match)) {
    last = match;
    std::vector<Value> groups;
    for (size_t i = 1; i < match->groups.size(); ++i) groups.push_back(group_or_nil(c, match->group(i)));
    found.push_back(groups.empty() ? c.string(*match->group(0)) : c.array(std::move(groups)));
    if (c.block) {
      c.in.set_match(match);
      c.yield({found.back()});
    }
  }
  c.in.set_match(last);
  return c.block ? c.self : c.array(std::move(found));
}

std::vector<std::string> split_at_blanks(Limits& limits, std::string_view text, int64_t limit) {
  std::vector<std::string> parts;
  const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; };
  while (true) {
    limits.allocate(sizeof(std::string));
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    if (text.empty()) break;
    if (limit > 0 && static_cast<int64_t>(parts.size()) + 1 == limit) {
      parts.emplace_back(text);
      return parts;
    }
    const auto end = static_cast<size_t>(std::find_if(text.begin(), text.end(), blank) - text.begin());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    if (limit != 0 && !text.empty() && std::all_of(text.begin(), text.end(), blank)) {
      parts.emplace_back();
      break;
    }
  }
  return parts;
}

std::vector<std::string> split_at_matches(Call& c, int64_t limit) {
  const String* const subject = subject_of(c.in, c.args[0], c.str());
  const std::string& text = subject->text;
  std::vector<std::string> parts;
  size_t start = 0;
  for (size_t at = 0; limit <= 0 || static_cast<int64_t>(parts.size()) + 1 < limit;) {
    c.limits().allocate(sizeof(std::string));
    const MatchData* const match = search(c.in, c.args[0], subject, at);
    if (match == nullptr) break;
    const auto [first, last] = *match->groups[0];
    at = after(*match);
    if (first == last && first >= text.size()) break;
    if (first == last && first == start) continue;
    parts.push_back(text.substr(start, first - start));
    start = last;
    for (size_t i = 1; i < match->groups.size(); ++i) {
      if (match->group(i)) parts.emplace_back(*match->group(i));
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

Value split(Call& c) {
  const int64_t limit = c.integer_arg(1, 0);
  std::vector<std::string> parts;
  const auto* separator = c.has(0) ? as<String>(c.args[0]) : nullptr;
  if (c.has(0) && !separator && !as<Regexp>(c.args[0])) c.type_error(c.args[0], "String");
  if (c.str().empty()) return c.array({});
  if (limit == 1) {
    parts = {c.str()};
  } else if (!c.has(0) || (separator && separator->text == " ")) {
    parts = split_at_blanks(c.limits(), c.str(), limit);
  } else {
    parts = split_at_matches(c, limit);
  }
  while (limit == 0 && !parts.empty() && parts.back().empty()) parts.pop_back();
  std::vector<Value> list;
  for (std::string& part : parts) list.push_back(c.string(std::move(part)));
  return c.array(std::move(list));
}

Value starts_with(Call& c) {
  for (size_t i = 0; i < c.count(); ++i) {
    if (as<Regexp>(c.args[i])) {
      const auto match = find_match(c.in, c.args[i], c.str(), 0);
      if (match && match->first == 0) return true;
    } else if (c.str().starts_with(c.string_arg(i))) {
      return true;
    }
  }
  return false;
}

Value ends_with(Call& c) {
  for (size_t i = 0; i < c.count(); ++i) {
    if (c.str().ends_with(c.string_arg(i))) return true;
  }
  return false;
}

// A regexp of what `match` and its like are given.
Value pattern_of(Call& c) {
  if (as<Regexp>(c.args[0])) return c.args[0];
  return make_regexp(c.in, c.string_arg(0), "");
}

Value match(Call& c) {
  const int64_t start = c.integer_arg(1, 0);
  const Value pattern = pattern_of(c);
  MatchData* const found = search(c.in, pattern, subject_of(c.in, pattern, c.str()), byte_of(c.str(), start));
  c.in.set_match(found);
  return found ? Value(found) : Value();
}

Value match_position(Call& c) {
  if (!as<Regexp>(c.args[0]))
    c.raise("TypeError", "wrong argument type " + class_name(c.args[0]) + " (expected Regexp)");
  MatchData* const found = search(c.in, c.args[0], subject_of(c.in, c.args[0], c.str()), 0);
  c.in.set_match(found);
  return found ? Value(length(c.str().substr(0, found->groups[0]->first))) : Value();
}

Value index(Call& c) {
  const Value& key = c.args[0];
  if (as<Regexp>(key)) {
    MatchData* const match = search(c.in, key, subject_of(c.in, key, c.str()), 0);
    c.in.set_match(match);
    return match ? c.in.call(Value(match), "[]", {c.count() > 1 ? c.args[1] : Value(int64_t{0})}) : Value();
  }
  if (const auto* text = as<String>(key))
    return c.str().find(text->text) == std::string::npos ? Value() : c.string(text->text);
  const bool character = c.count() == 1 && !as<Range>(key);
  const auto slice =
      slice_of(c, key, character ? Value(int64_t{1}) : c.arg(1), static_cast<size_t>(length(c.str())));
  if (!slice || (character && slice->count == 0)) return {};
  return c.string(substring(c.str(), static_cast<int64_t>(slice->first), static_cast<int64_t>(slice->count)));
}

Value place_of(Call& c) {
  int64_t start = c.integer_arg(1, 0);
  const int64_t size = length(c.str());
  if (start < 0) start += size;
  if (start < 0 || start > size) return {};
  const auto found = find_match(c.in, c.args[0], c.str(), byte_of(c.str(), start));
  return found ? Value(length(std::string_view(c.str()).substr(0, found->first))) : Value();
}

Value partition(Call& c) {
  const auto found = find_match(c.in, c.args[0], c.str(), 0);
  if (!found) return c.array({c.string(c.str()), c.string(""), c.string("")});
  const auto [first, last] = *found;
  return c.array({c.string(c.str().substr(0, first)), c.string(c.str().substr(first, last - first)),
                  c.string(c.str().substr(last))});
}

Value rpartition(Call& c) {
  const std::string& separator = c.string_arg(0);
  const size_t at = c.str().rfind(separator);
  if (at == std::string::npos) return c.array({c.string(""), c.string(""), c.string(c.str())});
  return c.array({c.string(c.str().substr(0, at)), c.string(separator),
                  c.string(c.str().substr(at + separator.size()))});
}

}  // namespace

const Methods& string_search_methods() {
  static const Methods methods = {
      {"sub", 1, 2, [](Call& c) { return substitute(c, false); }},
      {"gsub", 1, 2, [](Call& c) { return substitute(c, true); }},
      {"scan", 1, 1, scan},
      {"split", 0, 2, split},
      {"start_with?", 0, -1, starts_with},
      {"end_with?", 0, -1, ends_with},
      {"include?", 1, 1, [](Call& c) { return Value(c.str().find(c.string_arg(0)) != std::string::npos); }},
      {"match", 1, 2, match},
      {"match?", 1, 2,
       [](Call& c) {
         return Value(
             find_match(c.in, pattern_of(c), c.str(), byte_of(c.str(), c.integer_arg(1, 0))).has_value());
       }},
      {"=~", 1, 1, match_position},
      {"[]", 1, 2, index},
      {"index", 1, 2, place_of},
      {"slice", 1, 2, index},
      {"partition", 1, 1, partition},
      {"rpartition", 1, 1, rpartition},
      {"delete_prefix", 1, 1,
       [](Call& c) {
         return c.string(c.str().substr(c.str().starts_with(c.string_arg(0)) ? c.string_arg(0).size() : 0));
       }},
      {"delete_suffix", 1, 1,
       [](Call& c) {
         return c.string(c.str().substr(
             0, c.str().size() - (c.str().ends_with(c.string_arg(0)) ? c.string_arg(0).size() : 0)));
       }},
  };
  return methods;
}

}  // namespace kamal::erb
