#pragma once

#include <fstream>
#include <iterator>

#include "integration/sshkit/fixture.h"

namespace kamal::sshkit {

// A client with keys of its own beside the one that its sshd takes.
class Login : public SshTest {
 protected:
  std::filesystem::path new_key(const std::string& name, const std::string& type = "ed25519",
                                const std::string& passphrase = "") {
    const auto path = home_.path() / name;
    test::make_key(path, type, passphrase);
    return path;
  }
  std::filesystem::path accepted_key(const std::string& name, const std::string& type = "ed25519",
                                     const std::string& passphrase = "") {
    auto path = new_key(name, type, passphrase);
    sshd_.authorize(path.string() + ".pub");
    return path;
  }
  SshSettings settings_with(std::vector<std::string> keys) {
    SshSettings settings = settings_for(sshd_);
    settings.keys = std::move(keys);
    return settings;
  }
  bool works(const SshSettings& settings) {
    const auto backend = connect(settings);
    return run(backend->server(Host("127.0.0.1")), "echo in").out == "in\n";
  }

  test::Sshd sshd_;
};

}  // namespace kamal::sshkit
