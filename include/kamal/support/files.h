#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "kamal/support/system.h"

namespace kamal {

// A file that could not be read or written: the text names it and the system's reason.
struct FileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string read_file(const std::filesystem::path& path);                           // throws FileError
std::optional<std::string> read_file_if_exists(const std::filesystem::path& path);  // throws FileError
// Writes next to the file and renames into place.
void write_file(const std::filesystem::path& path, std::string_view content, mode_t mode = 0644);
void check_writable(const std::filesystem::path& path);  // throws FileError if write_file() can't succeed
bool write_all(int fd, std::string_view bytes);          // false, and errno, on failure
// `~` and `~/x` with the home directory `home`; anything else unchanged.
std::string expand_home(std::string_view path, std::string_view home);
// The same with HOME of the environment; unchanged without one.
std::string expand_home(std::string_view path, const EnvironmentMap& environment);
// The first of TMPDIR, TMP and TEMP that is a directory writable by this user and protected against others
// deleting files in it, else /tmp: Ruby's choice, and so Kamal's.
std::filesystem::path temp_directory(const EnvironmentMap& environment);

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { reset(); }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

// An event for poll(): readable from signal() to clear(). Throws std::system_error if none
// can be created.
class Event {
 public:
  Event();
  int fd() const { return fd_.get(); }
  void signal() const;
  void clear() const;

 private:
  Fd fd_;
};

}  // namespace kamal
