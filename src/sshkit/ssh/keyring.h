#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kamal/sshkit/ssh_backend.h"
#include "sshkit/ssh/handles.h"

namespace kamal::sshkit {

class Keyring;

// A private key of a file or of deploy.yml, opened when it is needed: once for the whole run, whoever needs
// it.
class Identity {
 public:
  // public_half: FILE is a public key, whose private half only an agent may have.
  enum class Kind { ready, locked, missing, broken, public_half };

  Identity(std::string name, std::string text);          // key data
  explicit Identity(const std::filesystem::path& file);  // a file, with FILE.pub and FILE-cert.pub beside it
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  const std::string& name() const { return name_; }  // the file, or what deploy.yml calls it
  Kind kind();                                       // locked: a passphrase is needed first
  // base64 of the public half; "" while it isn't known.
  std::string public_text();
  // base64 of the certificate beside the file; "" without one.
  std::string certificate_text();
  // The certificate and the public half, as far as they are known, to ask a server about.
  std::vector<ssh_key> public_keys();
  // Private keys to sign with, best first: with its certificate, without. None unless ready or opened.
  std::vector<ssh_key> private_keys();
  // Asks for the passphrase of a locked key, three times at most. Threads that come meanwhile wait for the
  // answer and share it.
  Kind open(Keyring& keyring);

 private:
  void load();
  void load_private_half();
  void load_public_half();
  void load_certificate();
  void add_certificate(const char* passphrase);
  bool import(const char* passphrase);

  std::mutex mutex_;
  std::string name_;
  std::filesystem::path file_;
  std::string text_;
  bool loaded_ = false;
  bool given_up_ = false;
  Kind kind_ = Kind::missing;
  KeyHandle key_, with_certificate_, public_half_, certificate_;
};

// All identities of a run. Threads share it.
class Keyring {
 public:
  Keyring(std::vector<std::string> key_data, PassphrasePrompt prompt);

  Identity& file(const std::filesystem::path& path);
  const std::vector<std::unique_ptr<Identity>>& key_data() const { return key_data_; }
  // One question at a time.
  std::optional<std::string> ask(const std::string& question);

 private:
  std::mutex mutex_;
  std::map<std::filesystem::path, std::unique_ptr<Identity>> files_;
  std::vector<std::unique_ptr<Identity>> key_data_;
  std::mutex prompt_mutex_;
  PassphrasePrompt prompt_;
};

}  // namespace kamal::sshkit
