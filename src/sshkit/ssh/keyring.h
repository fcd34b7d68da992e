#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kamal/sshkit/ssh_backend.h"
#include "sshkit/ssh/session.h"

namespace kamal::sshkit {

class Keyring;
struct Target;

// A private key from a file or deploy.yml, loaded lazily, once per run. Thread-safe.
class Identity {
 public:
  // public_only: FILE is a public key; only an agent may have the private key.
  enum class Kind { ready, encrypted, missing, invalid, public_only };

  Identity(std::string name, std::string text);          // key data
  explicit Identity(const std::filesystem::path& file);  // with FILE.pub and FILE-cert.pub
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  const std::string& name() const { return name_; }  // the file, or the key in deploy.yml
  Kind kind();                                       // encrypted: needs a passphrase
  // base64 of the public key; "" if unknown.
  std::string public_text();
  // base64 of FILE-cert.pub; "" without one.
  std::string certificate_text();
  // The certificate and the public key, if known, to offer to a server.
  std::vector<ssh_key> public_keys();
  // Private keys to sign with: with certificate first, then without. Empty unless ready or decrypted.
  std::vector<ssh_key> private_keys();
  // Prompts for the passphrase of an encrypted key, up to three times. Calls meanwhile wait and share the
  // result.
  Kind decrypt(Keyring& keyring);

 private:
  std::unique_lock<std::mutex> lock_loaded();
  void load_private_key();
  void load_public_key();
  void load_certificate();
  bool import(const char* passphrase, bool* encrypted = nullptr);

  std::mutex mutex_;
  std::string name_;
  std::filesystem::path file_;
  std::string text_;
  bool loaded_ = false;
  bool given_up_ = false;
  Kind kind_ = Kind::missing;
  KeyHandle key_, with_certificate_, public_key_, certificate_;
};

// All identities of a run. Thread-safe.
class Keyring {
 public:
  Keyring(std::vector<std::string> key_data, PassphrasePrompt prompt);

  Identity& file(const std::filesystem::path& path);
  const std::vector<std::unique_ptr<Identity>>& key_data() const { return key_data_; }
  // Shows one prompt at a time.
  std::optional<std::string> prompt(const std::string& question);

 private:
  std::mutex mutex_;
  std::map<std::filesystem::path, std::unique_ptr<Identity>> files_;
  std::vector<std::unique_ptr<Identity>> key_data_;
  std::mutex prompt_mutex_;
  PassphrasePrompt prompt_;
};

// The passwords of a run: prompted for once per user, tried on each host that requires one, prompted for
// again per host if refused. Kept in memory only. Thread-safe; calls during a prompt wait for it.
class Passwords {
 public:
  explicit Passwords(Keyring& keyring) : keyring_(keyring) {}

  // The password to try next; nullopt after too many refusals or without input.
  std::optional<std::string> next(const Target& target);
  void accepted(const Target& target, const std::string& password);
  void refused(const Target& target, const std::string& password);
  // Prompts each time, with the server's own text (such as for a one-time code).
  std::optional<std::string> ask(const Target& target, const std::string& prompt);

  bool has_no_terminal() const;  // a prompt could not be shown

 private:
  // Hosts that probably share a password.
  struct Group {
    std::vector<std::string> typed;  // oldest first
    std::optional<std::string> accepted;
    bool given_up = false;
  };
  struct Host {
    std::vector<std::string> typed;  // for this host alone
    std::set<std::string> refused;
    int attempts = 0;
    bool given_up = false;
  };

  Group& group_for(const Target& target);
  std::optional<std::string> known(const Group& group, const Host& host) const;
  std::optional<std::string> typed(const Target& target, Group& group, Host& host);
  std::optional<std::string> prompt(const std::string& question);

  mutable std::mutex mutex_;
  Keyring& keyring_;
  std::map<std::string, Group> groups_;
  std::map<std::string, Host> hosts_;
  bool has_no_terminal_ = false;
};

}  // namespace kamal::sshkit
