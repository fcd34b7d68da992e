#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "integration/sshkit/fixture.h"

namespace kamal::sshkit {

// One sshd for each shell that a server may have as login shell and as `sh`.
class StepsOnShell : public SshTest, public ::testing::WithParamInterface<const char*> {
 protected:
  static test::Sshd::Options options() {
    const std::string shell = GetParam();
    test::Sshd::Options options;
    if (shell == "bash") options.shell = shell;
    if (shell == "dash" || shell == "bash") return options;
    // `sh` is found on PATH, so that is where another one is put.
    options.session_prologue = "mkdir -p \"$HOME/../bin\" && ln -sf $(command -v " + shell +
                               ") \"$HOME/../bin/sh\"\nPATH=$HOME/../bin:$PATH\nexport PATH";
    return options;
  }

  void SetUp() override {
    if (std::system(("command -v " + std::string(GetParam()) + " >/dev/null").c_str()) != 0)
      GTEST_SKIP() << GetParam() << " is not installed";
    sshd_ = std::make_unique<test::Sshd>(options());
    backend_ = connect(settings_for(*sshd_));
    server_ = &backend_->server(Host("127.0.0.1"));
  }

  std::unique_ptr<test::Sshd> sshd_;
  std::unique_ptr<Backend> backend_;
  Server* server_ = nullptr;
  Heard heard_;
};

inline const auto shells = ::testing::Values("dash", "bash", "busybox");
inline std::string shell_name(const ::testing::TestParamInfo<const char*>& shell) { return shell.param; }

}  // namespace kamal::sshkit
