#include "kamal/commands/auditor.h"

#include "kamal/commands/base.h"
#include "kamal/support/strings.h"

namespace kamal::commands {

std::string Auditor::file() const {
  const std::string destination = config_.destination ? "-" + config_.destination->str() : "";
  return config_.run_directory() + "/" + config_.service + destination + "-audit.log";
}

Command Auditor::record(std::string_view line, const AuditFacts& facts) const {
  std::string entry = "[" + facts.recorded_at + "] [" + facts.performer + "]";
  if (config_.destination) entry += " [" + config_.destination->str() + "]";
  if (facts.role) entry += " [" + facts.role->str() + "]";
  entry += " " + replace_all(replace_all(line, "\n", "\\n"), "\t", "\\t");
  // Not echo, which in some shells turns backslashes into something else.
  return combine({make_directory(config_.run_directory()), append_to({"printf", "%s\\n", entry}, file())});
}

Command Auditor::exists() const { return {"test", "-e", file()}; }

Command Auditor::reveal() const { return {"tail", "-n", "50", file()}; }

}  // namespace kamal::commands
