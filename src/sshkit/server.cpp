#include "kamal/sshkit/server.h"

#include <fmt/format.h>

#include "kamal/sshkit/output.h"
#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

std::string or_nothing(const std::string& text) {
  std::string stripped = strip(text);
  return stripped.empty() ? "nothing written" : stripped;
}

}  // namespace

Step Step::run(Command command) { return {.action = std::move(command)}; }

Step Step::upload(std::string content, std::string remote_path, std::optional<mode_t> mode,
                  UploadMode upload_mode) {
  return {.action = Upload{std::move(content), std::move(remote_path), mode, upload_mode}};
}

Step Step::ignore_failure() && {
  on_failure = OnFailure::ignore;
  return std::move(*this);
}

Step Step::debug() && {
  level = LogLevel::debug;
  return std::move(*this);
}

Step Step::confidential() && {
  output = StepOutput::confidential;
  return std::move(*this);
}

Step Step::save_as(std::string name, std::string message_if_empty) && {
  variable = std::move(name);
  if_empty = std::move(message_if_empty);
  return std::move(*this);
}

Step Step::pretend(std::string output) && {
  pretended = std::move(output);
  return std::move(*this);
}

std::string Step::display() const {
  if (const auto* command = std::get_if<Command>(&action)) return command->display();
  return "Uploading " + std::get<Upload>(action).remote_path;
}

std::string would_run_text(const Step& step, std::string_view host) {
  if (const auto* upload = std::get_if<Upload>(&step.action))
    return fmt::format("Would upload {} to {}", upload->remote_path, shown_host(host));
  return fmt::format("Would run {} on {}", step.display(), shown_host(host));
}

std::string StepResult::text() const { return strip(out); }

CommandFailed::CommandFailed(std::string_view command, const StepResult& result, const Output& output)
    : std::runtime_error(fmt::format("{}\n  exit status: {}\n  stdout: {}\n  stderr: {}", command,
                                     result.status, or_nothing(output.readable(result.out)),
                                     or_nothing(output.readable(result.err)))),
      command_(command),
      err_(output.readable(result.err)),
      status_(result.status) {}

}  // namespace kamal::sshkit
