#include "cli/console.h"

#include <fmt/format.h>

#include "cli/output/run_log.h"

namespace kamal::cli {

void Console::say(std::string_view message, sshkit::Output::Tone tone) {
  if (!options_.flag("raw") && !options_.flag("quiet")) return output_.say(message, tone);
  if (run_log_) run_log_->line({.text = fmt::format("{}\n", message)});
}

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
