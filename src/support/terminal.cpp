#include "kamal/support/terminal.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <string_view>

namespace kamal {
namespace {

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count <= 0) return;
    text.remove_prefix(static_cast<size_t>(count));
  }
}

// Byte by byte, so that nothing behind the line is taken from whoever reads next.
std::optional<std::string> read_line(int fd) {
  std::string line;
  char byte = 0;
  while (read(fd, &byte, 1) == 1) {
    if (byte == '\n') return line;
    line += byte;
  }
  if (line.empty()) return std::nullopt;
  return line;
}

// Switches a terminal's echo off for the time of its life.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd) : fd_(fd) {
    tcgetattr(fd_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(fd_, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() { tcsetattr(fd_, TCSAFLUSH, &before_); }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  int fd_;
  termios before_{};
};

std::optional<std::string> ask_silently(const std::string& question) {
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal < 0) return std::nullopt;
  std::optional<std::string> answer;
  {
    const SilentTerminal silent(terminal);
    write_all(terminal, question);
    answer = read_line(terminal);
    write_all(terminal, "\n");
  }
  close(terminal);
  return answer;
}

}  // namespace

std::optional<std::string> ask(const std::string& question, Echo echo) {
  if (echo == Echo::off) return ask_silently(question);
  write_all(STDOUT_FILENO, question);
  return read_line(STDIN_FILENO);
}

}  // namespace kamal
