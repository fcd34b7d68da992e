#include "kamal/commands/server.h"

#include "kamal/commands/base.h"
#include "kamal/commands/exec_words.h"

namespace kamal::commands {

Command Server::ensure_run_directory() const { return make_directory(config_.run_directory()); }

Command Server::remove_app_directory() const { return remove_directory(config_.app_directory()); }

Command Server::app_directory_count() const { return pipe({{"ls", config_.apps_directory()}, {"wc", "-l"}}); }

Command Server::execute(const std::vector<std::string>& arguments) const {
  return Command(server_exec_arguments(arguments));
}

}  // namespace kamal::commands
