#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "kamal/support/command.h"
#include "kamal/support/names.h"
#include "kamal/support/process.h"

namespace kamal::sshkit {

class Output;

// What a failed step means for the steps after it.
enum class OnFailure { stop, ignore };
// Whether a step is shown, or only with -v.
enum class LogLevel { debug, info };
enum class StepOutput { shown, confidential };

// How an upload replaces a file: atomic rename, or in place to keep the inode (open handles, bind mounts).
enum class UploadMode { rename, in_place };

// A file to upload: written next to its path, given its mode, then renamed into place.
struct Upload {
  std::string content;         // bytes; never shown
  std::string remote_path;     // relative to the login directory, or with a leading ${PWD}/
  std::optional<mode_t> mode;  // absent: the mode of the replaced file, or the server's umask
  UploadMode upload_mode = UploadMode::rename;
};

// One action on a server: `Step::run(command).ignore_failure()`.
struct Step {
  static Step run(Command command);
  static Step upload(std::string content, std::string remote_path, std::optional<mode_t> mode = {},
                     UploadMode upload_mode = UploadMode::rename);
  Step ignore_failure() &&;
  Step debug() &&;         // shown with -v only
  Step confidential() &&;  // its output may hold secrets, so no terminal, log or observer gets it
  // Later steps of the list may use the stripped standard output as ${variable} in an expanding argument.
  // Empty output then counts as a failure with status 1 and this message on standard error.
  Step save_as(std::string name, std::string message_if_empty = "") &&;
  // In a dry run, the output, instead of running the command: for queries about what was not changed.
  Step pretend(std::string output) &&;

  std::variant<Command, Upload> action;
  OnFailure on_failure = OnFailure::stop;
  LogLevel level = LogLevel::info;
  StepOutput output = StepOutput::shown;
  std::string variable{};  // of the shell, see save_as
  std::string if_empty{};
  std::optional<std::string> pretended{};

  std::string display() const;  // for output, redacted
};

// For a dry run: "Would run docker start shop on 1.1.1.1".
std::string would_run_text(const Step& step, std::string_view host);

// One host's batch of work, sent in one round trip.
using Steps = std::vector<Step>;

struct StepResult {
  int status = 0;     // exit status
  std::string out{};  // as written
  std::string err{};
  std::chrono::milliseconds took{0};
  bool ok() const { return status == 0; }
  std::string text() const;  // out, stripped
};

// Host unreachable, login refused, host key changed or connection lost.
struct ConnectionError : std::runtime_error {
  // What the failure is about: reaching the host, and whatever else can go wrong, or one of the steps after
  // it.
  enum class Stage { contact, host_key, login };

  explicit ConnectionError(const std::string& text, Stage failed_stage = Stage::contact)
      : std::runtime_error(text), stage(failed_stage) {}
  Stage stage;
};

// A command, given as displayed, failed with a non-zero exit status. what() has its output without
// secrets.
class CommandFailed : public std::runtime_error {
 public:
  CommandFailed(std::string_view command, const StepResult& result, const Output& output);
  const std::string& command() const { return command_; }
  int status() const { return status_; }
  const std::string& err() const { return err_; }  // standard error without secrets

 private:
  std::string command_, err_;
  int status_;
};

// Receives events of a running list, in the thread that waits in run().
class StepListener {
 public:
  virtual ~StepListener() = default;
  virtual void started(size_t step) = 0;
  virtual void output(size_t step, Stream stream, std::string_view line) = 0;  // without line end
  virtual void finished(size_t step, const StepResult& result) = 0;
  virtual void waiting(const std::string&) {}  // called with the reason if waiting takes long
  // In a dry run, called instead of the others: the step would have run.
  virtual void pretended(size_t, const StepResult&) {}
};

// A remote port forwarding, canceled when destroyed.
class Forward {
 public:
  explicit Forward(std::function<void()> cancel) : cancel_(std::move(cancel)) {}
  ~Forward() { cancel_(); }
  Forward(const Forward&) = delete;
  Forward& operator=(const Forward&) = delete;

 private:
  std::function<void()> cancel_;
};

// One server, with one connection for the whole run. Thread-safe: the steps of a call run in order, calls run
// in parallel.
class Server {
 public:
  virtual ~Server() = default;
  virtual const Host& host() const = 0;
  // Runs the steps in one round trip and waits. Returns results of the steps that ran: if the list stopped
  // early, the last one is a failure. Throws ConnectionError, Interrupted.
  virtual std::vector<StepResult> run(const Steps& steps, StepListener& listener) = 0;
  // Attaches the terminal (or else the standard streams) of this process to a command. Returns its exit
  // status.
  virtual int run_interactively(const Command& command) = 0;
  // Passes on output as it arrives until the command ends or `keep_going` returns false. Returns its exit
  // status.
  virtual int stream(const Command& command,
                     const std::function<bool(Stream, std::string_view)>& keep_going) = 0;
  // Forwards 127.0.0.1:`remote_port` of the server to 127.0.0.1:`local_port` of this machine.
  virtual std::unique_ptr<Forward> forward_to_local(int remote_port, int local_port) = 0;
  // Logs in again, for group changes to take effect.
  virtual void reconnect() = 0;
};

// Provides servers: by SSH, or a fake in tests.
class Backend {
 public:
  virtual ~Backend() = default;
  // Connects on first use; later calls return the same server. Throws ConnectionError, Interrupted.
  virtual Server& server(const Host& host) = 0;
  // Starts connecting to all hosts in the background; failures are reported by server().
  virtual void prepare(const std::vector<Host>& hosts) = 0;
  // Whether its login is known to have failed. Never waits.
  virtual bool has_failed(const Host& host) = 0;
};

}  // namespace kamal::sshkit
