#include "kamal/commands/lock.h"

#include "kamal/commands/base.h"
#include "kamal/support/base64.h"
#include "kamal/support/strings.h"

namespace kamal::commands {
namespace {

Argument syntax(const char* text) { return Argument::syntax(text); }

// `(exit N)` sets the status of a branch without ending the shell around it.
Argument ends_with(int status) { return Argument::syntax("(exit " + std::to_string(status) + ")"); }

std::string encoded(const LockDetails& details) { return base64(details.text()); }

}  // namespace

std::string LockDetails::text() const {
  return strip("Locked by: " + locked_by + " at " + locked_at + "\nVersion: " + version.str() +
               "\nMessage: " + message);
}

std::string Lock::directory() const {
  return config_.run_directory() + "/lock-" + config_.service_and_destination();
}

std::string Lock::details_file() const { return directory() + "/details"; }

Command Lock::acquire(const LockDetails& details) const {
  // mkdir is what makes only one of many succeed.
  Command command{syntax("if"), "mkdir", directory(), syntax("; then")};
  command.add(write_to({"echo", encoded(details)}, details_file()));
  command.add(Arguments{syntax("|| {"), "rm", "-r", directory(), syntax(";"), ends_with(1), syntax("; }")});
  command.add(Arguments{syntax("; elif ["), "-d", directory(), syntax("]; then"), ends_with(held)});
  return command.add(Arguments{syntax("; else"), ends_with(1), syntax("; fi")});
}

Command Lock::release() const {
  return {syntax("if ["), "-d",        directory(),      syntax("]; then"),  "rm",
          "-r",           directory(), syntax("; else"), ends_with(missing), syntax("; fi")};
}

Command Lock::release_own(const LockDetails& details) const {
  Command command{syntax("if [ !"), "-d", directory(), syntax("]; then"), ends_with(missing)};
  // base64 may stand on several lines where the reference wrote it.
  const Command stored = pipe({{"cat", details_file()}, {"tr", "-d", "\\n"}});
  command.add(Arguments{syntax("; elif ["), Argument::syntax("\"" + substitute(stored).text() + "\""), "=",
                        encoded(details), syntax("]; then"), "rm", "-r", directory()});
  return command.add(Arguments{syntax("; else"), ends_with(held), syntax("; fi")});
}

Command Lock::status() const {
  Command command{syntax("if ["), "-d", directory(), syntax("]; then")};
  command.add(pipe({{"cat", details_file()}, {"base64", "-d"}}));
  return command.add(Arguments{syntax("; else"), ends_with(missing), syntax("; fi")});
}

}  // namespace kamal::commands
