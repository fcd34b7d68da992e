#include "cli/written_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "cli/arguments.h"
#include "cli/option_words.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;
using Words = std::vector<std::string>;

// `--name=VALUE` apart.
struct NameAndValue {
  explicit NameAndValue(const std::string& word) : name(word.substr(0, word.find('='))) {
    if (name.size() < word.size()) value = word.substr(name.size() + 1);
  }

  std::string name;
  std::optional<std::string> value;
};

std::optional<bool> truth_of(const std::string& word) {
  constexpr std::array<std::string_view, 4> yes = {"true", "TRUE", "t", "T"},
                                            no = {"false", "FALSE", "f", "F"};
  if (std::find(yes.begin(), yes.end(), word) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), word) != no.end()) return false;
  return std::nullopt;
}

bool truth_given(const std::string& name, const std::string& value) {
  if (const std::optional<bool> truth = truth_of(value)) return *truth;
  throw UsageError(fmt::format("{} is a switch: it takes true or false, not \"{}\"", name, value));
}

const OptionSpec* switch_named(const std::string& word, const std::vector<OptionSpec>& options) {
  const OptionSpec* const option = option_named(word, options);
  return option && option->kind == Kind::flag ? option : nullptr;
}

// What --no-name or --skip-name turns off; null for any other word. An option may have such a name itself.
const OptionSpec* switch_turned_off(const std::string& word, const std::vector<OptionSpec>& options) {
  if (option_named(word, options)) return nullptr;
  for (const std::string_view beginning : {"--no-", "--no_", "--skip-", "--skip_"}) {
    if (!word.starts_with(beginning)) continue;
    if (const OptionSpec* const off = switch_named("--" + word.substr(beginning.size()), options)) return off;
  }
  return nullptr;
}

Words with_plain_switches(const Words& words, const std::vector<OptionSpec>& options, BehindASwitch behind) {
  Words plain;
  for (size_t i = 0; i < words.size(); ++i) {
    NameAndValue given(words[i]);
    if (const OptionSpec* const off = switch_turned_off(given.name, options)) {
      if (given.value)
        throw UsageError(fmt::format("{} takes no value, such as \"{}\"", given.name, *given.value));
      plain.push_back("--no-" + dashed(off->name));
      continue;
    }
    const OptionSpec* const option = switch_named(given.name, options);
    if (!option) {
      plain.push_back(words[i]);
      continue;
    }
    const bool may_follow = behind == BehindASwitch::may_be_its_value && !given.value && i + 1 < words.size();
    if (may_follow && truth_of(words[i + 1])) given.value = words[++i];
    const bool on = !given.value || truth_given(given.name, *given.value);
    plain.push_back((on ? "--" : "--no-") + dashed(option->name));
  }
  return plain;
}

// `-h=HOSTS` and `--env=A:1` become two words each, so that what follows need not know of them. A value that
// looks like an option (`--grep-options=-c`) stays with its name.
Words without_equals_signs(const Words& words, const std::vector<OptionSpec>& options) {
  Words split;
  for (const std::string& word : words) {
    const NameAndValue given(word);
    const OptionSpec* const option = given.value ? option_named(given.name, options) : nullptr;
    if (option && !given.value->starts_with('-')) {
      split.insert(split.end(), {given.name, *given.value});
    } else {
      split.push_back(word);
    }
  }
  return split;
}

// `-e A:1 B:2` becomes `-e A:1 -e B:2`: pairs end at the first word without a colon, lists at the next
// option.
Words spread_out(const Words& words, const std::vector<OptionSpec>& options) {
  Words spread;
  for (size_t i = 0; i < words.size(); ++i) {
    spread.push_back(words[i]);
    const OptionSpec* const option = option_named(words[i], options);
    if (!option || option->kind == Kind::flag) continue;
    const std::string name = words[i];
    if (i + 1 == words.size()) throw UsageError(fmt::format("{} requires a value", name));
    spread.push_back(words[++i]);
    if (option_named(words[i], options)) {
      throw UsageError(fmt::format("{} takes a value, and there is the option {} instead", name, words[i]));
    }
    while (takes_several(*option) && i + 1 < words.size() && !words[i + 1].starts_with('-') &&
           (option->kind == Kind::list || words[i + 1].find(':') != std::string::npos)) {
      spread.push_back(name);
      spread.push_back(words[++i]);
    }
  }
  return spread;
}

}  // namespace

Words written_alike(const Words& words, const std::vector<OptionSpec>& options, BehindASwitch behind) {
  return spread_out(without_equals_signs(with_plain_switches(words, options, behind), options), options);
}

Words take_options_in_front(Words& words) {
  Words options;
  while (!words.empty() && words[0].starts_with('-')) {
    const OptionSpec* const option = option_named(words[0], global_options());
    const bool is_switch = option && option->kind == Kind::flag;
    const bool has_value = words.size() > 1 && option && (!is_switch || truth_of(words[1]));
    // Whatever the command does with words behind a switch, this one is a value.
    if (has_value && is_switch) words[1].insert(0, words[0] + "=");
    const auto end = words.begin() + (has_value ? 2 : 1);
    options.insert(options.end(), words.begin() + (has_value && is_switch ? 1 : 0), end);
    words.erase(words.begin(), end);
  }
  return options;
}

}  // namespace kamal::cli
