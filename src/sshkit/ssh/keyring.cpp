#include "sshkit/ssh/keyring.h"

#include <algorithm>

#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {
namespace {

constexpr int max_passphrase_attempts = 3;

// libssh calls `prompt` only for encrypted keys, and only without a passphrase.
KeyHandle import_private_key(const std::string& text, const char* passphrase, bool* encrypted = nullptr) {
  const auto prompt = [](const char*, char*, size_t, int, int, void* asked) {
    if (asked != nullptr) *static_cast<bool*>(asked) = true;
    return -1;
  };
  ssh_key key = nullptr;
  const int status = ssh_pki_import_privkey_base64(text.c_str(), passphrase, prompt, encrypted, &key);
  return KeyHandle(status == SSH_OK ? key : nullptr);
}

KeyHandle import_public_key(const std::filesystem::path& file) {
  ssh_key key = nullptr;
  return KeyHandle(ssh_pki_import_pubkey_file(file.c_str(), &key) == SSH_OK ? key : nullptr);
}

std::string without_suffix(const std::string& text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

}  // namespace

Identity::Identity(std::string name, std::string text) : name_(std::move(name)), text_(strip(text) + "\n") {}

Identity::Identity(const std::filesystem::path& file)
    : name_(file.string()), file_(without_suffix(name_, "-cert.pub")) {}

Identity::Kind Identity::kind() {
  const auto lock = lock_loaded();
  return kind_;
}

std::unique_lock<std::mutex> Identity::lock_loaded() {
  std::unique_lock lock(mutex_);
  if (std::exchange(loaded_, true)) return lock;
  load_certificate();
  load_private_key();
  if (kind_ != Kind::ready) load_public_key();
  return lock;
}

void Identity::load_private_key() {
  try {
    if (!file_.empty()) text_ = read_file_if_exists(file_).value_or("");
  } catch (const FileError&) {
    kind_ = Kind::invalid;
    return;
  }
  if (text_.empty()) return;
  bool encrypted = false;
  const bool ready = import(nullptr, &encrypted);
  kind_ = ready ? Kind::ready : encrypted ? Kind::encrypted : Kind::invalid;
}

void Identity::load_public_key() {
  if (file_.empty()) return;
  public_key_ = import_public_key(file_);  // OpenSSH private key files contain it, too
  if (!public_key_)
    public_key_ = import_public_key(file_.string() + ".pub");
  else if (text_.find("PRIVATE KEY-----") == std::string::npos)
    kind_ = Kind::public_only;
}

void Identity::load_certificate() {
  ssh_key certificate = nullptr;
  const std::string file = without_suffix(file_.string(), ".pub") + "-cert.pub";
  if (!file_.empty() && ssh_pki_import_cert_file(file.c_str(), &certificate) == SSH_OK)
    certificate_.reset(certificate);
}

std::string Identity::public_text() {
  const auto lock = lock_loaded();
  if (key_) return public_base64(key_.get());
  return public_key_ ? public_base64(public_key_.get()) : "";
}

std::string Identity::certificate_text() {
  const auto lock = lock_loaded();
  return certificate_ ? public_base64(certificate_.get()) : "";
}

std::vector<ssh_key> Identity::public_keys() {
  const auto lock = lock_loaded();
  std::vector<ssh_key> keys;
  if (certificate_) keys.push_back(certificate_.get());
  if (public_key_) keys.push_back(public_key_.get());
  return keys;
}

std::vector<ssh_key> Identity::private_keys() {
  const auto lock = lock_loaded();
  std::vector<ssh_key> keys;
  if (with_certificate_) keys.push_back(with_certificate_.get());
  if (key_) keys.push_back(key_.get());
  return keys;
}

bool Identity::import(const char* passphrase, bool* encrypted) {
  key_ = import_private_key(text_, passphrase, encrypted);
  if (key_ && certificate_) {
    KeyHandle key = import_private_key(text_, passphrase);
    if (key && ssh_pki_copy_cert_to_privkey(certificate_.get(), key.get()) == SSH_OK)
      with_certificate_ = std::move(key);
  }
  return key_ != nullptr;
}

Identity::Kind Identity::decrypt(Keyring& keyring) {
  const auto lock = lock_loaded();
  for (int i = 0; i < max_passphrase_attempts && kind_ == Kind::encrypted && !given_up_; ++i) {
    const auto passphrase =
        keyring.prompt((i == 0 ? "Passphrase for " : "Wrong passphrase, try again for ") + name_ + ": ");
    if (!passphrase || passphrase->empty()) break;
    if (import(passphrase->c_str())) kind_ = Kind::ready;
  }
  given_up_ = kind_ == Kind::encrypted;
  return kind_;
}

Keyring::Keyring(std::vector<std::string> key_data, PassphrasePrompt prompt) : prompt_(std::move(prompt)) {
  for (size_t i = 0; i < key_data.size(); ++i) {
    const std::string name = "ssh/key_data[" + std::to_string(i) + "]";
    key_data_.push_back(std::make_unique<Identity>(name, std::move(key_data[i])));
  }
}

std::optional<std::string> Keyring::prompt(const std::string& question) {
  const std::lock_guard lock(prompt_mutex_);
  return prompt_ ? prompt_(question) : std::nullopt;
}

Identity& Keyring::file(const std::filesystem::path& path) {
  const std::lock_guard lock(mutex_);
  auto& identity = files_[path];
  if (!identity) identity = std::make_unique<Identity>(path);
  return *identity;
}

Passwords::Group& Passwords::group_for(const Target& target) {
  return groups_[target.separate_password ? target.connection_key() : target.user];
}

std::optional<std::string> Passwords::next(const Target& target) {
  const std::lock_guard lock(mutex_);
  Group& group = group_for(target);
  Host& host = hosts_[target.connection_key()];
  if (host.attempts >= target.password_prompts) return std::nullopt;
  if (auto password = known(group, host)) return password;
  return typed(target, group, host);
}

// Newest first: a correction counts for all hosts.
std::optional<std::string> Passwords::known(const Group& group, const Host& host) const {
  std::vector<std::string> candidates = group.typed;
  if (group.accepted) candidates.push_back(*group.accepted);
  candidates.insert(candidates.end(), host.typed.begin(), host.typed.end());
  const auto found = std::find_if(candidates.rbegin(), candidates.rend(),
                                  [&](const auto& password) { return !host.refused.contains(password); });
  if (found == candidates.rend()) return std::nullopt;
  return *found;
}

std::optional<std::string> Passwords::typed(const Target& target, Group& group, Host& host) {
  const bool again = !host.refused.empty();
  if (host.given_up || (!again && group.given_up)) return std::nullopt;
  std::string question = (again ? "Wrong password, try again for " : "Password for ") + target.login_name();
  if (!again && !target.separate_password) question += " (and other hosts that ask)";
  const std::optional<std::string> password = prompt(question + ": ");
  if (!password || password->empty()) {
    (again ? host.given_up : group.given_up) = true;
    return std::nullopt;
  }
  // If another host accepted one, this password is for this host alone.
  (again && group.accepted ? host.typed : group.typed).push_back(*password);
  return password;
}

void Passwords::accepted(const Target& target, const std::string& password) {
  const std::lock_guard lock(mutex_);
  Group& group = group_for(target);
  if (contains(group.typed, password)) group.accepted = password;
}

void Passwords::refused(const Target& target, const std::string& password) {
  const std::lock_guard lock(mutex_);
  Host& host = hosts_[target.connection_key()];
  host.refused.insert(password);
  ++host.attempts;
}

std::optional<std::string> Passwords::ask(const Target& target, const std::string& text) {
  const std::lock_guard lock(mutex_);
  return prompt(target.login_name() + ": " + text);
}

std::optional<std::string> Passwords::prompt(const std::string& question) {
  std::optional<std::string> result = keyring_.prompt(question);
  if (!result) has_no_terminal_ = true;
  return result;
}

bool Passwords::has_no_terminal() const {
  const std::lock_guard lock(mutex_);
  return has_no_terminal_;
}

}  // namespace kamal::sshkit
