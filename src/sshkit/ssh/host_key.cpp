#include "sshkit/ssh/host_key.h"

#include <algorithm>

#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

// What libssh can check, as it prefers them.
const std::vector<std::string> algorithms{"ssh-ed25519",         "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp384",
                                          "ecdsa-sha2-nistp256", "rsa-sha2-512",        "rsa-sha2-256"};

std::vector<std::filesystem::path> files_of(const Target& target) {
  std::vector<std::filesystem::path> files = target.user_known_hosts;
  files.insert(files.end(), target.global_known_hosts.begin(), target.global_known_hosts.end());
  return files;
}

bool is_of_type(const std::string& algorithm, const std::string& type) {
  return algorithm == type || (type == "ssh-rsa" && algorithm.starts_with("rsa-"));
}

HostKey key_of(ssh_session session) {
  ssh_key key = nullptr;
  if (ssh_get_server_publickey(session, &key) != SSH_OK) throw ConnectionError("the server showed no key");
  const KeyHandle owned(key);
  const bool ecdsa = std::string_view(ssh_key_type_to_char(ssh_key_type(key))).starts_with("ecdsa");
  return {ecdsa ? ssh_pki_key_ecdsa_name(key) : ssh_key_type_to_char(ssh_key_type(key)), public_base64(key)};
}

std::string fingerprint(ssh_session session) {
  ssh_key key = nullptr;
  if (ssh_get_server_publickey(session, &key) != SSH_OK) return "";
  const KeyHandle owned(key);
  unsigned char* hash = nullptr;
  size_t length = 0;
  if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) != SSH_OK) return "";
  const TextHandle text(ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length));
  ssh_clean_pubkey_hash(&hash);
  return text ? text.get() : "";
}

std::string place(const HostKeyVerdict& verdict) {
  return verdict.file.string() + ":" + std::to_string(verdict.line);
}

void remember(const Target& target, const HostKey& key, const Shared& shared) {
  if (target.user_known_hosts.empty()) return;
  try {
    shared.known_hosts.add(target.user_known_hosts.front(), target.key_name, key);
  } catch (const std::exception& error) {
    shared.warn("The key of " + target.name + " could not be stored: " + error.what());
  }
}

}  // namespace

void prefer_known_host_keys(ssh_session session, const Target& target, KnownHosts& known_hosts) {
  const std::vector<std::string> types = known_hosts.key_types(files_of(target), target.key_name);
  const auto known = [&](const std::string& algorithm) {
    return std::any_of(types.begin(), types.end(),
                       [&](const auto& type) { return is_of_type(algorithm, type); });
  };
  std::vector<std::string> ordered = algorithms;
  std::stable_partition(ordered.begin(), ordered.end(), known);
  ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, join(ordered, ",").c_str());
}

void check_host_key(ssh_session session, const Target& target, const Shared& shared) {
  const HostKey key = key_of(session);
  const HostKeyVerdict verdict = shared.known_hosts.check(files_of(target), target.key_name, key);
  switch (verdict.state) {
    case HostKeyVerdict::State::known:
      return;
    case HostKeyVerdict::State::revoked:
      throw ConnectionError("the server's key (" + fingerprint(session) + ") is revoked in " +
                            place(verdict));
    case HostKeyVerdict::State::changed:
      if (target.changed_host_keys == ChangedHostKeys::accept) {
        shared.warn("The key of " + target.name + " is not the one in " + place(verdict) +
                    "; accepted because of StrictHostKeyChecking no");
        return;
      }
      throw ConnectionError("the server's key (" + key.type + " " + fingerprint(session) +
                            ") is not the one in " + place(verdict) +
                            ". Either somebody is in between, or the server was set up anew: then " +
                            "remove that line, or run: ssh-keygen -R '" + target.key_name + "'");
    case HostKeyVerdict::State::unknown:
      if (target.unknown_host_keys == UnknownHostKeys::refuse)
        throw ConnectionError("the server's key (" + key.type + " " + fingerprint(session) +
                              ") is not known, and StrictHostKeyChecking says that it has to be");
      remember(target, key, shared);
  }
}

}  // namespace kamal::sshkit
