#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"
#include "kamal/support/names.h"
#include "kamal/support/strings.h"

namespace kamal::cli {

// Hosts or roles in one text.
template <class Tag>
std::string joined(const std::vector<StrongString<Tag>>& names, std::string_view separator) {
  std::vector<std::string> texts;
  for (const StrongString<Tag>& name : names) texts.push_back(name.str());
  return join(texts, separator);
}

// All hosts as one group or, with --rolling, each as a group of its own.
std::vector<std::vector<Host>> host_groups(const Context& context, const std::vector<Host>& hosts);
OptionSpec rolling_option();

}  // namespace kamal::cli
