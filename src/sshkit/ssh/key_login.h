#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sshkit/ssh/agent.h"
#include "sshkit/ssh/keyring.h"
#include "sshkit/ssh/session.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {

// The method "publickey": keys of deploy.yml, of the agent, then default files; encrypted ones last. Each key
// is tried once.
class KeyLogin {
 public:
  KeyLogin(AuthSession& session, const Target& target, const Shared& shared, const Waiter& waiter);

  // Whether a key can be tried without a prompt.
  bool any_ready();
  AuthResult try_ready();
  AuthResult try_encrypted();

  const std::vector<std::string>& tried() const { return tried_; }
  const std::vector<std::string>& notes() const { return notes_; }  // why others were skipped

 private:
  bool accepts_keys() const;  // still worth trying keys
  AuthResult try_files(std::span<Identity* const> identities);
  AuthResult try_agent();
  AuthResult sign_in(Identity& identity);
  AuthResult sign_in_with_agent(const AgentKey& key);
  void note(Identity& identity);
  bool server_accepts(Identity& identity);
  bool agent_has(Identity& identity) const;
  std::vector<AgentKey> wanted_agent_keys();
  std::vector<AgentKey> certificates_of_agent_keys();

  AuthSession& session_;
  const Shared& shared_;
  const Waiter& waiter_;
  bool identities_only_;
  std::vector<Identity*> identities_;
  std::span<Identity*const> configured_, other_;  // of these
  std::optional<Agent> agent_;
  std::vector<AgentKey> agent_keys_;
  std::unique_ptr<AgentView> view_;
  std::set<std::string> used_;           // base64 of tried keys
  std::set<std::string> without_agent_;  // of these, the ones that the agent refused to sign with
  std::vector<std::string> tried_, notes_;
};

}  // namespace kamal::sshkit
