#include "kamal/sshkit/ssh_backend.h"

#include <libssh/libssh.h>

#include <map>
#include <mutex>

#include "sshkit/ssh/ssh_server.h"

namespace kamal::sshkit {
namespace {

// So many jump hosts, one behind the other, are a circle.
constexpr int longest_way = 8;

// libssh for the time of its life.
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

  // All connections are told to end before the first one is waited for.
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
        known_server(host).begin();
      } catch (const std::exception&) {
        // server() says it, where somebody needs the host.
      }
    }
  }

 private:
  SshServer& known_server(const Host& host) {
    const std::lock_guard lock(mutex_);
    auto& server = servers_[host];
    if (!server) {
      server = std::make_unique<SshServer>(host, interruption_, get(environment_, "TERM").value_or("xterm"),
                                           [this](const Host& wanted) { return connect(wanted); });
    }
    return *server;
  }

  std::unique_ptr<Connection> connect(const Host& host) {
    return std::make_unique<Connection>(resolve(host), shared_, find_jump());
  }

  Target resolve(const Host& host) {
    const std::lock_guard lock(resolver_mutex_);
    return resolver_.server(host);
  }

  Connection::FindJump find_jump() {
    return [this](const Target& target) { return jump_to(target); };
  }

  // The connection to the last host on the way to `target`, which itself goes by way of those before.
  std::shared_ptr<Connection> jump_to(const Target& target) {
    const std::lock_guard lock(resolver_mutex_);
    Target jump = last_jump(target);
    check_way(jump);
    auto& known = jumps_[jump.identity()];
    if (!known || known->gone()) known = std::make_shared<Connection>(std::move(jump), shared_, find_jump());
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

  // Connections that wait for each other would wait for ever.
  void check_way(Target target) {
    for (int i = 0; !target.jumps.empty(); ++i) {
      if (i == longest_way)
        throw ConnectionError("the jump hosts lead in a circle: see ProxyJump in ~/.ssh/config");
      target = last_jump(target);
    }
  }

  Library library_;
  SshSettings settings_;
  EnvironmentMap environment_;
  const Interruption& interruption_;
  std::mutex warn_mutex_;
  std::function<void(const std::string&)> warn_;  // from any thread, one at a time
  Keyring keyring_;
  Passwords passwords_{keyring_};
  KnownHosts known_hosts_;
  Slots starts_;
  std::mutex resolver_mutex_;
  TargetResolver resolver_;
  Shared shared_{settings_, interruption_, warn_, keyring_, passwords_, known_hosts_, starts_};
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
