#pragma once

#include <utility>

namespace kamal {

// A file descriptor that closes itself.
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

// Something that happened, for poll(): readable from signal() to clear(). Throws std::system_error where none
// can be made.
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
