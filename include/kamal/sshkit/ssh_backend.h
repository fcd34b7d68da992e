#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kamal/sshkit/server.h"
#include "kamal/support/interruption.h"
#include "kamal/support/system.h"

namespace kamal::sshkit {

// The keys `ssh` and `sshkit` of deploy.yml, with secrets resolved.
struct SshSettings {
  std::string user = "root";
  bool user_is_set = false;  // else warn if ~/.ssh/config sets another one
  int port = 22;
  bool port_is_set = false;
  std::optional<std::string> proxy_jump;     // [user@]host[:port][,...]; user root by default
  std::optional<std::string> proxy_command;  // %h and %p are replaced
  std::vector<std::string> keys;             // private key files, tried first
  std::vector<std::string> key_data;         // private keys
  bool keys_only = false;                    // use only these, of the agent's keys, too
  bool forward_agent = false;
  bool use_config = true;                 // read ~/.ssh/config and /etc/ssh/ssh_config
  std::vector<std::string> config_files;  // replaces those
  std::string log_level = "fatal";        // debug, info, warn, error, fatal: libssh messages on stderr
  int max_concurrent_starts = 30;
  int dns_retries = 3;
  std::chrono::seconds connect_timeout{30};
  std::chrono::seconds shell_notice{15};        // a shell that has not started by then is reported
  std::chrono::seconds shell_timeout{40};       // by then, it fails
  std::chrono::seconds keepalive_interval{10};  // four without data: the connection is lost
};

// Prompts on the terminal without echo; nullopt without a terminal.
using PassphrasePrompt = std::function<std::optional<std::string>(const std::string& question)>;

std::unique_ptr<Backend> make_ssh_backend(SshSettings settings, const EnvironmentMap& environment,
                                          const Interruption& interruption, PassphrasePrompt prompt,
                                          std::function<void(const std::string&)> warn);

}  // namespace kamal::sshkit
