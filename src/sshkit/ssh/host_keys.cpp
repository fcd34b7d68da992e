#include "sshkit/ssh/host_keys.h"

#include <fcntl.h>
#include <libssh/libssh.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>

#include "kamal/sshkit/server.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "sshkit/ssh/config_line.h"

namespace kamal::sshkit {
namespace {

// libssh compares hashed names (|1|salt|hash); it needs a whole line.
bool matches_hashed(const std::string& name, const std::string& hashed) {
  const std::string line =
      hashed + " ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
  ssh_knownhosts_entry* entry = nullptr;
  const bool matches = ssh_known_hosts_parse_line(name.c_str(), line.c_str(), &entry) == SSH_OK;
  ssh_knownhosts_entry_free(entry);
  return matches;
}

bool names_host(const std::string& names, const std::string& name) {
  if (names.starts_with('|')) return matches_hashed(name, names);
  return matches_patterns(split(lower(names), ','), name);
}

[[noreturn]] void fail(const std::filesystem::path& file) {
  throw FileError("Could not write " + file.string() + ": " + std::strerror(errno));
}

void make_private_directory(const std::filesystem::path& directory) {
  if (directory.empty() || std::filesystem::exists(directory)) return;
  std::filesystem::create_directories(directory.parent_path());
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) fail(directory);
}

bool lacks_line_end(int fd) {
  char last = '\n';
  const off_t size = lseek(fd, 0, SEEK_END);
  return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

// What libssh supports, in its order of preference.
const std::vector<std::string> algorithms{"ssh-ed25519",         "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp384",
                                          "ecdsa-sha2-nistp256", "rsa-sha2-512",        "rsa-sha2-256"};

std::vector<std::filesystem::path> known_hosts_files(const Target& target) {
  std::vector<std::filesystem::path> files = target.user_known_hosts;
  files.insert(files.end(), target.global_known_hosts.begin(), target.global_known_hosts.end());
  return files;
}

bool is_of_type(const std::string& algorithm, const std::string& type) {
  return algorithm == type || (type == "ssh-rsa" && algorithm.starts_with("rsa-"));
}

KeyHandle server_key(ssh_session session) {
  ssh_key key = nullptr;
  if (ssh_get_server_publickey(session, &key) != SSH_OK) throw ConnectionError("no host key received");
  return KeyHandle(key);
}

[[noreturn]] void refuse(const std::string& why) {
  throw ConnectionError(why, ConnectionError::Stage::host_key);
}

HostKey as_written(ssh_key key) {
  const std::string type = ssh_key_type_to_char(ssh_key_type(key));
  return {type.starts_with("ecdsa") ? ssh_pki_key_ecdsa_name(key) : type, public_base64(key)};
}

std::string fingerprint(ssh_key key) {
  unsigned char* hash = nullptr;
  size_t length = 0;
  if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) != SSH_OK) return "";
  const TextHandle text(ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length));
  ssh_clean_pubkey_hash(&hash);
  return text ? text.get() : "";
}

std::string location(const HostKeyVerdict& verdict) {
  return verdict.file.string() + ":" + std::to_string(verdict.line);
}

void save_key(const Target& target, const HostKey& key, const Shared& shared) {
  if (target.user_known_hosts.empty()) return;
  try {
    shared.known_hosts.add(target.user_known_hosts.front(), target.key_name, key);
  } catch (const std::exception& error) {
    shared.warn("Could not save the host key of " + target.name + ": " + error.what());
  }
}

}  // namespace

std::vector<KnownHosts::Entry> KnownHosts::entries(const Files& files, const std::string& name) const {
  std::vector<Entry> found;
  for (const auto& file : files) {
    const std::string text = read_file_if_exists(file).value_or("");
    int number = 0;
    for (const std::string& line : lines_of(text)) {
      ++number;
      Entry entry{false, {}, file, number};
      std::istringstream fields(line);
      std::string names;
      fields >> names;
      if (names.starts_with('#')) continue;
      if (names.starts_with('@')) {
        if (names != "@revoked") continue;  // host certificates are not supported
        entry.revoked = true;
        fields >> names;
      }
      if (fields >> entry.key.type >> entry.key.base64 && names_host(names, name))
        found.push_back(std::move(entry));
    }
  }
  return found;
}

