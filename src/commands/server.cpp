#include "kamal/commands/server.h"

#include "kamal/commands/base.h"
#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"

namespace kamal::commands {

Command Server::ensure_run_directory() const { return make_directory(config_.run_directory()); }

Command Server::remove_app_directory() const { return remove_directory(config_.app_directory()); }

Command Server::app_directories() const { return question({"ls", config_.apps_directory()}); }

Command Server::app_directory_count() const { return question(pipe({app_directories(), {"wc", "-l"}})); }

Command Server::execute(const std::vector<std::string>& arguments) const {
  return Command(server_exec_arguments(arguments));
}

namespace {

Argument syntax(const char* text) { return Argument::syntax(text); }

// `(exit N)` sets the status of a branch without ending the shell around it.
Argument ends_with(int status) { return Argument::syntax("(exit " + std::to_string(status) + ")"); }

std::string encoded(const LockDetails& details) { return base64(details.text()); }

// An interrupted run ends its commands on the server with SIGTERM, which must not leave half a lock.
Argument ignore_sigterm() { return syntax("trap '' TERM;"); }

// [ "$(command)" = text ]
Arguments prints(const Command& command, const std::string& text) {
  return {syntax("["), Argument::syntax("\"" + substitute(command).text() + "\""), "=", text, syntax("]")};
}

}  // namespace

std::string LockDetails::text() const {
  return strip("Locked by: " + locked_by + " at " + locked_at + "\nVersion: " + version.str() +
               "\nMessage: " + message);
}

std::string Lock::directory() const {
  return config_.run_directory() + "/lock-" + config_.service_and_destination();
}

std::string Lock::details_file() const { return directory() + "/details"; }

std::string Lock::holder_file() const { return directory() + "/holder"; }

Command Lock::acquire(const LockDetails& details) const {
  // mkdir is atomic: only one of many succeeds.
  Command command{ignore_sigterm(), syntax("if"), "mkdir", directory(), syntax("; then")};
  command.add(write_to({"echo", encoded(details)}, details_file()));
  if (!details.holder.empty()) {
    command.add(Arguments{syntax("&&")}).add(write_to({"printf", "%s\\n", details.holder}, holder_file()));
  }
  command.add(Arguments{syntax("|| {"), "rm", "-r", directory(), syntax(";"), ends_with(1), syntax("; }")});
  command.add(Arguments{syntax("; elif ["), "-d", directory(), syntax("]; then"), ends_with(held)});
  return command.add(Arguments{syntax("; else"), ends_with(1), syntax("; fi")});
}

Command Lock::release() const {
  return {syntax("if ["), "-d",        directory(),      syntax("]; then"),  "rm",
          "-r",           directory(), syntax("; else"), ends_with(missing), syntax("; fi")};
}

Command Lock::release_if_owner(const LockDetails& details) const {
  Command command{syntax("if [ !"), "-d", directory(), syntax("]; then"), ends_with(missing)};
  // Kamal may wrap its base64 in lines.
  const Command stored = pipe({{"cat", details_file()}, {"tr", "-d", "\\n"}});
  command.add(Arguments{syntax("; elif"), ignore_sigterm()}).add(prints(stored, encoded(details)));
  if (!details.holder.empty())
    command.add(Arguments{syntax("&&")}).add(prints({"cat", holder_file()}, details.holder));
  command.add(Arguments{syntax("; then"), "rm", "-r", directory()});
  return command.add(Arguments{syntax("; else"), ends_with(held), syntax("; fi")});
}

Command Lock::status() const {
  Command command{syntax("if ["), "-d", directory(), syntax("]; then")};
  command.add(pipe({{"cat", details_file()}, {"base64", "-d"}}));
  return question(command.add(Arguments{syntax("; else"), ends_with(missing), syntax("; fi")}));
}

Command Lock::holder() const { return question({"cat", holder_file()}); }

std::string Auditor::file() const {
  const std::string destination = config_.destination ? "-" + config_.destination->str() : "";
  return config_.run_directory() + "/" + config_.service + destination + "-audit.log";
}

Command Auditor::record(std::string_view line, const AuditMetadata& facts) const {
  std::string entry = "[" + facts.recorded_at + "] [" + facts.performer + "]";
  if (config_.destination) entry += " [" + config_.destination->str() + "]";
  if (facts.role) entry += " [" + facts.role->str() + "]";
  entry += " " + replace_all(replace_all(line, "\n", "\\n"), "\t", "\\t");
  // Not echo, which interprets backslashes in some shells.
  return combine({make_directory(config_.run_directory()), append_to({"printf", "%s\\n", entry}, file())});
}

Command Auditor::exists() const { return question({"test", "-e", file()}); }

Command Auditor::reveal() const { return question({"tail", "-n", "50", file()}); }

Command Auditor::deployments() const {
  return question(pipe({{"grep", "-F", " as the latest image", file()}, {"tail", "-n", "50"}}));
}

EnvFile::EnvFile(const config::Configuration& config, const config::Role& role, const std::string& run)
    : path_(config.role_env_path(role)),
      copy_(path_ + ".copy-" + run),
      before_(path_ + ".before-" + run),
      new_(path_ + ".new-" + run),
      directories_({config.apps_directory(), config.app_directory(), config.env_directory(),
                    config.role_env_directory()}) {}

// FILE.before-RUN is the old file; FILE.new-RUN records that there was none, and how many directories were
// missing. Both appear atomically.
Command EnvFile::set_aside() const {
  Command command{syntax("missing=0; for directory in")};
  for (const std::string& directory : directories_) command.add(directory);
  command.add(syntax("; do [ -d \"$directory\" ] || missing=$((missing + 1)); done;"));
  const std::string any = Command{path_}.shell_text();
  command.add(combine(
      {make_directory(directories_.back()),
       Command{"rm", "-f"}.add(Argument::syntax(any + ".copy-* " + any + ".before-* " + any + ".new-*"))}));
  command.add(Arguments{syntax("&& if [ -e"), path_, syntax("]; then")});
  command.add(combine({{"cp", "-p", path_, copy_}, {"mv", "-f", copy_, before_}}));
  return command.add(Arguments{syntax("; else echo $missing >"), new_, syntax("; fi")});
}

Command EnvFile::put_back() const {
  Command command{"rm", "-f", copy_, syntax("; if [ -e"), before_, syntax("]; then")};
  command.add(Arguments{"mv", "-f", before_, path_, syntax("; elif [ -e"), new_});
  command.add(Arguments{syntax("]; then made=$(cat"), new_, syntax(");")});
  command.add(Arguments{"rm", "-f", path_, new_, syntax("; for directory in")});
  for (auto directory = directories_.rbegin(); directory != directories_.rend(); ++directory)
    command.add(*directory);
  // Directories that have other contents by now are kept.
  return command.add(syntax(
      "; do [ \"$made\" -gt 0 ] && rmdir \"$directory\" 2> /dev/null || break; made=$((made - 1)); done; "
      "fi"));
}

Command EnvFile::keep_new() const { return {"rm", "-f", before_, new_}; }

}  // namespace kamal::commands
