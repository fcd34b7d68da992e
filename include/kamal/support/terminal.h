#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "kamal/support/interruption.h"

namespace kamal {

// Control sequences; see ctlseqs of xterm.
inline constexpr std::string_view clear_to_end_of_line = "\x1b[K", clear_below = "\x1b[J";

// Prompts on standard output and reads a line of standard input. Nothing at end of input.
std::optional<std::string> ask(const std::string& question);
// Prompts on the terminal of this process without echo; end of file is an empty answer. Nothing without a
// terminal. Throws Interrupted after it has restored the terminal.
std::optional<std::string> ask_silently(const std::string& question, const Interruption& interruption);

struct WindowSize {
  int columns = 80;
  int rows = 24;
  bool operator==(const WindowSize&) const = default;
};

// Nothing if the file is not a terminal; the default if the terminal does not know.
std::optional<WindowSize> terminal_size(int fd);

// Whether this process may draw on the terminal: it is in the foreground, and no program reads a password.
bool terminal_is_ours(int fd);

// Standard output or error of this process. A reader that stops reading can't keep an interrupted run from
// ending, and one that closes can't stop a run: unread text is dropped. Thread-safe.
class StandardStream {
 public:
  StandardStream(int fd, const Interruption& interruption) : fd_(fd), interruption_(interruption) {}

  void write(std::string_view text);
  bool closed() const { return closed_; }    // by its reader, or after a failed write
  int error() const { return error_; }       // errno of a write that failed although it had a reader, or 0
  bool cut_off() const { return cut_off_; }  // an interrupted run has dropped text

 private:
  enum class Ready { yes, no, closed };

  Ready wait_until_ready() const;
  size_t write_some(std::string_view text);

  const int fd_;
  const Interruption& interruption_;
  std::mutex mutex_;  // keeps texts whole
  std::atomic<bool> closed_ = false, cut_off_ = false;
  std::atomic<int> error_ = 0;
};

}  // namespace kamal
