#include "cli/console.h"

#include <fmt/format.h>

namespace kamal::cli {

void Console::puts_by_host(const Host& host, std::string_view text, std::string_view type) {
  puts_under(fmt::format("{} Host: {}", type, host.str()), text);
}

void Console::puts_by_role(const Host& host, const config::Role& role, std::string_view text) {
  puts_under(fmt::format("App Host: {} ({})", host.str(), role.name.str()), text);
}

void Console::puts_under(const std::string& heading, std::string_view text) {
  output_.result(fmt::format("{}{}\n", options_.flag("quiet") ? "" : heading + "\n", text));
}

}  // namespace kamal::cli
