#include "sshkit/ssh/authentication.h"

#include <algorithm>
#include <set>

#include "kamal/support/strings.h"
#include "sshkit/ssh/agent.h"

namespace kamal::sshkit {
namespace {

// One log-in: which keys there are, which were tried, what came of it.
class LogIn {
 public:
  LogIn(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter)
      : session_(session), target_(target), shared_(shared), waiter_(waiter) {
    const auto add = [&](std::vector<Identity*>& to, const auto& files) {
      for (const auto& file : files) to.push_back(&shared_.keyring.file(file));
    };
    for (const auto& key : shared_.keyring.key_data()) given_.push_back(key.get());
    add(given_, target_.given_keys);
    add(other_, target_.other_keys);
    if (target_.agent_socket) agent_ = Agent::open(*target_.agent_socket);
    if (agent_) agent_keys_ = agent_->keys(waiter_);
  }

  bool run() {
    request_service();
    return try_ready(given_) || try_agent() || try_ready(other_) || try_locked(given_) || try_locked(other_);
  }

  std::string failure() const {
    std::string text = "permission denied for user " + target_.user + ". ";
    text += tried_.empty() ? "There was no key to try" : "Keys tried: " + join(tried_, ", ");
    if (!notes_.empty()) text += "; " + join(notes_, "; ");
    if (too_many_)
      text += "; the server stopped listening after so many keys: set ssh/keys and ssh/keys_only";
    return text +
           ". Add one of them to ~/.ssh/authorized_keys of that user, or set ssh/user or ssh/keys to what "
           "fits";
  }

 private:
  // Its answer comes with the server's list of signature algorithms, which RSA keys go by.
  void request_service() {
    const int status = wait(SSH_AGAIN, [&] { return ssh_service_request(session_, "ssh-userauth"); });
    if (status != SSH_OK)
      throw ConnectionError(std::string("the server refuses log-ins: ") + ssh_get_error(session_));
  }

  int wait(int again, const std::function<int()>& call) const {
    return drive(session_, waiter_, Ticks::now() + target_.connect_timeout, again, call);
  }

  // True where the server lets us in.
  bool accepted(int status) {
    if (status == SSH_AUTH_SUCCESS) return true;
    if (status == SSH_AUTH_PARTIAL)
      throw ConnectionError(
          "the key is accepted, but the server wants something else as well (AuthenticationMethods)");
    check_connected();
    return false;
  }

  // Servers hang up after some failures (MaxAuthTries).
  void check_connected() {
    if (ssh_is_connected(session_) != 0) return;
    if (tried_.size() < 2) throw TurnedAway(std::string("the server hung up: ") + ssh_get_error(session_));
    too_many_ = true;
  }

  bool sign_in(Identity& identity) {
    const std::vector<ssh_key> keys = identity.private_keys();
    return std::any_of(keys.begin(), keys.end(), [&](ssh_key key) {
      if (too_many_) return false;
      return accepted(wait(SSH_AUTH_AGAIN, [&] { return ssh_userauth_publickey(session_, nullptr, key); }));
    });
  }

  bool try_ready(const std::vector<Identity*>& identities) {
    for (Identity* identity : identities) {
      const Identity::Kind kind = identity->kind();
      if (&identities == &given_) note(*identity, kind);
      // A file is a round trip faster than the agent, but the agent's keys come before files that are not
      // given.
      if (too_many_ || kind != Identity::Kind::ready || (&identities == &other_ && agent_has(*identity)))
        continue;
      tried_.push_back(identity->name());
      if (sign_in(*identity)) return true;
    }
    return false;
  }

  void note(const Identity& identity, Identity::Kind kind) {
    if (kind == Identity::Kind::missing) notes_.push_back(identity.name() + " is not there");
    if (kind == Identity::Kind::broken)
      notes_.push_back(identity.name() + " is not a private key that can be read");
  }

  bool agent_has(Identity& identity) const {
    const std::string own = identity.public_text();
    return !own.empty() && std::any_of(agent_keys_.begin(), agent_keys_.end(),
                                       [&](const AgentKey& key) { return key.base64() == own; });
  }

  // Keys of the files first, then, unless only those count, the rest. What was tried as a file is not tried
  // again.
  std::vector<AgentKey> wanted_agent_keys() {
    std::set<std::string> tried, named;
    for (Identity* identity : given_) {
      (identity->kind() == Identity::Kind::ready ? tried : named).insert(identity->public_text());
    }
    for (Identity* identity : other_) named.insert(identity->public_text());
    std::vector<AgentKey> wanted, rest;
    for (const AgentKey& key : agent_keys_) {
      const std::string text = key.base64();
      if (!tried.contains(text)) (named.contains(text) ? wanted : rest).push_back(key);
    }
    if (!target_.identities_only) wanted.insert(wanted.end(), rest.begin(), rest.end());
    return wanted;
  }

  bool try_agent() {
    if (too_many_ || agent_keys_.empty()) return false;
    const std::vector<AgentKey> keys = wanted_agent_keys();
    if (keys.empty()) return false;
    for (const AgentKey& key : keys)
      tried_.push_back((key.comment.empty() ? key.type() : key.comment) + " (agent)");
    AgentView view(*agent_, keys, waiter_);
    if (ssh_set_agent_socket(session_, view.take_socket()) != SSH_OK) return false;
    return accepted(wait(SSH_AUTH_AGAIN, [&] { return ssh_userauth_agent(session_, nullptr); }));
  }

  // Nobody is asked for a passphrase of a key that the server would not take.
  bool worth_asking(Identity& identity) {
    const ssh_key key = identity.public_key();
    if (key == nullptr) return true;
    const int status =
        wait(SSH_AUTH_AGAIN, [&] { return ssh_userauth_try_publickey(session_, nullptr, key); });
    check_connected();
    return status == SSH_AUTH_SUCCESS;
  }

  bool try_locked(const std::vector<Identity*>& identities) {
    for (Identity* identity : identities) {
      if (too_many_ || identity->kind() != Identity::Kind::locked || agent_has(*identity)) continue;
      tried_.push_back(identity->name());
      if (!worth_asking(*identity)) continue;
      if (identity->open(shared_.keyring) != Identity::Kind::ready) {
        notes_.push_back(identity->name() + " needs a passphrase (ssh-add " + identity->name() +
                         " keeps it open)");
      } else if (sign_in(*identity)) {
        return true;
      }
    }
    return false;
  }

  ssh_session session_;
  const Target& target_;
  const Shared& shared_;
  const Waiter& waiter_;
  std::vector<Identity*> given_, other_;
  std::optional<Agent> agent_;
  std::vector<AgentKey> agent_keys_;
  std::vector<std::string> tried_, notes_;
  bool too_many_ = false;
};

}  // namespace

void authenticate(ssh_session session, const Target& target, const Shared& shared, const Waiter& waiter) {
  LogIn attempt(session, target, shared, waiter);
  if (!attempt.run()) throw ConnectionError(attempt.failure());
}

}  // namespace kamal::sshkit
