#include "cli/option_words.h"

#include <algorithm>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

bool names(const std::string& word, const OptionSpec& option) {
  return word == "--" + option.name || word == "--" + dashed(option.name) ||
         (option.short_name != 0 && word == std::string("-") + option.short_name);
}

}  // namespace

std::string dashed(const std::string& name) { return replace_all(name, "_", "-"); }

bool takes_several(const OptionSpec& option) {
  return option.kind == OptionSpec::Kind::pairs || option.kind == OptionSpec::Kind::list;
}

bool takes_number(const OptionSpec& option) {
  return option.kind == OptionSpec::Kind::number || option.kind == OptionSpec::Kind::seconds;
}

const OptionSpec* option_named(const std::string& word, const std::vector<OptionSpec>& options) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const OptionSpec& option) { return names(word, option); });
  return found == options.end() ? nullptr : &*found;
}

const OptionSpec& help_option() {
  static const OptionSpec help{.name = "help", .help = "Describe the command"};
  return help;
}

}  // namespace kamal::cli
