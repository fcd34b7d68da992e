#pragma once

#include "integration/sshkit/fixture.h"

namespace kamal::sshkit {

// Servers that ask for a password that only they know.
class PasswordLogin : public SshTest {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give an sshd a password of its own";
  }

  static test::Sshd::Options takes(const std::string& password, std::vector<std::string> config) {
    test::Sshd::Options options;
    options.password = password;
    options.config = std::move(config);
    return options;
  }
  static test::Sshd::Options takes_password(const std::string& password) {
    return takes(password, {"PasswordAuthentication yes"});
  }
  static test::Sshd::Options takes_keyboard_interactive(const std::string& password) {
    return takes(password, {"KbdInteractiveAuthentication yes", "UsePAM yes"});
  }

  SshSettings without_key(const test::Sshd& sshd) {
    SshSettings settings = settings_for(sshd);
    settings.keys.clear();
    return settings;
  }
  static Host host(const test::Sshd& sshd, int last = 1) {
    return Host("127.0.0." + std::to_string(last) + ":" + std::to_string(sshd.port()));
  }
  bool works(Backend& backend, const Host& host) {
    return run(backend.server(host), "echo in").out == "in\n";
  }
  SshSettings with_strangers(const test::Sshd& sshd, int count) {
    SshSettings settings = without_key(sshd);
    for (int i = 0; i < count; ++i) {
      const auto key = home_.path() / ("stranger" + std::to_string(i));
      test::make_key(key);
      settings.keys.push_back(key);
    }
    return settings;
  }
  std::string first_question(const test::Sshd& sshd) const {
    return "Password for " + own_user() + "@" + host(sshd).str() + " (and other hosts that ask): ";
  }
  std::string question_again(const test::Sshd& sshd, int last = 1) const {
    return "Wrong password, try again for " + own_user() + "@" + host(sshd, last).str() + ": ";
  }
};

}  // namespace kamal::sshkit
