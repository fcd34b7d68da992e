#include "cli/option_words.h"

#include "kamal/support/strings.h"

namespace kamal::cli {

std::string dashed(const std::string& name) { return replace_all(name, "_", "-"); }

bool takes_several(const OptionSpec& option) {
  return option.kind == OptionSpec::Kind::pairs || option.kind == OptionSpec::Kind::list;
}

const OptionSpec& help_option() {
  static const OptionSpec help{.name = "help", .help = "Describe the command"};
  return help;
}

}  // namespace kamal::cli
