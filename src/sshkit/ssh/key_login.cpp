#include "sshkit/ssh/key_login.h"

#include <algorithm>

#include "kamal/support/encoding.h"

namespace kamal::sshkit {
namespace {

// Whether libssh can parse it: the type may be unknown, the bytes invalid.
bool is_readable(const AgentKey& key) {
  const ssh_keytypes_e type = ssh_key_type_from_name(key.type().c_str());
  if (type == SSH_KEYTYPE_UNKNOWN) return false;
  ssh_key parsed = nullptr;
  const bool certificate = key.type().find("-cert-v0") != std::string::npos;
  const int status = certificate ? ssh_pki_import_cert_base64(key.base64().c_str(), type, &parsed)
                                 : ssh_pki_import_pubkey_base64(key.base64().c_str(), type, &parsed);
  ssh_key_free(parsed);
  return status == SSH_OK;
}

std::string key_name(const AgentKey& key) { return key.comment.empty() ? key.type() : key.comment; }

}  // namespace

KeyLogin::KeyLogin(AuthSession& session, const Target& target, const Shared& shared, const Waiter& waiter)
    : session_(session), shared_(shared), waiter_(waiter), identities_only_(target.identities_only) {
  for (const auto& key : shared_.keyring.key_data()) identities_.push_back(key.get());
  for (const auto& file : target.configured_keys) identities_.push_back(&shared_.keyring.file(file));
  const size_t configured = identities_.size();
  for (const auto& file : target.other_keys) identities_.push_back(&shared_.keyring.file(file));
  configured_ = std::span(identities_).first(configured);
  other_ = std::span(identities_).subspan(configured);
  if (target.agent_socket) agent_.emplace(*target.agent_socket);
  if (agent_) agent_keys_ = agent_->keys(waiter_, Ticks::now() + target.connect_timeout);
  std::erase_if(agent_keys_, [](const AgentKey& key) { return !is_readable(key); });
  for (Identity* identity : configured_) note(*identity);
}

void KeyLogin::note(Identity& identity) {
  if (agent_has(identity)) return;
  const Identity::Kind kind = identity.kind();
  if (kind == Identity::Kind::missing) notes_.push_back(identity.name() + ": no such file");
  if (kind == Identity::Kind::invalid) notes_.push_back(identity.name() + ": not a valid private key");
  if (kind == Identity::Kind::public_only)
    notes_.push_back(identity.name() + ": a public key whose private key is not in the agent");
}

bool KeyLogin::any_ready() {
  const auto ready = [](Identity* identity) { return identity->kind() == Identity::Kind::ready; };
  return std::ranges::any_of(identities_, ready) || !wanted_agent_keys().empty();
}

bool KeyLogin::accepts_keys() const { return !session_.closed() && session_.offers("publickey"); }

AuthResult KeyLogin::try_ready() {
  // Configured files first, since they save a round trip over the agent; the agent before default files.
  AuthResult result = try_files(configured_);
  if (result == AuthResult::refused) result = try_agent();
  if (result == AuthResult::refused) result = try_files(other_);
  // If the method was refused, keys may be retried after another method.
  if (!accepts_keys()) used_.clear();
  return result;
}

AuthResult KeyLogin::try_files(std::span<Identity* const> identities) {
  for (Identity* identity : identities) {
    if (!accepts_keys() || identity->kind() != Identity::Kind::ready) continue;
    const std::string key = identity->public_text();
    if (!used_.insert(key).second && without_agent_.erase(key) == 0) continue;
    tried_.push_back(identity->name());
    if (const AuthResult result = sign_in(*identity); result != AuthResult::refused) return result;
  }
  return AuthResult::refused;
}

AuthResult KeyLogin::sign_in(Identity& identity) {
  for (const ssh_key key : identity.private_keys()) {
    const AuthResult result =
        session_.request([&] { return ssh_userauth_publickey(session_.get(), nullptr, key); });
    if (result != AuthResult::refused) return result;
  }
  return AuthResult::refused;
}

bool KeyLogin::agent_has(Identity& identity) const {
  const std::string public_text = identity.public_text();
  return !public_text.empty() && !without_agent_.contains(public_text) &&
         std::any_of(agent_keys_.begin(), agent_keys_.end(),
                     [&](const AgentKey& key) { return key.base64() == public_text; });
}

// Keys that match files first, then the others unless identities_only.
std::vector<AgentKey> KeyLogin::wanted_agent_keys() {
  std::set<std::string> named;
  for (Identity* identity : identities_) {
    named.insert(identity->public_text());
    named.insert(identity->certificate_text());
  }
  std::vector<AgentKey> wanted = certificates_of_agent_keys(), rest;
  for (const AgentKey& key : agent_keys_) (named.contains(key.base64()) ? wanted : rest).push_back(key);
  if (!identities_only_) wanted.insert(wanted.end(), rest.begin(), rest.end());
  return wanted;
}

// Certificate files whose private key the agent holds.
std::vector<AgentKey> KeyLogin::certificates_of_agent_keys() {
  std::vector<AgentKey> certificates;
  for (Identity* identity : identities_) {
    const std::string text = identity->certificate_text();
    if (text.empty() || identity->kind() == Identity::Kind::ready) continue;
    for (const AgentKey& key : agent_keys_) {
      if (key.base64() == identity->public_text())
        certificates.push_back(
            {base64_decode(text).value_or(""), identity->name() + " (certificate)", key.blob});
    }
  }
  return certificates;
}

AuthResult KeyLogin::try_agent() {
  for (const AgentKey& key : wanted_agent_keys()) {
    if (!accepts_keys() || !used_.insert(key.base64()).second) continue;
    tried_.push_back(key_name(key) + " (agent)");
    if (const AuthResult result = sign_in_with_agent(key); result != AuthResult::refused) return result;
  }
  return AuthResult::refused;
}

AuthResult KeyLogin::sign_in_with_agent(const AgentKey& key) {
  if (!view_) {
    view_ = std::make_unique<AgentView>(*agent_, waiter_);
    if (ssh_set_agent_socket(session_.get(), view_->take_socket()) != SSH_OK) return AuthResult::refused;
  }
  view_->offer(key);
  const AuthResult result = session_.request([&] { return ssh_userauth_agent(session_.get(), nullptr); });
  if (view_->refused_to_sign()) {
    notes_.push_back("the agent refused to sign with " + key_name(key));
    without_agent_.insert(key.base64());
  }
  return result;
}

// Checked before prompting for a passphrase.
bool KeyLogin::server_accepts(Identity& identity) {
  const std::vector<ssh_key> keys = identity.public_keys();
  return keys.empty() || std::any_of(keys.begin(), keys.end(), [&](ssh_key key) {
           return session_.request([&] {
             return ssh_userauth_try_publickey(session_.get(), nullptr, key);
           }) == AuthResult::accepted;
         });
}

AuthResult KeyLogin::try_encrypted() {
  for (Identity* identity : identities_) {
    // Read once: another host's login may decrypt it at any time.
    const Identity::Kind kind = identity->kind();
    if (kind == Identity::Kind::ready) {  // perhaps since try_ready() passed over it; tried keys are skipped
      if (const AuthResult result = try_files({&identity, 1}); result != AuthResult::refused) return result;
    }
    if (!accepts_keys() || kind != Identity::Kind::encrypted || agent_has(*identity) ||
        !used_.insert(identity->name()).second)
      continue;
    tried_.push_back(identity->name());
    if (!server_accepts(*identity)) continue;
    session_.prompted();
    if (identity->decrypt(shared_.keyring) != Identity::Kind::ready) {
      notes_.push_back(identity->name() + " requires a passphrase (run ssh-add " + identity->name() + ")");
    } else if (const AuthResult result = sign_in(*identity); result != AuthResult::refused) {
      return result;
    }
  }
  return AuthResult::refused;
}

}  // namespace kamal::sshkit
