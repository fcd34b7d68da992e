#pragma once

namespace kamal::cli {

// Calls off, from another thread, what waits with poll().
class Cancellation {
 public:
  Cancellation();
  ~Cancellation();
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  void cancel() const;
  int fd() const { return fd_; }  // readable once cancelled

 private:
  int fd_;
};

}  // namespace kamal::cli
