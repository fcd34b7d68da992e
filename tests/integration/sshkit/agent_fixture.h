#pragma once

#include <fstream>
#include <memory>

#include "integration/sshkit/agent_support.h"
#include "integration/sshkit/login_fixture.h"
#include "kamal/support/files.h"

namespace kamal::sshkit {

class AgentLogin : public Login {
 protected:
  AgentLogin() { environment_["SSH_AUTH_SOCK"] = agent_.socket(); }

  SshSettings any_key() {
    SshSettings settings = settings_with({});
    settings.keys_only = false;
    return settings;
  }
  // The agent stands behind one that says something else.
  void behind(test::OddAgent::Answer answer) {
    odd_.reset();
    std::filesystem::remove(home_.path() / "odd-agent");
    odd_ = std::make_unique<test::OddAgent>(home_.path(), agent_, std::move(answer));
    environment_["SSH_AUTH_SOCK"] = odd_->socket();
  }
  void behind_one_that_refuses_to_sign() {
    behind([](const std::string& question, const std::string& answer) -> std::optional<std::string> {
      return question.front() == test::agent_sign ? std::string(1, test::agent_failure) : answer;
    });
  }
  std::string failure(const SshSettings& settings) { return failure_of(*connect(settings), "127.0.0.1"); }
  // The key lives on in the agent only.
  std::filesystem::path moved_to_agent(const std::filesystem::path& key) {
    agent_.add(key);
    std::filesystem::remove(key);
    return key;
  }
  // Signed by an authority that the server trusts instead of keys.
  void certify(const std::filesystem::path& key) {
    const auto authority = new_key("authority of " + key.filename().string());
    test::run_program(
        {"ssh-keygen", "-q", "-s", authority, "-I", "me", "-n", own_user(), key.string() + ".pub"});
    std::ofstream(sshd_.authorized_keys()) << "cert-authority " << read_file(authority.string() + ".pub");
  }

  test::SshAgent agent_{home_.path()};
  std::unique_ptr<test::OddAgent> odd_;
};

}  // namespace kamal::sshkit
