#include "kamal/support/files.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

namespace kamal {
namespace {

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path) {
  throw FileError("Can't " + what + " " + path.string() + ": " + std::strerror(errno));
}

bool serves_for_temporary_files(const std::string& directory) {
  struct stat found {};
  if (stat(directory.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) return false;
  const bool anyone_removes = (found.st_mode & S_IWOTH) != 0 && (found.st_mode & S_ISVTX) == 0;
  return !anyone_removes && access(directory.c_str(), W_OK) == 0;
}

// A new temporary file in the same directory.
Fd open_beside(const std::filesystem::path& path, std::string& name) {
  name = path.string() + ".XXXXXX";
  Fd fd(mkostemp(name.data(), O_CLOEXEC));
  if (!fd.open()) fail("write", path);
  return fd;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    errno = EISDIR;
    fail("read", path);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("read", path);
  std::ostringstream content;
  content << file.rdbuf();
  if (file.bad()) fail("read", path);
  return std::move(content).str();
}

std::optional<std::string> read_file_if_exists(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  return read_file(path);
}

void write_file(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  std::string beside;
  const Fd fd = open_beside(path, beside);
  try {
    if (fchmod(fd.get(), mode) != 0) fail("set the mode of", path);
    if (!write_all(fd.get(), content) || rename(beside.c_str(), path.c_str()) != 0) fail("write", path);
  } catch (...) {
    unlink(beside.c_str());
    throw;
  }
}

void check_writable(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    errno = EISDIR;
    fail("write", path);
  }
  std::string beside;
  open_beside(path, beside);
  unlink(beside.c_str());
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

std::string expand_home(std::string_view path, std::string_view home) {
  if (path == "~" || path.starts_with("~/")) return std::string(home) + std::string(path.substr(1));
  return std::string(path);
}

std::string expand_home(std::string_view path, const EnvironmentMap& environment) {
  const auto home = get(environment, "HOME");
  return home ? expand_home(path, *home) : std::string(path);
}

std::filesystem::path temp_directory(const EnvironmentMap& environment) {
  for (const char* name : {"TMPDIR", "TMP", "TEMP"}) {
    const std::string directory = expand_home(get(environment, name).value_or(""), environment);
    if (directory.empty() || !serves_for_temporary_files(directory)) continue;
    const std::filesystem::path path = std::filesystem::absolute(directory).lexically_normal();
    return path.has_filename() ? path : path.parent_path();  // without a slash at its end
  }
  return "/tmp";
}

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

void Fd::reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Event::Event() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!fd_.open()) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Event::signal() const {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(fd_.get(), &one, sizeof one);
}

void Event::clear() const {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t taken = read(fd_.get(), &count, sizeof count);
}

}  // namespace kamal
