#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/arguments/command_line.h"
#include "kamal/config/configuration.h"
#include "kamal/sshkit/output.h"

namespace kamal::cli {

class Context;

// What recipes print: progress and results.
class Console {
 public:
  Console(const Options& options, sshkit::Output& output) : options_(options), output_(output) {}

  // Progress: with --raw or --quiet, only the run's logs get it.
  void say(std::string_view message, sshkit::Output::Tone tone = sshkit::Output::Tone::step) {
    output_.say(message, tone);
  }
  // A command's output under the name of its host, or of its host and role.
  void puts_by_host(const Host& host, std::string_view text, std::string_view type = "App");
  void puts_by_role(const Host& host, const config::Role& role, std::string_view text);

 private:
  void puts_under(const std::string& heading, std::string_view text);

  const Options& options_;
  sshkit::Output& output_;
};

// Runs the work if --confirmed is set or the user answers y. Throws Error (no_action) at the end of input.
void with_confirmation(Context& context, const std::string& question, const std::function<void()>& work);

OptionSpec confirmed_option();

}  // namespace kamal::cli
