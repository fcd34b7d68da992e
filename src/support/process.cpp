#include "kamal/support/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <limits>
#include <system_error>
#include <thread>

#include "kamal/support/fd.h"
#include "kamal/support/interruption.h"

namespace kamal {
namespace {

using Ticks = std::chrono::steady_clock;

constexpr auto grace_after_signal = std::chrono::seconds(10);
// Milliseconds between two looks at a program that has closed its output.
constexpr int max_quiet_pause = 50;

struct Pipe {
  Fd read_end, write_end;
};

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

// What exec needs, put together before the fork: nothing may be allocated after it.
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
    if (!directory_.empty() && chdir(directory_.c_str()) != 0) _exit(126);
    environ = env_.data();
    execvp(argv_[0], argv_.data());
    const bool denied = errno == EACCES;
    const std::string& message = denied ? denied_ : not_found_;
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, message.data(), message.size());
    _exit(denied ? 126 : 127);
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

// Gives a signalled child time to leave, then ends it.
int wait_or_kill(pid_t pid, pid_t group_or_pid) {
  const auto end = Ticks::now() + grace_after_signal;
  int status = 0;
  while (Ticks::now() < end) {
    if (waitpid(pid, &status, WNOHANG) == pid) return exit_status(status);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  kill(group_or_pid, SIGKILL);
  return wait_for(pid);
}

// A child whose three streams are pipes of this process.
class PipedChild {
 public:
  PipedChild(const Process& process, const OutputSink& sink)
      : sink_(sink),
        max_output_(process.max_output.value_or(std::numeric_limits<size_t>::max())),
        own_group_(process.timeout.has_value() && process.terminal == Terminal::none) {
    ExecImage image(process);
    Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
    pid_ = fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) become(image, process, in, out, err);
    if (own_group_) setpgid(pid_, pid_);  // here as well: whoever is first
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
        pump(interruption);
      }
    }
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

  [[noreturn]] void stop(int signal) {
    const pid_t target = own_group_ ? -pid_ : pid_;
    kill(target, signal);
    wait_or_kill(pid_, target);
    throw Interrupted(signal);
  }

  void kill_all() {
    deadline_.reset();
    if (own_group_) {
      kill(-pid_, SIGKILL);
      return;
    }
    const std::vector<pid_t> below = descendants(pid_);
    kill(pid_, SIGKILL);
    for (const pid_t one : below) kill(one, SIGKILL);
    // One that left its parents may live on and hold the pipe.
    out_.reset();
    err_.reset();
  }

  // A program may close its output long before it ends, and still read its input.
  bool ended() {
    if (out_.open() || err_.open()) return false;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
    result_.status = exit_status(status);
    return true;
  }

  int poll_timeout() {
    int64_t timeout = -1;
    if (!out_.open() && !err_.open()) timeout = quiet_pause_ = std::min(2 * quiet_pause_, max_quiet_pause);
    if (deadline_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - Ticks::now()).count();
      timeout = timeout < 0 ? left : std::min<int64_t>(timeout, left);
      timeout = std::max<int64_t>(0, timeout);
    }
    return static_cast<int>(timeout);
  }

  void pump(const Interruption& interruption) {
    std::array<pollfd, 4> fds{{{out_.get(), POLLIN, 0},
                               {err_.get(), POLLIN, 0},
                               {in_.get(), POLLOUT, 0},
                               {interruption.fd(), POLLIN, 0}}};
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
  size_t max_output_;
  bool own_group_;
  pid_t pid_ = -1;
  Fd in_, out_, err_;
  std::string to_write_;
  std::optional<Ticks::time_point> deadline_;
  int quiet_pause_ = 1;
  ProcessResult result_;
};

}  // namespace

ProcessResult SystemProcesses::run(const Process& process, const OutputSink& sink) {
  interruption_.check();
  return PipedChild(process, sink).finish(interruption_);
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
