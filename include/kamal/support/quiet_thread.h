#pragma once

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

namespace kamal {

// Keeps signals from this thread, and from those it starts, for the time of its life.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

// A thread that signals pass by: they belong to the threads that know what to do about them.
template <class Function>
std::thread start_quiet_thread(Function function) {
  const SignalsBlocked blocked;
  return std::thread(std::move(function));
}

}  // namespace kamal
