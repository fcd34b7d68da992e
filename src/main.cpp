#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include "build_info.h"
#include "kamal/cli/run.h"
#include "kamal/support/live_lines.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"
#include "kamal/support/terminal.h"

namespace {

kamal::Interruption* interruption_of_handlers = nullptr;
kamal::LiveLines* live_lines_of_handlers = nullptr;

// Or files and sockets would take the numbers of closed standard streams, and get what is printed. Writing to
// a closed standard output still fails.
void replace_closed_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
  }
}

// The first signal asks the run to stop; the second one exits at once.
void on_signal(int signal) {
  if (interruption_of_handlers->signal() != 0) {
    constexpr char left[] = "\nkamal: aborted; the deploy lock may still be held (run: kamal lock status)\n";
    pollfd error{STDERR_FILENO, POLLOUT, 0};  // must not block
    if (poll(&error, 1, 0) == 1) {
      [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, left, sizeof left - 1);
    }
    _exit(128 + signal);
  }
  interruption_of_handlers->request(signal);
}

// After Ctrl-Z and `fg`: the shell has written to the terminal.
void on_continue(int) {
  if (live_lines_of_handlers) live_lines_of_handlers->forget();
}

// nohup has it ignored.
bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void handle_signals(kamal::Interruption& interruption) {
  interruption_of_handlers = &interruption;
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
  if (!is_ignored(SIGHUP)) sigaction(SIGHUP, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  action.sa_handler = on_continue;
  action.sa_flags = SA_RESTART;
  sigaction(SIGCONT, &action, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  replace_closed_streams();
  kamal::raise_file_limit();
  kamal::Interruption interruption;
  handle_signals(interruption);
  kamal::StandardStream out(STDOUT_FILENO, interruption), err(STDERR_FILENO, interruption);
  const auto window_size = [] { return kamal::terminal_size(STDOUT_FILENO); };
  kamal::LiveLines lines({.out = [&](std::string_view text) { out.write(text); },
                          .err = [&](std::string_view text) { err.write(text); },
                          .err_is_terminal = isatty(STDERR_FILENO) == 1,
                          .window_size = window_size,
                          .is_ours = [] { return kamal::terminal_is_ours(STDOUT_FILENO); }});
  // Two pipes must not wait for each other.
  const bool out_is_terminal = isatty(STDOUT_FILENO) == 1;
  kamal::LiveLines* const live_lines = out_is_terminal ? &lines : nullptr;
  live_lines_of_handlers = live_lines;
  const auto write_out = [&](std::string_view text) { live_lines ? lines.out(text) : out.write(text); };
  const auto write_err = [&](std::string_view text) { live_lines ? lines.err(text) : err.write(text); };
  const auto notice = [&](const std::string& text) { write_err(text + "\n"); };
  kamal::SystemProcesses processes(interruption, notice);
  kamal::SystemClock clock(interruption);
  kamal::SystemRandom random;
  const auto ask = [&](const std::string& question) {
    const kamal::LiveLines::Pause pause(live_lines, kamal::LiveLines::Text::hold);
    return kamal::ask(question);
  };
  const auto ask_secretly = [&](const std::string& question) {
    const kamal::LiveLines::Pause pause(live_lines, kamal::LiveLines::Text::hold);
    return kamal::ask_silently(question, interruption);
  };
  const auto connect = [&](kamal::sshkit::SshSettings settings, const kamal::EnvironmentMap& environment) {
    return kamal::sshkit::make_ssh_backend(
        std::move(settings), environment, interruption, ask_secretly,
        [&](const std::string& text) { write_err("WARNING: " + text + "\n"); });
  };
  const kamal::cli::Effects effects{
      .environment = kamal::current_environment(),
      .processes = processes,
      .clock = clock,
      .random = random,
      .interruption = interruption,
      .out = write_out,
      .err = write_err,
      .ask = ask,
      .ask_secretly = ask_secretly,
      .connect = connect,
      .out_is_terminal = out_is_terminal,
      .in_is_terminal = isatty(STDIN_FILENO) == 1,
      .out_is_closed = [&] { return out.closed(); },
      .window_size = window_size,
      .live_lines = live_lines,
      .build_info = kamal::build_info,
  };
  const int status = kamal::cli::run({argv + 1, argv + argc}, effects);
  if (out.error() != 0) {
    err.write(std::string("  ERROR Could not write to standard output: ") + strerror(out.error()) + "\n");
    return status == 0 ? 1 : status;
  }
  return status == 0 && out.cut_off() ? 128 + interruption.signal() : status;
}
