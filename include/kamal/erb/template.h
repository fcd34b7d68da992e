#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/support/process.h"
#include "kamal/support/system.h"
#include "kamal/support/waits.h"

namespace kamal {

class Clock;
class Value;

// What ERB code has access to.
struct TemplateContext {
  EnvironmentMap environment;               // ENV; Dotenv.load adds to it
  std::vector<std::string> arguments = {};  // ARGV: those of the command line
  Processes* processes = nullptr;           // backticks, %x() and an installed ruby
  std::optional<std::chrono::milliseconds> command_timeout = std::chrono::seconds(60);
  // Receives what code prints (puts, warn), what its commands write to standard error, and warnings; dropped
  // if not set.
  std::function<void(const std::string&)> print = nullptr;
  MakeWait wait = {};      // for each command, and for ruby
  Clock* clock = nullptr;  // Time.now and Date.today; the system's clock if not set
};

// The context of this machine: commands time out after KAMAL_ERB_TIMEOUT seconds (default: 60; 0: none).
// Throws ConfigurationError if that is not a number.
TemplateContext template_context(const EnvironmentMap& environment, Processes& processes,
                                 std::function<void(const std::string&)> print);

// Renders an ERB template (trim mode "-"), with an installed ruby if it goes beyond the interpreter. `name`
// is the file's path, for messages. Throws ConfigurationError with file, line and expression.
std::string render_template(std::string_view text, const std::string& name, TemplateContext& context);

// A value as Ruby's to_s shows it: text for scalars, `["a", 1]` for a list, `{"a"=>1}` for a map.
std::string ruby_text(const Value& value);

}  // namespace kamal
