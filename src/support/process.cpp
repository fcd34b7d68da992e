#include "kamal/support/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <limits>
#include <system_error>
#include <thread>

#include "kamal/support/files.h"
#include "kamal/support/interruption.h"

namespace kamal {
namespace {

using Ticks = std::chrono::steady_clock;

constexpr auto grace_after_signal = std::chrono::seconds(10);
// Maximum poll interval, in milliseconds, for a program that has closed its output.
constexpr int max_quiet_pause = 50;
// A child of the program may keep its streams open. After the program's exit, they are closed after this much
// silence, or after this much time in any case.
constexpr auto max_silence = std::chrono::milliseconds(100);
constexpr auto max_rest = std::chrono::seconds(1);
// When to report what an interrupted run is waiting for.
constexpr auto unexplained_grace = std::chrono::seconds(1);

struct Pipe {
  Fd read_end, write_end;
};

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

// Of open files, at the start of the program; unset unless it was raised.
std::optional<rlimit> original_file_limit;

// The arguments of exec, prepared before the fork: nothing may be allocated after it.
class ExecImage {
 public:
  explicit ExecImage(const Process& process)
      : not_found_(process.argv.at(0) + ": command not found\n"),
        denied_(process.argv.at(0) + ": Permission denied\n") {
    EnvironmentMap environment = process.environment ? *process.environment : current_environment();
    for (const auto& [name, value] : process.env) environment[name] = value;
    for (const auto& [name, value] : environment) env_texts_.push_back(name + "=" + value);
    argv_texts_ = process.argv;
    for (std::string& text : argv_texts_) argv_.push_back(text.data());
    for (std::string& text : env_texts_) env_.push_back(text.data());
    argv_.push_back(nullptr);
    env_.push_back(nullptr);
    if (process.directory) directory_ = process.directory->string();
  }

  [[noreturn]] void exec() {
    std::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    restore_file_limit();
    if (!directory_.empty() && chdir(directory_.c_str()) != 0) _exit(126);
    environ = env_.data();
    execvp(argv_[0], argv_.data());
    const bool denied = errno == EACCES;
    const std::string& message = denied ? denied_ : not_found_;
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, message.data(), message.size());
    _exit(denied ? 126 : program_not_found);
  }

 private:
  std::vector<std::string> argv_texts_, env_texts_;
  std::vector<char*> argv_, env_;
  std::string directory_, not_found_, denied_;
};

// The children of a process, theirs, and so on. Linux lists them for each thread, of which a shell has one.
std::vector<pid_t> descendants(pid_t pid) {
  std::vector<pid_t> all;
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", pid));
  for (pid_t child = 0; children >> child;) {
    all.push_back(child);
    const std::vector<pid_t> below = descendants(child);
    all.insert(all.end(), below.begin(), below.end());
  }
  return all;
}

int exit_status(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return exit_status(status);
}

// Leaves the process for wait_for() to reap, so that its ID is not reused.
bool has_exited(pid_t pid) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

// A child whose three streams are pipes of this process.
class PipedChild {
 public:
  PipedChild(const Process& process, const OutputSink& sink, const ProcessNotice& notice)
      : sink_(sink),
        notice_(notice),
        name_(process.argv.at(0)),
        max_output_(process.max_output.value_or(std::numeric_limits<size_t>::max())),
        own_group_(process.timeout.has_value() && process.terminal == Terminal::none) {
    ExecImage image(process);
    Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
    pid_ = fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) become(image, process, in, out, err);
    if (own_group_) setpgid(pid_, pid_);  // in parent and child, whichever runs first
    in_ = process.input ? std::move(in.write_end) : Fd();
    if (in_.open()) fcntl(in_.get(), F_SETFL, O_NONBLOCK);
    out_ = std::move(out.read_end);
    err_ = std::move(err.read_end);
    to_write_ = process.input.value_or("");
    if (process.timeout) deadline_ = Ticks::now() + *process.timeout;
  }

  ProcessResult finish(const Interruption& interruption) {
    while (!ended()) {
      if (interruption.requested()) stop(interruption.signal());
      if (deadline_ && Ticks::now() >= *deadline_) {
        result_.timed_out = true;
        kill_all();
      } else {
        pump(interruption.fd());
      }
    }
    result_.status = wait_for(pid_);
    return std::move(result_);
  }

 private:
  [[noreturn]] void become(ExecImage& image, const Process& process, Pipe& in, Pipe& out, Pipe& err) const {
    if (own_group_) setpgid(0, 0);
    const bool shared = process.terminal == Terminal::shared;
    if (process.input) {
      dup2(in.read_end.get(), STDIN_FILENO);
    } else if (!shared) {
      dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    }
    dup2(out.write_end.get(), STDOUT_FILENO);
    if (!shared) dup2(err.write_end.get(), STDERR_FILENO);
    image.exec();
  }

