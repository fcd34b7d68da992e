#include "kamal/sshkit/ssh_backend.h"

#include <libssh/libssh.h>

#include <map>
#include <mutex>

#include "sshkit/ssh/host_keys.h"
#include "sshkit/ssh/keyring.h"
#include "sshkit/ssh/ssh_server.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {
namespace {

// A longer chain of jump hosts is a cycle.
constexpr int max_jumps = 8;

// For a server whose connection fell silent: enough if only the network has changed, and less than the 10 s
// of a cleanup, so that the first attempt settles it for all.
constexpr std::chrono::seconds little_patience{5};

// Keeps libssh initialized while in scope.
class Library {
 public:
  Library() { ssh_init(); }
  ~Library() { ssh_finalize(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

class SshBackend : public Backend {
 public:
  SshBackend(SshSettings settings, const EnvironmentMap& environment, const Interruption& interruption,
             PassphrasePrompt prompt, std::function<void(const std::string&)> warn)
      : settings_(std::move(settings)),
        environment_(environment),
        interruption_(interruption),
        warn_([this, warn = std::move(warn)](const std::string& text) {
          const std::lock_guard lock(warn_mutex_);
          warn(text);
        }),
        keyring_(settings_.key_data, std::move(prompt)),
        starts_(static_cast<unsigned>(std::max(1, settings_.max_concurrent_starts))),
        resolver_(settings_, environment_, warn_) {}

  // Stops all connections before it waits for the first one.
  ~SshBackend() override {
    for (const auto& [host, server] : servers_) server->stop();
    servers_.clear();
    jumps_.clear();
  }
  SshBackend(const SshBackend&) = delete;
  SshBackend& operator=(const SshBackend&) = delete;

  Server& server(const Host& host) override {
    SshServer& server = known_server(host);
    server.wait_until_ready();
    return server;
  }

  void prepare(const std::vector<Host>& hosts) override {
    for (const Host& host : hosts) {
      try {
        known_server(host).start_connecting();
      } catch (const std::exception&) {
        // Reported by server() when the host is needed.
      }
    }
  }

  bool has_failed(const Host& host) override { return known_server(host).has_failed(); }

 private:
  SshServer& known_server(const Host& host) {
    const std::lock_guard lock(mutex_);
    auto& server = servers_[host];
    if (!server) {
      server = std::make_unique<SshServer>(
          host, interruption_, get(environment_, "TERM").value_or("xterm"),
          [this](const Host& wanted, Patience patience) { return connect(wanted, patience); });
    }
    return *server;
  }

  std::unique_ptr<Connection> connect(const Host& host, Patience patience) {
    const std::lock_guard lock(resolver_mutex_);
    Target target = resolver_.server(host);
    if (patience == Patience::little) target.contact_timeout = little_patience;
    return std::make_unique<Connection>(std::move(target), shared_, find_jump_);
  }

  // The connection to the last jump host of `target`, itself routed through the earlier ones.
  std::shared_ptr<Connection> jump_to(const Target& target) {
    const std::lock_guard lock(resolver_mutex_);
    Target jump = last_jump(target);
    check_jump_cycle(jump);
    auto& known = jumps_[jump.connection_key()];
    if (known && (!known->is_closed() || known->is_given_up())) return known;
    if (known && known->was_silent()) jump.contact_timeout = little_patience;
    known = std::make_shared<Connection>(std::move(jump), shared_, find_jump_);
    return known;
  }

  Target last_jump(const Target& target) {
    Target jump = resolver_.jump(target.jumps.back());
    if (target.jumps.size() > 1) {
      jump.jumps.assign(target.jumps.begin(), target.jumps.end() - 1);
      jump.proxy_command.reset();
    }
    return jump;
  }

  // Connections that wait for each other would deadlock.
  void check_jump_cycle(Target target) {
    for (int i = 0; !target.jumps.empty(); ++i) {
      if (i == max_jumps) throw ConnectionError("circular jump hosts: check ProxyJump in ~/.ssh/config");
      target = last_jump(target);
    }
  }

  Library library_;
  SshSettings settings_;
  EnvironmentMap environment_;
  const Interruption& interruption_;
  std::mutex warn_mutex_;
  std::function<void(const std::string&)> warn_;  // thread-safe
  Keyring keyring_;
  Passwords passwords_{keyring_};
  KnownHosts known_hosts_;
  Slots starts_;
  std::mutex resolver_mutex_;
  TargetResolver resolver_;
  Shared shared_{settings_, interruption_, warn_, keyring_, passwords_, known_hosts_, starts_};
  Connection::FindJump find_jump_ = [this](const Target& target) { return jump_to(target); };
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Connection>>
      jumps_;  // shared by the connections that go through them
  std::map<Host, std::unique_ptr<SshServer>> servers_;
};

}  // namespace

std::unique_ptr<Backend> make_ssh_backend(SshSettings settings, const EnvironmentMap& environment,
                                          const Interruption& interruption, PassphrasePrompt prompt,
                                          std::function<void(const std::string&)> warn) {
  return std::make_unique<SshBackend>(std::move(settings), environment, interruption, std::move(prompt),
                                      std::move(warn));
}

}  // namespace kamal::sshkit
