#include "cli/hosts.h"

namespace kamal::cli {

std::vector<std::vector<Host>> host_groups(const Context& context, const std::vector<Host>& hosts) {
  if (!context.options.flag("rolling")) return {hosts};
  std::vector<std::vector<Host>> groups;
  for (const Host& host : hosts) groups.push_back({host});
  return groups;
}

OptionSpec rolling_option() { return {.name = "rolling", .help = "One host at a time"}; }

}  // namespace kamal::cli
