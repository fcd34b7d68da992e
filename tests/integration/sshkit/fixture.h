#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kamal/sshkit/executor.h"
#include "kamal/sshkit/ssh_backend.h"
#include "kamal/support/interruption.h"
#include "support/sshd.h"
#include "support/waiting.h"

namespace kamal::sshkit {

// Keeps what a listener hears.
class Heard : public StepListener {
 public:
  struct Line {
    size_t step;
    Stream stream;
    std::string text;
    bool operator==(const Line&) const = default;
  };
  void started(size_t step) override { story.push_back("started " + std::to_string(step)); }
  void output(size_t step, Stream stream, std::string_view line) override {
    lines.push_back({step, stream, std::string(line)});
    if (on_line) on_line(lines.back());
  }
  void finished(size_t step, const StepResult& result) override {
    story.push_back("finished " + std::to_string(step) + " with " + std::to_string(result.status));
  }

  void waiting(const std::string& text) override { waits.push_back(text); }

  std::vector<std::string> story, waits;
  std::vector<Line> lines;
  std::function<void(const Line&)> on_line;
};

// A client with a home directory of its own and the key of an sshd.
class SshTest : public ::testing::Test {
 protected:
  SshSettings settings_for(const test::Sshd& sshd) {
    SshSettings settings;
    settings.user = own_user();
    settings.user_is_set = true;
    settings.port = sshd.port();
    settings.port_is_set = true;
    settings.keys = {sshd.key()};
    settings.keys_only = true;
    settings.config_files = {home_.path() / ".ssh/config"};
    settings.connect_timeout = std::chrono::seconds(10);
    return settings;
  }

  std::unique_ptr<Backend> connect(SshSettings settings) {
    return make_ssh_backend(
        std::move(settings), environment_, interruption_,
        [this](const std::string& question) { return answer(question); },
        [this](const std::string& warning) { warnings_.push_back(warning); });
  }

  static Step shell(const std::string& text, OnFailure on_failure = OnFailure::stop) {
    return {.action = Command{Argument::syntax(text)}, .on_failure = on_failure};
  }

  // One command's result.
  static StepResult run(Server& server, const std::string& text) {
    Heard heard;
    return server.run({shell(text)}, heard).at(0);
  }

  // What so many threads say together that run a command each.
  static std::string outputs_of_threads(Server& server, int count) {
    std::vector<std::future<std::string>> outputs;
    for (int i = 0; i < count; ++i) {
      outputs.push_back(
          std::async(std::launch::async, [&] { return run(server, "sleep 0.02; echo x").text(); }));
    }
    std::string all;
    for (auto& output : outputs) all += output.get();
    return all;
  }

  // What a failing connection says.
  std::string failure_of(Backend& backend, const std::string& host) {
    try {
      backend.server(Host(host));
    } catch (const ConnectionError& error) {
      return error.what();
    }
    return "it connects";
  }

  static std::string own_user() { return getpwuid(geteuid())->pw_name; }
  std::filesystem::path known_hosts() const { return home_.path() / ".ssh/known_hosts"; }
  void write_ssh_config(const std::string& text) const {
    std::filesystem::create_directories(home_.path() / ".ssh");
    std::ofstream(home_.path() / ".ssh/config") << text;
  }

  test::TemporaryFolder home_;
  EnvironmentMap environment_{{"HOME", home_.path().string()}, {"TERM", "xterm"}};
  Interruption interruption_;
  std::vector<std::string> questions_, warnings_;
  std::vector<std::string> answers_;
  std::function<void()> before_answer_;  // what happens while a question is open
  std::mutex mutex_;
  std::optional<test::Deadline> deadline_{std::in_place, interruption_, 3 * test::patience};

 private:
  std::optional<std::string> answer(const std::string& question) {
    const std::lock_guard lock(mutex_);
    questions_.push_back(question);
    if (before_answer_) before_answer_();
    if (answers_.empty()) return std::nullopt;
    std::string text = answers_.front();
    answers_.erase(answers_.begin());
    return text;
  }
};

}  // namespace kamal::sshkit
