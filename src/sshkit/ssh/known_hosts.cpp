#include "sshkit/ssh/known_hosts.h"

#include <fcntl.h>
#include <libssh/libssh.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "sshkit/ssh/fd.h"
#include "sshkit/ssh/patterns.h"

namespace kamal::sshkit {
namespace {

// libssh compares hashed names (|1|salt|hash) for us; it wants a whole line around one.
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

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    const size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const size_t end = std::min(text.find_first_of(" \t\r"), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

[[noreturn]] void fail(const std::filesystem::path& file) {
  throw FileError("Can't write " + file.string() + ": " + std::strerror(errno));
}

void make_private_folder(const std::filesystem::path& folder) {
  if (folder.empty() || std::filesystem::exists(folder)) return;
  std::filesystem::create_directories(folder.parent_path());
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail(folder);
}

bool lacks_line_end(int fd) {
  char last = '\n';
  const off_t size = lseek(fd, 0, SEEK_END);
  return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

std::vector<KnownHosts::Entry> KnownHosts::entries(const Files& files, const std::string& name) const {
  std::vector<Entry> found;
  for (const auto& file : files) {
    const std::string text = read_file_if_exists(file).value_or("");
    int number = 0;
    for (const std::string& line : lines_of(text)) {
      ++number;
      std::vector<std::string> words = words_of(line);
      if (words.empty() || words[0].starts_with('#')) continue;
      Entry entry{Entry::Marker::none, {}, file, number};
      if (words[0].starts_with('@')) {
        if (words[0] != "@revoked") continue;  // certificates of hosts are not checked here
        entry.marker = Entry::Marker::revoked;
        words.erase(words.begin());
      }
      if (words.size() < 3 || !names_host(words[0], name)) continue;
      entry.key = {words[1], words[2]};
      found.push_back(std::move(entry));
    }
  }
  return found;
}

HostKeyVerdict KnownHosts::check(const Files& files, const std::string& name, const HostKey& key) {
  const std::lock_guard lock(mutex_);
  using State = HostKeyVerdict::State;
  const std::vector<Entry> found = entries(files, name);
  for (const Entry& entry : found) {
    if (entry.marker == Entry::Marker::revoked && entry.key == key)
      return {State::revoked, entry.file, entry.line};
  }
  HostKeyVerdict verdict;
  for (const Entry& entry : found) {
    if (entry.marker == Entry::Marker::revoked) continue;
    if (entry.key == key) return {State::known, entry.file, entry.line};
    // The line to show is the one whose key has the same type, where there is one.
    if (verdict.state == State::unknown || entry.key.type == key.type)
      verdict = {State::changed, entry.file, entry.line};
  }
  return verdict;
}

std::vector<std::string> KnownHosts::key_types(const Files& files, const std::string& name) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> types;
  for (const Entry& entry : entries(files, name)) {
    if (entry.marker == Entry::Marker::none &&
        std::find(types.begin(), types.end(), entry.key.type) == types.end())
      types.push_back(entry.key.type);
  }
  return types;
}

void KnownHosts::add(const std::filesystem::path& file, const std::string& name, const HostKey& key) {
  const std::lock_guard lock(mutex_);
  for (const Entry& entry : entries({file}, name)) {
    if (entry.key == key) return;  // a connection beside this one was faster
  }
  make_private_folder(file.parent_path());
  const Fd fd(open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd.open()) fail(file);
  flock(fd.get(), LOCK_EX);  // released with the file
  const std::string line =
      (lacks_line_end(fd.get()) ? "\n" : "") + name + " " + key.type + " " + key.base64 + "\n";
  if (write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) fail(file);
}

}  // namespace kamal::sshkit