  // Gives the signaled program time to exit while reading its output, then kills it. Signal 0: a cleanup has
  // run out of time.
  [[noreturn]] void stop(int signal) {
    send(signal != 0 ? signal : SIGTERM);
    deadline_.reset();
    const auto start = Ticks::now();
    bool explained = !notice_;
    while (!ended() && Ticks::now() < start + grace_after_signal) {
      if (!explained && Ticks::now() >= start + unexplained_grace) {
        explained = true;
        notice_(fmt::format("Waiting up to {}s for {} to stop (interrupt again to exit at once)",
                            grace_after_signal.count(), name_));
      }
      pump(-1);
    }
    if (!exit_) kill_all();
    wait_for(pid_);
    throw Interrupted(signal);
  }

  // A shell that handles a signal waits for its child first, so the child gets the signal, too, unless it
  // came from a terminal, which sends SIGINT to all of them.
  void send(int signal) const {
    if (own_group_) {
      kill(-pid_, signal);
      return;
    }
    const std::vector<pid_t> below = signal == SIGINT ? std::vector<pid_t>() : descendants(pid_);
    kill(pid_, signal);
    for (const pid_t one : below) kill(one, signal);
  }

  void kill_all() {
    deadline_.reset();
    send(SIGKILL);
    if (own_group_) return;
    // A detached descendant may survive and hold the pipe.
    out_.reset();
    err_.reset();
  }

  bool is_printing() const { return out_.open() || err_.open(); }

  // A program may close its output long before it ends, and still read its input.
  bool ended() {
    if (!exit_ && has_exited(pid_)) exit_ = last_output_ = Ticks::now();
    if (!exit_ || !is_printing()) return exit_.has_value();
    return Ticks::now() >= std::min(last_output_ + max_silence, *exit_ + max_rest);
  }

  int poll_timeout() {
    int64_t timeout = max_silence.count();
    if (!is_printing()) timeout = quiet_pause_ = std::min(2 * quiet_pause_, max_quiet_pause);
    if (deadline_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - Ticks::now()).count();
      timeout = std::clamp<int64_t>(left, 0, timeout);
    }
    return static_cast<int>(timeout);
  }

  void pump(int interruption) {
    std::array<pollfd, 4> fds{{{out_.get(), POLLIN, 0},
                               {err_.get(), POLLIN, 0},
                               {in_.get(), POLLOUT, 0},
                               {interruption, POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), poll_timeout()) <= 0) return;
    if (fds[0].revents) read_from(out_, Stream::out, result_.out);
    if (fds[1].revents) read_from(err_, Stream::err, result_.err);
    if (fds[2].revents) write_input();
  }

  void read_from(Fd& fd, Stream stream, std::string& collected) {
    char buffer[65536];
    const ssize_t count = read(fd.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) return fd.reset();
    const std::string_view piece(buffer, static_cast<size_t>(count));
    collected += piece;
    last_output_ = Ticks::now();
    if (sink_) sink_(stream, piece);
    if (result_.out.size() + result_.err.size() > max_output_ && !result_.output_limit_exceeded) {
      result_.output_limit_exceeded = true;
      kill_all();
    }
  }

  void write_input() {
    const ssize_t count = write(in_.get(), to_write_.data(), to_write_.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (count > 0) to_write_.erase(0, static_cast<size_t>(count));
    if (count < 0 || to_write_.empty()) in_.reset();
  }

  const OutputSink& sink_;
  const ProcessNotice& notice_;
  const std::string name_;
  size_t max_output_;
  bool own_group_;
  pid_t pid_ = -1;
  Fd in_, out_, err_;
  std::string to_write_;
  std::optional<Ticks::time_point> deadline_;
  std::optional<Ticks::time_point> exit_;  // when it was noticed
  Ticks::time_point last_output_;
  int quiet_pause_ = 1;
  ProcessResult result_;
};

}  // namespace

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  original_file_limit = limit;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void restore_file_limit() {
  if (original_file_limit) setrlimit(RLIMIT_NOFILE, &*original_file_limit);
}

ProcessResult SystemProcesses::run(const Process& process, const OutputSink& sink) {
  interruption_.check();
  return PipedChild(process, sink, notice_).finish(interruption_);
}

int SystemProcesses::run_attached(const Process& process) {
  interruption_.check();
  ExecImage image(process);
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) image.exec();
  return wait_for(pid);
}

ProcessResult ProcessesIn::run(const Process& process, const OutputSink& sink) {
  return processes_.run(placed(process), sink);
}

int ProcessesIn::run_attached(const Process& process) { return processes_.run_attached(placed(process)); }

Process ProcessesIn::placed(Process process) const {
  if (!process.environment) process.environment = environment_;
  return process;
}

}  // namespace kamal
