#include "unit/cli/cli_run.h"

#include <stdlib.h>

#include <algorithm>

#include "cli/arguments/command_line.h"
#include "cli/context.h"
#include "kamal/cli/run.h"
#include "kamal/config/loader.h"
#include "kamal/support/files.h"
#include "support/waiting.h"

namespace kamal::test {
namespace {

// Hands the one fake backend to each run.
class Borrowed : public sshkit::Backend {
 public:
  explicit Borrowed(sshkit::Backend& backend) : backend_(backend) {}
  sshkit::Server& server(const Host& host) override { return backend_.server(host); }
  void prepare(const std::vector<Host>& hosts) override { backend_.prepare(hosts); }
  bool has_failed(const Host& host) override { return backend_.has_failed(host); }

 private:
  sshkit::Backend& backend_;
};

std::string completed(const std::string& yaml) {
  const std::vector<std::pair<std::string, std::string>> required = {
      {"service", "shop"},
      {"image", "acme/shop"},
      {"registry", "{ username: robot, password: sesame }"},
      {"builder", "{ arch: amd64 }"},
      {"servers", "[ 1.1.1.1 ]"}};
  std::string text = "\n" + yaml + "\n";
  for (const auto& [key, value] : required) {
    if (text.find("\n" + key + ":") == std::string::npos) text += key + ": " + value + "\n";
  }
  return text;
}

bool starts_with_one(const std::string& text, const std::vector<std::string>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& beginning) { return text.starts_with(beginning); });
}

}  // namespace

CliRun::CliRun(const std::string& deploy_yml) : before_(std::filesystem::current_path()) {
  std::string path = std::filesystem::temp_directory_path() / "kamal-test-XXXXXX";
  folder_ = mkdtemp(path.data());
  std::filesystem::current_path(folder_);
  write("config/deploy.yml", completed(deploy_yml));
  write("Dockerfile", "FROM scratch\n");
  processes.answer("git rev-parse HEAD", says(std::string(40, 'a') + "\n"));
  processes.answer("git -C ", [](const Process& git) {  // a clone
    return git.argv.back() == "HEAD" ? says(std::string(40, 'a') + "\n") : ProcessResult();
  });
  processes.answer("git config user.name", says("Ann Operator\n"));
  processes.answer("git config user.email", says("ann@example.com\n"));
  processes.set_observer([this](const FakeProcesses::Call& call) {
    if (!call.line().starts_with("git ")) story.add("here", call.line());
  });
}

CliRun::~CliRun() {
  std::error_code ignored;
  std::filesystem::current_path(before_, ignored);
  std::filesystem::remove_all(folder_, ignored);
}

void CliRun::write(const std::string& path, const std::string& text, mode_t mode) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent);
  write_file(path, text, mode);
}

void CliRun::add_hook(const std::string& name) { write(".kamal/hooks/" + name, "#!/bin/sh\n", 0755); }

CliRun::Result CliRun::run(const std::vector<std::string>& arguments) {
  return run_with([&](const cli::Effects& effects) { return cli::run(arguments, effects); });
}

CliRun::Result CliRun::run_in(const std::vector<std::string>& arguments,
                              const std::function<void(cli::Context&)>& work) {
  return run_with([&](const cli::Effects& effects) {
    const cli::Invocation invocation = cli::read_command_line(arguments).invocation();
    sshkit::Output output(effects.out, sshkit::Color::never, sshkit::Verbosity::info);
    config::LoadOptions load;
    load.config_file = "config/deploy.yml";
    cli::Context context(effects, invocation, config::load_configuration(load, environment, processes),
                         output, [](cli::Context&) {});
    try {
      work(context);
      return 0;
    } catch (const std::exception& error) {
      effects.err(error.what());
      return 1;
    }
  });
}

CliRun::Result CliRun::run_with(const std::function<int(const cli::Effects&)>& work) {
  Result result;
  std::mutex mutex;
  const auto appending_to = [&mutex](std::string& text) {
    return [&](std::string_view piece) {
      const std::lock_guard lock(mutex);
      text += piece;
    };
  };
  LiveLines lines({.out = appending_to(result.out), .err = appending_to(result.err)});
  const auto ask = [this](const std::string& question) -> std::optional<std::string> {
    questions.push_back(question);
    if (answers.empty()) return std::nullopt;
    const std::string answer = answers.front();
    answers.pop_front();
    return answer;
  };
  const cli::Effects effects{
      .environment = environment,
      .processes = processes,
      .clock = clock,
      .random = random,
      .interruption = interruption,
      .out = [&lines](std::string_view text) { lines.out(text); },
      .err = [&lines](std::string_view text) { lines.err(text); },
      .ask = ask,
      .ask_secretly = ask,
      .connect =
          [this](sshkit::SshSettings given, const EnvironmentMap& seen) {
            settings = std::move(given);
            connection_environment = seen;
            return std::make_unique<Borrowed>(servers);
          },
      .out_is_terminal = out_is_terminal,
      .in_is_terminal = in_is_terminal,
      .out_is_closed = [this] { return out_is_closed; },
      .window_size = [this] { return window_size; },
      .live_lines = has_live_lines ? &lines : nullptr,
      .build_info = [] { return "kamal 0.1, commit 1234567\n"; },
      .wait_speed = wait_speed,
  };
  const Deadline deadline(interruption);
  result.status = work(effects);
  return result;
}

std::vector<std::string> CliRun::changes(const std::string& host) const {
  std::vector<std::string> texts = asked(host);
  std::erase_if(texts, [](const std::string& text) {
    return starts_with_one(text, {"audit: ", "upload ", "mkdir -p .kamal", "umask 022 && mkdir -p .kamal",
                                  "trap '' TERM; if mkdir .kamal/lock-", "if [ ! -d .kamal/lock-",
                                  "docker login ", "docker network create "});
  });
  return texts;
}

}  // namespace kamal::test
