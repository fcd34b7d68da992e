#pragma once

#include <utility>

namespace kamal {

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
