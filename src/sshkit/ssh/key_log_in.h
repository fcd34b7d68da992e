#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sshkit/ssh/agent.h"
#include "sshkit/ssh/auth_session.h"

namespace kamal::sshkit {

// The method "publickey": keys of deploy.yml, the agent's, then those of files; what needs a passphrase comes
// last. Each key is tried once.
class KeyLogIn {
 public:
  KeyLogIn(AuthSession& session, const Target& target, const Shared& shared, const Waiter& waiter);

  // Is there a key that can be tried without asking anybody?
  bool any_ready();
  AuthAnswer try_ready();
  AuthAnswer try_locked();

  const std::vector<std::string>& tried() const { return tried_; }
  const std::vector<std::string>& notes() const { return notes_; }  // why others were not

 private:
  bool wanted() const;  // does the server go on looking at keys?
  AuthAnswer try_files(const std::vector<Identity*>& identities);
  AuthAnswer try_agent();
  AuthAnswer try_locked(const std::vector<Identity*>& identities);
  AuthAnswer sign_in(Identity& identity);
  AuthAnswer sign_in_with_agent(const AgentKey& key);
  void note(Identity& identity);
  bool worth_asking(Identity& identity);
  bool agent_has(Identity& identity) const;
  std::vector<AgentKey> wanted_agent_keys();
  std::vector<AgentKey> certificates_of_agent_keys();

  AuthSession& session_;
  const Shared& shared_;
  const Waiter& waiter_;
  bool identities_only_;
  std::vector<Identity*> given_, other_;
  std::optional<Agent> agent_;
  std::vector<AgentKey> agent_keys_;
  std::unique_ptr<AgentView> view_;
  std::set<std::string> used_;           // base64 of what was tried
  std::set<std::string> without_agent_;  // of these, what the agent did not sign with
  std::vector<std::string> tried_, notes_;
};

}  // namespace kamal::sshkit
