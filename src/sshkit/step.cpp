#include "kamal/sshkit/step.h"

#include "kamal/support/strings.h"

namespace kamal::sshkit {

std::string Step::display() const {
  if (const auto* command = std::get_if<Command>(&action)) return command->display();
  return "Uploading " + std::get<Upload>(action).remote_path;
}

std::string StepResult::text() const { return strip(out); }

}  // namespace kamal::sshkit
