#include "sshkit/ssh/keyring.h"

#include "kamal/support/files.h"
#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

constexpr int passphrase_tries = 3;

// libssh asks for a passphrase only when a key has one: noted, and not answered.
int note_question(const char*, char*, size_t, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

}  // namespace

Identity::Identity(std::string name, std::string text) : name_(std::move(name)), text_(strip(text) + "\n") {}

Identity::Identity(const std::filesystem::path& file) : name_(file.string()), file_(file) {}

Identity::Kind Identity::kind() {
  const std::lock_guard lock(mutex_);
  load();
  return kind_;
}

void Identity::load() {
  if (std::exchange(loaded_, true)) return;
  try {
    if (!file_.empty()) text_ = read_file_if_exists(file_).value_or("");
  } catch (const FileError&) {
    kind_ = Kind::broken;
    return;
  }
  if (text_.empty()) return;
  bool locked = false;
  ssh_key key = nullptr;
  const int status = ssh_pki_import_privkey_base64(text_.c_str(), nullptr, note_question, &locked, &key);
  key_.reset(status == SSH_OK ? key : nullptr);
  kind_ = key_ ? Kind::ready : locked ? Kind::locked : Kind::broken;
  if (key_) add_certificate();
  if (kind_ == Kind::locked) load_public_half();
}

void Identity::load_public_half() {
  ssh_key key = nullptr;
  if (!file_.empty() && ssh_pki_import_pubkey_file((file_.string() + ".pub").c_str(), &key) == SSH_OK)
    public_half_.reset(key);
}

void Identity::add_certificate() {
  ssh_key certificate = nullptr;
  const std::string file = file_.string() + "-cert.pub";
  if (file_.empty() || ssh_pki_import_cert_file(file.c_str(), &certificate) != SSH_OK) return;
  const KeyHandle owned(certificate);
  ssh_key copy = nullptr;
  if (ssh_pki_import_privkey_base64(text_.c_str(), nullptr, nullptr, nullptr, &copy) != SSH_OK) return;
  KeyHandle key(copy);
  if (ssh_pki_copy_cert_to_privkey(certificate, copy) == SSH_OK) with_certificate_ = std::move(key);
}

std::string Identity::public_text() {
  const std::lock_guard lock(mutex_);
  load();
  if (key_) return public_base64(key_.get());
  return public_half_ ? public_base64(public_half_.get()) : "";
}

ssh_key Identity::public_key() {
  const std::lock_guard lock(mutex_);
  load();
  return public_half_.get();
}

std::vector<ssh_key> Identity::private_keys() {
  const std::lock_guard lock(mutex_);
  load();
  std::vector<ssh_key> keys;
  if (with_certificate_) keys.push_back(with_certificate_.get());
  if (key_) keys.push_back(key_.get());
  return keys;
}

bool Identity::import(const char* passphrase) {
  ssh_key key = nullptr;
  if (ssh_pki_import_privkey_base64(text_.c_str(), passphrase, nullptr, nullptr, &key) != SSH_OK)
    return false;
  key_.reset(key);
  return true;
}

Identity::Kind Identity::open(Keyring& keyring) {
  const std::lock_guard lock(mutex_);
  load();
  for (int i = 0; i < passphrase_tries && kind_ == Kind::locked && !given_up_; ++i) {
    const auto passphrase =
        keyring.ask((i == 0 ? "Passphrase for " : "Wrong. Passphrase for ") + name_ + ": ");
    if (!passphrase || passphrase->empty()) break;
    if (import(passphrase->c_str())) kind_ = Kind::ready;
  }
  given_up_ = kind_ == Kind::locked;
  return kind_;
}

Keyring::Keyring(std::vector<std::string> key_data, PassphrasePrompt prompt) : prompt_(std::move(prompt)) {
  for (size_t i = 0; i < key_data.size(); ++i) {
    const std::string name = "ssh/key_data[" + std::to_string(i) + "]";
    key_data_.push_back(std::make_unique<Identity>(name, std::move(key_data[i])));
  }
}

std::optional<std::string> Keyring::ask(const std::string& question) {
  const std::lock_guard lock(prompt_mutex_);
  return prompt_ ? prompt_(question) : std::nullopt;
}

Identity& Keyring::file(const std::filesystem::path& path) {
  const std::lock_guard lock(mutex_);
  auto& identity = files_[path];
  if (!identity) identity = std::make_unique<Identity>(path);
  return *identity;
}

}  // namespace kamal::sshkit
