#include "kamal/commands/env_file.h"

#include "kamal/commands/base.h"

namespace kamal::commands {
namespace {

Argument syntax(const char* text) { return Argument::syntax(text); }

}  // namespace

EnvFile::EnvFile(const config::Configuration& config, const config::Role& role)
    : path_(config.role_env_path(role)),
      directories_({config.apps_directory(), config.app_directory(), config.env_directory(),
                    config.role_env_directory()}) {}

// FILE.before is the old file; FILE.new says that there was none, and how many directories were missing. Each
// is complete as soon as it is there.
Command EnvFile::set_aside() const {
  Command command{syntax("missing=0; for directory in")};
  for (const std::string& directory : directories_) command.add(directory);
  command.add(syntax("; do [ -d \"$directory\" ] || missing=$((missing + 1)); done;"));
  command.add(
      combine({make_directory(directories_.back()), {"rm", "-f", path_ + ".before", path_ + ".new"}}));
  command.add(Arguments{syntax("&& if [ -e"), path_, syntax("]; then")});
  command.add(
      combine({{"cp", "-p", path_, path_ + ".copy"}, {"mv", "-f", path_ + ".copy", path_ + ".before"}}));
  return command.add(Arguments{syntax("; else echo $missing >"), path_ + ".new", syntax("; fi")});
}

Command EnvFile::put_back() const {
  Command command{"rm", "-f", path_ + ".copy", syntax("; if [ -e"), path_ + ".before", syntax("]; then")};
  command.add(Arguments{"mv", "-f", path_ + ".before", path_, syntax("; elif [ -e"), path_ + ".new"});
  command.add(Arguments{syntax("]; then made=$(cat"), path_ + ".new", syntax(");")});
  command.add(Arguments{"rm", "-f", path_, path_ + ".new", syntax("; for directory in")});
  for (auto directory = directories_.rbegin(); directory != directories_.rend(); ++directory)
    command.add(*directory);
  // One that holds something else by now stays.
  return command.add(syntax(
      "; do [ \"$made\" -gt 0 ] && rmdir \"$directory\" 2> /dev/null || break; made=$((made - 1)); done; "
      "fi"));
}

Command EnvFile::keep_new() const { return {"rm", "-f", path_ + ".before", path_ + ".new"}; }

}  // namespace kamal::commands
