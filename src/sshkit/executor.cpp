#include "kamal/sshkit/executor.h"

#include <fmt/format.h>

#include <mutex>
#include <thread>

namespace kamal::sshkit {
namespace {

constexpr size_t id_bytes = 4;

Severity to_severity(LogLevel level) { return level == LogLevel::debug ? Severity::debug : Severity::info; }

double seconds(std::chrono::milliseconds took) { return static_cast<double>(took.count()) / 1000; }

// Logs a list of steps as it runs.
class StepLogger : public StepListener {
 public:
  StepLogger(const Steps& steps, const Host& host, Output& output, Random& random,
             std::function<void(size_t, const StepResult&)> finished = {})
      : steps_(steps), host_(host), output_(output), finished_(std::move(finished)) {
    const std::string digits = random.hex(id_bytes * steps.size());
    for (size_t i = 0; i < steps.size(); ++i) ids_.push_back(digits.substr(i * 2 * id_bytes, 2 * id_bytes));
  }

  void started(size_t step) override {
    const std::string command = steps_[step].display();
    output_.command_started(ids_[step], host_.str(), command, to_severity(steps_[step].level));
    wait_ = output_.command_wait(ids_[step], host_.str(), command);
  }

  void waiting(const std::string& text) override { output_.log(Severity::warn, text); }

  void pretended(size_t step, const StepResult& result) override {
    output_.log(Severity::info, would_run_text(steps_[step], host_.str()));
    if (finished_) finished_(step, result);
  }

  void output(size_t step, Stream stream, std::string_view line) override {
    if (steps_[step].output == StepOutput::confidential) return;
    output_.command_output(ids_[step], host_.str(), stream, line);
  }

  void finished(size_t step, const StepResult& result) override {
    wait_.reset();
    output_.command_finished(
        ids_[step], host_.str(),
        {seconds(result.took), result.status, steps_[step].on_failure == OnFailure::stop},
        to_severity(steps_[step].level));
    if (finished_) finished_(step, result);
  }

 private:
  const Steps& steps_;
  const Host& host_;
  Output& output_;
  const std::function<void(size_t, const StepResult&)> finished_;
  std::vector<std::string> ids_;
  std::unique_ptr<Wait> wait_;
};

void check(const Step& step, const StepResult& result, const Output& output) {
  if (!result.ok() && step.on_failure == OnFailure::stop) throw CommandFailed(step.display(), result, output);
}

// Splits a stream into lines.
class LineSplitter {
 public:
  explicit LineSplitter(std::function<void(std::string_view)> line) : line_(std::move(line)) {}
  ~LineSplitter() {
    if (!partial_line_.empty()) line_(partial_line_);
  }
  LineSplitter(const LineSplitter&) = delete;
  LineSplitter& operator=(const LineSplitter&) = delete;

  void add(std::string_view piece) {
    for (size_t end; (end = piece.find('\n')) != std::string_view::npos; piece.remove_prefix(end + 1)) {
      partial_line_ += piece.substr(0, end);
      line_(partial_line_);
      partial_line_.clear();
    }
    partial_line_ += piece;
  }

 private:
  std::function<void(std::string_view)> line_;
  std::string partial_line_;
};

Process to_process(const Command& command, const Local::Options& options) {
  Process process;
  process.argv = command.as_argv().value_or(std::vector<std::string>{"sh", "-c", command.shell_text()});
  process.env = options.env;
  process.env.insert(process.env.end(), command.env().begin(), command.env().end());
  process.input = command.input();
  if (options.directory) process.directory = *options.directory;
  process.timeout = options.timeout;
  return process;
}

// Kamal's wording, which scripts match on.
std::string failure_text(const std::vector<HostFailure>& failures) {
  const auto line = [](const HostFailure& failure) {
    return fmt::format("Exception while executing on host {}: {}", failure.host.str(), failure.message);
  };
  if (failures.size() == 1) return line(failures[0]);
  std::string text = fmt::format("Exceptions on {} hosts:", failures.size());
  for (const HostFailure& failure : failures) text += "\n" + line(failure);
  return text;
}

}  // namespace

ExecuteError::ExecuteError(std::vector<HostFailure> failures)
    : std::runtime_error(failure_text(failures)), failures_(std::move(failures)) {}

std::vector<StepResult> Remote::run(const Steps& steps,
                                    const std::function<void(size_t, const StepResult&)>& finished) {
  if (steps.empty()) return {};
  StepLogger logger(steps, host(), output_, random_, finished);
  std::vector<StepResult> results = server_.run(steps, logger);
  const size_t last = results.size() - 1;
  check(steps[last], results[last], output_);
  return results;
}

StepResult Remote::execute(Command command, OnFailure on_failure, LogLevel level) {
  return run({Step{std::move(command), on_failure, level}}).front();
}

std::string Remote::capture(Command command, OnFailure on_failure, LogLevel level) {
  return execute(std::move(command), on_failure, level).text();
}

StepResult Local::execute(const Command& command, const Options& options) {
  const Steps steps{{command, options.on_failure, options.level}};
  const Host here;
  StepLogger logger(steps, here, output_, random_);
  if (changes_ == Changes::pretend && !command.is_question() && !options.in_dry_run) {
    logger.pretended(0, {});
    return {};
  }
  logger.started(0);
  const auto start = std::chrono::steady_clock::now();
  StepResult result;
  {
    const auto line_of = [&](Stream stream) {
      return [&, stream](std::string_view line) {
        logger.output(0, stream, line);
        if (options.on_output) options.on_output(line);
      };
    };
    LineSplitter out(line_of(Stream::out));
    LineSplitter err(line_of(Stream::err));
    ProcessResult ended = processes_.run(
        to_process(command, options),
        [&](Stream stream, std::string_view piece) { (stream == Stream::out ? out : err).add(piece); });
    result.status = ended.timed_out ? timed_out : ended.status;
    result.out = std::move(ended.out);
    result.err = std::move(ended.err);
  }
  result.took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  logger.finished(0, result);
  check(steps[0], result, output_);
  return result;
}

Server& Executor::connected(const Host& host) {
  // May report for another task on this host, so it captures nothing of this one.
  const auto say = [&output = output_, host](std::string_view after) {
    output.log(Severity::info, fmt::format("Still connecting to {} after {}", host.str(), after));
  };
  const Wait wait(output_.waits(), "connection to " + host.str(), say);
  return backend_.server(host);
}

void Executor::on_each(const std::vector<Task>& tasks) {
  interruption_.check();
  std::mutex mutex;
  std::vector<HostFailure> failures;
  std::optional<Interrupted> interrupted;
  const auto run_task = [&](const Task& task) {
    TaskOutcome outcome = TaskOutcome::failed;
    try {
      Remote remote(connected(task.host), output_, random_);
      task.recipe(remote);
      outcome = TaskOutcome::done;
    } catch (const Interrupted& error) {
      outcome = TaskOutcome::interrupted;
      const std::lock_guard lock(mutex);
      interrupted = error;
    } catch (const std::exception& error) {
      const std::lock_guard lock(mutex);
      failures.push_back({task.host, error.what(), std::current_exception()});
    }
    if (task.ended) task.ended(outcome);
  };
  std::vector<std::jthread> threads;
  for (size_t i = 1; i < tasks.size(); ++i) threads.emplace_back([&, i] { run_task(tasks[i]); });
  if (!tasks.empty()) run_task(tasks[0]);
  threads.clear();
  if (interrupted) throw Interrupted(*interrupted);
  if (!failures.empty()) throw ExecuteError(std::move(failures));
}

}  // namespace kamal::sshkit
