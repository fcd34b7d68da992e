#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kamal/sshkit/ssh_backend.h"
#include "kamal/support/terminal.h"
#include "support/fake_backend.h"
#include "support/fake_effects.h"

namespace kamal::cli {
class Context;
struct Effects;
}  // namespace kamal::cli

namespace kamal::test {

// The whole command line over fakes, in a project folder of its own that is this process's working directory
// for the time of its life. The project is in git at revision 40 times `a`; its operator is Ann.
class CliRun {
 public:
  // The deploy.yml is completed: the service shop (image acme/shop) on 1.1.1.1, unless it says otherwise.
  explicit CliRun(const std::string& deploy_yml = "");
  ~CliRun();
  CliRun(const CliRun&) = delete;
  CliRun& operator=(const CliRun&) = delete;

  struct Result {
    int status = 0;
    std::string out, err;
  };
  Result run(const std::vector<std::string>& arguments);
  // A part of a command, in the context of this command line.
  Result run_in(const std::vector<std::string>& arguments, const std::function<void(cli::Context&)>& work);

  void write(const std::string& path, const std::string& text, mode_t mode = 0644);
  void add_hook(const std::string& name);  // a program in .kamal/hooks; the fake processes "run" it

  // What a server was asked, in order, or "here" this machine; without questions to git.
  std::vector<std::string> asked(const std::string& where) const { return story.at(where); }
  // The same without the audit log, uploads' and lock's own commands: what recipes are about.
  std::vector<std::string> changes(const std::string& host) const;

  Interruption interruption;
  FakeClock clock{interruption};
  FakeRandom random;
  FakeProcesses processes;
  Story story;
  FakeBackend servers{story, interruption};
  EnvironmentMap environment;
  int wait_speed = 1;  // see Waits
  bool out_is_terminal = false, in_is_terminal = false, out_is_closed = false;
  bool has_live_lines = false;  // results have them, too, as a terminal gets them
  std::optional<WindowSize> window_size;
  std::deque<std::string> answers;              // to questions; the end of input behind them
  std::vector<std::string> questions;           // that were asked
  std::optional<sshkit::SshSettings> settings;  // that a connection was asked for with
  EnvironmentMap connection_environment;        // likewise

 private:
  Result run_with(const std::function<int(const cli::Effects&)>& work);

  std::filesystem::path folder_, before_;
};

}  // namespace kamal::test
