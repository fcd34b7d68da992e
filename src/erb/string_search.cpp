// Methods of strings that search, replace and split.
#include <algorithm>

#include "erb/interpreter.h"
#include "erb/regexp.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

// Where to continue after a match: one character further if it was empty.
size_t after(const MatchData& match) {
  const auto [first, last] = *match.groups[0];
  if (first != last) return last;
  const std::string_view rest = std::string_view(match.text()).substr(last);
  return last + (rest.empty() ? 1 : first_character(rest).size());
}

// Iterates over the matches of a pattern until `take` returns false. Returns the last one; null for none.
template <class Take>
MatchData* each_match(Call& c, const Value& pattern, const String* subject, Take take) {
  MatchData* last = nullptr;
  for (size_t at = 0; MatchData* const match = search(c.in, pattern, subject, at); at = after(*match)) {
    c.limits().step();
    last = match;
    if (!take(*match)) break;
  }
  return last;
}

std::string replacement(Call& c, MatchData& match) {
  if (c.count() < 2) {
    c.in.set_match(&match);
    return c.in.to_s(c.yield({c.string(*match.group(0))}));
  }
  if (auto* const hash = as<Hash>(c.args[1])) {
    const Value* const found = c.find(*hash, c.string(*match.group(0)));
    return found ? c.in.to_s(*found) : "";
  }
  return expand_replacement(c.string_arg(1), match);
}

Value substitute(Call& c, bool all) {
  if (c.count() < 2 && !c.block) c.beyond("this method without a block");
  const String* const subject = subject_of(c.in, c.args[0], c.str());
  std::string result;
  size_t copied = 0;
  c.in.set_match(each_match(c, c.args[0], subject, [&](MatchData& match) {
    const auto [first, last] = *match.groups[0];
    const size_t before = result.size();
    result += subject->text.substr(copied, first - copied);
    result += replacement(c, match);
    c.limits().allocate(result.size() - before);
    copied = last;
    return all;
  }));
  return c.string(result + subject->text.substr(copied));
}

// The matches or, for a pattern with groups, the lists of their groups.
Value scan(Call& c) {
  if (c.block) c.beyond("`scan` with a block");
  Values found;
  c.in.set_match(each_match(c, c.args[0], subject_of(c.in, c.args[0], c.str()), [&](MatchData& match) {
    const bool grouped = match.groups.size() > 1;
    found.push_back(grouped ? groups_of_match(c, match, 1) : c.string(*match.group(0)));
    return true;
  }));
  return c.array(std::move(found));
}

std::vector<std::string> split_at_matches(Call& c, const Value& separator, std::string_view whole,
                                          int64_t limit) {
  const String* const subject = subject_of(c.in, separator, std::string(whole));
  const std::string& text = subject->text;
  std::vector<std::string> parts;
  size_t start = 0;
  const auto goes_on = [&] { return limit <= 0 || static_cast<int64_t>(parts.size()) + 1 < limit; };
  const auto take = [&](const MatchData& match) {
    const auto [first, last] = *match.groups[0];
    if (first == last && first >= text.size()) return false;
    if (first == last && first == start) return true;
    parts.push_back(text.substr(start, first - start));
    start = last;
    for (size_t i = 1; i < match.groups.size(); ++i) {
      if (match.group(i)) parts.emplace_back(*match.group(i));
    }
    return goes_on();
  };
  if (goes_on()) each_match(c, separator, subject, take);
  parts.push_back(text.substr(start));
  return parts;
}

