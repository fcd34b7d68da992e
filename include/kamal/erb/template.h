#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/support/process.h"
#include "kamal/support/system.h"

namespace kamal {

class Clock;
class Value;

// What ERB code may look at.
struct TemplateContext {
  EnvironmentMap environment;               // ENV; Dotenv.load adds to it
  std::vector<std::string> arguments = {};  // ARGV: those of the command line
  Processes* processes = nullptr;           // backticks, %x() and an installed ruby
  std::optional<std::chrono::milliseconds> command_timeout = std::chrono::seconds(60);
  // What code prints (puts, warn), what its commands write to standard error, and warnings; dropped where not
  // given.
  std::function<void(const std::string&)> print = nullptr;
  Clock* clock = nullptr;  // Time.now and Date.today; the system's where not given
};

// The one of this machine: commands may take KAMAL_ERB_TIMEOUT seconds (60 without it, no limit for 0).
// Throws ConfigurationError where that is no number.
TemplateContext template_context(const EnvironmentMap& environment, Processes& processes,
                                 std::function<void(const std::string&)> print);

// The text of an ERB template (trim mode "-"), interpreted; an installed ruby evaluates what the interpreter
// does not know. `name` is the file's path, for messages. Throws ConfigurationError with file, line and
// expression.
std::string render_template(std::string_view text, const std::string& name, TemplateContext& context);

// A value as Ruby's to_s shows it: text for scalars, `["a", 1]` for a list, `{"a"=>1}` for a map.
std::string ruby_text(const Value& value);

}  // namespace kamal
