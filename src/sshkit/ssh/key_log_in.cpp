#include "sshkit/ssh/key_log_in.h"

#include <algorithm>

#include "kamal/support/base64.h"

namespace kamal::sshkit {
namespace {

// Can libssh make anything of it? Its type may be of the future, its bytes may be none of a key.
bool readable(const AgentKey& key) {
  const ssh_keytypes_e type = ssh_key_type_from_name(key.type().c_str());
  if (type == SSH_KEYTYPE_UNKNOWN) return false;
  ssh_key parsed = nullptr;
  const bool certificate = key.type().find("-cert-v0") != std::string::npos;
  const int status = certificate ? ssh_pki_import_cert_base64(key.base64().c_str(), type, &parsed)
                                 : ssh_pki_import_pubkey_base64(key.base64().c_str(), type, &parsed);
  ssh_key_free(parsed);
  return status == SSH_OK;
}

std::string name_of(const AgentKey& key) { return key.comment.empty() ? key.type() : key.comment; }

}  // namespace

KeyLogIn::KeyLogIn(AuthSession& session, const Target& target, const Shared& shared, const Waiter& waiter)
    : session_(session), shared_(shared), waiter_(waiter), identities_only_(target.identities_only) {
  const auto add = [&](std::vector<Identity*>& to, const auto& files) {
    for (const auto& file : files) to.push_back(&shared_.keyring.file(file));
  };
  for (const auto& key : shared_.keyring.key_data()) given_.push_back(key.get());
  add(given_, target.given_keys);
  add(other_, target.other_keys);
  if (target.agent_socket) agent_ = Agent::open(*target.agent_socket);
  if (agent_) agent_keys_ = agent_->keys(waiter_, Ticks::now() + target.connect_timeout);
  std::erase_if(agent_keys_, [](const AgentKey& key) { return !readable(key); });
  for (Identity* identity : given_) note(*identity);
}

void KeyLogIn::note(Identity& identity) {
  if (agent_has(identity)) return;
  const Identity::Kind kind = identity.kind();
  if (kind == Identity::Kind::missing) notes_.push_back(identity.name() + ": no such file");
  if (kind == Identity::Kind::broken) notes_.push_back(identity.name() + ": not a valid private key");
  if (kind == Identity::Kind::public_half)
    notes_.push_back(identity.name() + ": a public key whose private key is not in the agent");
}

bool KeyLogIn::any_ready() {
  const auto ready = [](Identity* identity) { return identity->kind() == Identity::Kind::ready; };
  return std::any_of(given_.begin(), given_.end(), ready) ||
         std::any_of(other_.begin(), other_.end(), ready) || !wanted_agent_keys().empty();
}

bool KeyLogIn::wanted() const { return !session_.closed() && session_.offers("publickey"); }

AuthAnswer KeyLogIn::try_ready() {
  // A file is a round trip faster than the agent, but the agent's keys come before files that are not given.
  AuthAnswer answer = try_files(given_);
  if (answer == AuthAnswer::refused) answer = try_agent();
  if (answer == AuthAnswer::refused) answer = try_files(other_);
  // The method was refused, not the keys: they may be tried again after another method.
  if (!wanted()) used_.clear();
  return answer;
}

AuthAnswer KeyLogIn::try_locked() {
  const AuthAnswer answer = try_locked(given_);
  return answer == AuthAnswer::refused ? try_locked(other_) : answer;
}

AuthAnswer KeyLogIn::try_files(const std::vector<Identity*>& identities) {
  for (Identity* identity : identities) {
    if (!wanted() || identity->kind() != Identity::Kind::ready) continue;
    const std::string key = identity->public_text();
    if (!used_.insert(key).second && without_agent_.erase(key) == 0) continue;
    tried_.push_back(identity->name());
    if (const AuthAnswer answer = sign_in(*identity); answer != AuthAnswer::refused) return answer;
  }
  return AuthAnswer::refused;
}

AuthAnswer KeyLogIn::sign_in(Identity& identity) {
  for (const ssh_key key : identity.private_keys()) {
    const AuthAnswer answer =
        session_.request([&] { return ssh_userauth_publickey(session_.get(), nullptr, key); });
    if (answer != AuthAnswer::refused) return answer;
  }
  return AuthAnswer::refused;
}

bool KeyLogIn::agent_has(Identity& identity) const {
  const std::string own = identity.public_text();
  return !own.empty() && !without_agent_.contains(own) &&
         std::any_of(agent_keys_.begin(), agent_keys_.end(),
                     [&](const AgentKey& key) { return key.base64() == own; });
}

// Keys of the files first, then, unless only those count, the rest.
std::vector<AgentKey> KeyLogIn::wanted_agent_keys() {
  std::set<std::string> named;
  for (const auto* identities : {&given_, &other_}) {
    for (Identity* identity : *identities) {
      named.insert(identity->public_text());
      named.insert(identity->certificate_text());
    }
  }
  std::vector<AgentKey> wanted = certificates_of_agent_keys(), rest;
  for (const AgentKey& key : agent_keys_) (named.contains(key.base64()) ? wanted : rest).push_back(key);
  if (!identities_only_) wanted.insert(wanted.end(), rest.begin(), rest.end());
  return wanted;
}

// Certificates beside files whose private half the agent has.
std::vector<AgentKey> KeyLogIn::certificates_of_agent_keys() {
  std::vector<AgentKey> certificates;
  for (const auto* identities : {&given_, &other_}) {
    for (Identity* identity : *identities) {
      const std::string text = identity->certificate_text();
      if (text.empty() || identity->kind() == Identity::Kind::ready) continue;
      for (const AgentKey& key : agent_keys_) {
        if (key.base64() == identity->public_text())
          certificates.push_back(
              {base64_decode(text).value_or(""), identity->name() + " (certificate)", key.blob});
      }
    }
  }
  return certificates;
}

AuthAnswer KeyLogIn::try_agent() {
  for (const AgentKey& key : wanted_agent_keys()) {
    // What was tried as a file is not tried again.
    if (!wanted() || !used_.insert(key.base64()).second) continue;
    tried_.push_back(name_of(key) + " (agent)");
    if (const AuthAnswer answer = sign_in_with_agent(key); answer != AuthAnswer::refused) return answer;
  }
  return AuthAnswer::refused;
}

AuthAnswer KeyLogIn::sign_in_with_agent(const AgentKey& key) {
  if (!view_) {
    view_ = std::make_unique<AgentView>(*agent_, waiter_);
    if (ssh_set_agent_socket(session_.get(), view_->take_socket()) != SSH_OK) return AuthAnswer::refused;
  }
  view_->offer(key);
  const AuthAnswer answer = session_.request([&] { return ssh_userauth_agent(session_.get(), nullptr); });
  if (view_->refused_to_sign()) {
    notes_.push_back("the agent refused to sign with " + name_of(key));
    without_agent_.insert(key.base64());
  }
  return answer;
}

// Nobody is asked for a passphrase of a key that the server would not take.
bool KeyLogIn::worth_asking(Identity& identity) {
  const std::vector<ssh_key> keys = identity.public_keys();
  return keys.empty() || std::any_of(keys.begin(), keys.end(), [&](ssh_key key) {
           return session_.request([&] {
             return ssh_userauth_try_publickey(session_.get(), nullptr, key);
           }) == AuthAnswer::accepted;
         });
}

AuthAnswer KeyLogIn::try_locked(const std::vector<Identity*>& identities) {
  for (Identity* identity : identities) {
    if (!wanted() || identity->kind() != Identity::Kind::locked || agent_has(*identity) ||
        !used_.insert(identity->name()).second)
      continue;
    tried_.push_back(identity->name());
    if (!worth_asking(*identity)) continue;
    session_.waited();
    if (identity->open(shared_.keyring) != Identity::Kind::ready) {
      notes_.push_back(identity->name() + " requires a passphrase (run ssh-add " + identity->name() + ")");
    } else if (const AuthAnswer answer = sign_in(*identity); answer != AuthAnswer::refused) {
      return answer;
    }
  }
  return AuthAnswer::refused;
}

}  // namespace kamal::sshkit