// Splits at whitespace without a separator or for " ", ignoring leading whitespace.
Value split(Call& c) {
  const int64_t limit = c.has(1) ? c.integer_arg(1) : 0;
  const auto* plain = c.has(0) ? as<String>(c.args[0]) : nullptr;
  if (c.has(0) && !plain && !as<Regexp>(c.args[0])) c.type_error(c.args[0], "String");
  const bool at_blanks = !c.has(0) || (plain && plain->text == " ");
  const Value separator = at_blanks ? Value(make_regexp(c.in, "\\s+", "")) : c.args[0];
  if (c.str().empty()) return c.array({});
  std::vector<std::string> parts =
      split_at_matches(c, separator, at_blanks && limit != 1 ? strip_left(c.str()) : c.str(), limit);
  while (limit == 0 && !parts.empty() && parts.back().empty()) parts.pop_back();
  Values list;
  for (const std::string& part : parts) list.push_back(c.string(part));
  return c.array(std::move(list));
}

Value starts_with(Call& c) {
  return std::ranges::any_of(c.args, [&](const Value& start) {
    if (as<String>(start)) return c.str().starts_with(as<String>(start)->text);
    const MatchData* const match = search(c.in, start, subject_of(c.in, start, c.str()), 0);
    return match != nullptr && match->groups[0]->first == 0;
  });
}

Value ends_with(Call& c) {
  for (size_t i = 0; i < c.count(); ++i) {
    if (c.str().ends_with(c.string_arg(i))) return true;
  }
  return false;
}

MatchData* match_regexp(Call& c) {
  if (!as<Regexp>(c.args[0])) c.beyond("`" + std::string(c.name) + "` with a " + class_name(c.args[0]));
  return search(c.in, c.args[0], subject_of(c.in, c.args[0], c.str()), 0);
}

Value match(Call& c) {
  MatchData* const found = match_regexp(c);
  c.in.set_match(found);
  return found ? Value(found) : Value();
}

Value match_position(Call& c) {
  const Value found = match(c);
  if (is_nil(found)) return {};
  return length(std::string_view(c.str()).substr(0, as<MatchData>(found)->groups[0]->first));
}

// text[1], text[1, 2], text[1..2], text["part"], text[/regexp/], text[/regexp/, 1]
Value part(Call& c) {
  const Value& key = c.args[0];
  if (as<Regexp>(key)) {
    const Value found = match(c);
    if (is_nil(found)) return {};
    return c.in.call(found, "[]", {c.count() > 1 ? c.args[1] : Value(int64_t{0})});
  }
  if (const auto* text = as<String>(key))
    return c.str().find(text->text) == std::string::npos ? Value() : c.string(text->text);
  const bool character = c.count() == 1 && !as<Range>(key);
  const auto slice =
      slice_of(c, key, character ? Value(int64_t{1}) : c.arg(1), static_cast<size_t>(length(c.str())));
  if (!slice || (character && slice->count == 0)) return {};
  return c.string(substring(c.str(), static_cast<int64_t>(slice->first), static_cast<int64_t>(slice->count)));
}

Value without_prefix(Call& c) {
  std::string_view text = c.str();
  if (text.starts_with(c.string_arg(0))) text.remove_prefix(c.string_arg(0).size());
  return c.string(text);
}

Value without_suffix(Call& c) {
  std::string_view text = c.str();
  if (text.ends_with(c.string_arg(0))) text.remove_suffix(c.string_arg(0).size());
  return c.string(text);
}

}  // namespace

Methods string_search_methods() {
  return {
      {"String#=~", 1, 1, match_position},
      {"String#[] slice", 1, 2, part},
      {"String#delete_prefix", 1, 1, without_prefix},
      {"String#delete_suffix", 1, 1, without_suffix},
      {"String#end_with?", 0, -1, ends_with},
      {"String#gsub", 1, 2, [](Call& c) { return substitute(c, true); }},
      {"String#include?", 1, 1,
       [](Call& c) { return Value(c.str().find(c.string_arg(0)) != std::string::npos); }},
      {"String#match", 1, 1, match},
      {"String#match?", 1, 1, [](Call& c) { return Value(match_regexp(c) != nullptr); }},
      {"String#scan", 1, 1, scan},
      {"String#split", 0, 2, split},
      {"String#start_with?", 0, -1, starts_with},
      {"String#sub", 1, 2, [](Call& c) { return substitute(c, false); }},
  };
}

}  // namespace kamal::erb