HostKeyVerdict KnownHosts::check(const Files& files, const std::string& name, const HostKey& key) {
  const std::lock_guard lock(mutex_);
  using State = HostKeyVerdict::State;
  const std::vector<Entry> found = entries(files, name);
  for (const Entry& entry : found)
    if (entry.revoked && entry.key == key) return {State::revoked, entry.file, entry.line};
  HostKeyVerdict verdict;
  for (const Entry& entry : found) {
    if (entry.revoked) continue;
    if (entry.key == key) return {State::known, entry.file, entry.line};
    // Reports the line whose key has the same type, if any.
    if (verdict.state == State::unknown || entry.key.type == key.type)
      verdict = {State::changed, entry.file, entry.line};
  }
  return verdict;
}

std::vector<std::string> KnownHosts::key_types(const Files& files, const std::string& name) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> types;
  for (const Entry& entry : entries(files, name)) {
    if (!entry.revoked) add_once(types, entry.key.type);
  }
  return types;
}

void KnownHosts::add(const std::filesystem::path& file, const std::string& name, const HostKey& key) {
  const std::lock_guard lock(mutex_);
  for (const Entry& entry : entries({file}, name)) {
    if (entry.key == key) return;  // another connection was faster
  }
  make_private_directory(file.parent_path());
  const Fd fd(open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd.open()) fail(file);
  flock(fd.get(), LOCK_EX);  // released with the file
  const std::string line =
      (lacks_line_end(fd.get()) ? "\n" : "") + name + " " + key.type + " " + key.base64 + "\n";
  if (write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) fail(file);
}

void prefer_known_host_keys(ssh_session session, const Target& target, KnownHosts& known_hosts) {
  const std::vector<std::string> types = known_hosts.key_types(known_hosts_files(target), target.key_name);
  const auto known = [&](const std::string& algorithm) {
    return std::any_of(types.begin(), types.end(),
                       [&](const auto& type) { return is_of_type(algorithm, type); });
  };
  std::vector<std::string> ordered = algorithms;
  std::stable_partition(ordered.begin(), ordered.end(), known);
  ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, join(ordered, ",").c_str());
}

void check_host_key(ssh_session session, const Target& target, const Shared& shared) {
  const KeyHandle received = server_key(session);
  const HostKey key = as_written(received.get());
  const HostKeyVerdict verdict = shared.known_hosts.check(known_hosts_files(target), target.key_name, key);
  switch (verdict.state) {
    case HostKeyVerdict::State::known:
      return;
    case HostKeyVerdict::State::revoked:
      refuse("host key " + fingerprint(received.get()) + " is revoked in " + location(verdict));
    case HostKeyVerdict::State::changed:
      if (target.changed_host_keys == ChangedHostKeys::accept) {
        shared.warn("The host key of " + target.name + " does not match " + location(verdict) +
                    "; accepted because of StrictHostKeyChecking no");
        return;
      }
      refuse("host key " + key.type + " " + fingerprint(received.get()) + " does not match " +
             location(verdict) + ": possible man-in-the-middle attack. If the server was " +
             "rebuilt, remove that line or run: ssh-keygen -R '" + target.key_name + "'");
    case HostKeyVerdict::State::unknown:
      if (target.unknown_host_keys == UnknownHostKeys::refuse)
        refuse("unknown host key (" + key.type + " " + fingerprint(received.get()) +
               "), rejected by StrictHostKeyChecking");
      save_key(target, key, shared);
  }
}

}  // namespace kamal::sshkit
