#include "kamal/sshkit/dry_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

namespace kamal::sshkit {
namespace {

bool is_question(const Step& step) {
  const auto* command = std::get_if<Command>(&step.action);
  return command != nullptr && command->is_question() && !step.pretended;
}

std::string pretended_output(const Step& step) { return step.pretended.value_or(""); }

// A list that runs questions, and replaces other steps by their pretended output.
class PretendedList {
 public:
  PretendedList(const Steps& steps, bool changed_before) : steps_(steps) {
    bool changed = changed_before;
    for (const Step& step : steps) {
      Step sent = step;
      if (!is_question(step)) {
        changed = true;
        sent.action = Command{"printf", "%s", pretended_output(step)};
      }
      forgiven_.push_back(changed && step.on_failure == OnFailure::stop);
      if (forgiven_.back()) sent.on_failure = OnFailure::ignore;
      sent_.push_back(std::move(sent));
    }
  }

  const Steps& sent() const { return sent_; }
  bool asks() const { return std::any_of(steps_.begin(), steps_.end(), is_question); }
  bool changes() const { return !std::all_of(steps_.begin(), steps_.end(), is_question); }
  bool asks(size_t step) const { return is_question(steps_[step]); }
  StepResult forgive(size_t step, StepResult result) const {
    return result.status == program_not_found && forgiven_[step] ? StepResult{.took = result.took} : result;
  }

 private:
  const Steps& steps_;
  Steps sent_;
  std::vector<bool> forgiven_;
};

// Forwards the events of questions, and reports other steps as pretended.
class PretendingListener : public StepListener {
 public:
  PretendingListener(const PretendedList& list, StepListener& listener) : list_(list), listener_(listener) {}

  void started(size_t step) override {
    if (list_.asks(step)) listener_.started(step);
  }
  void output(size_t step, Stream stream, std::string_view line) override {
    if (list_.asks(step)) listener_.output(step, stream, line);
  }
  void finished(size_t step, const StepResult& result) override {
    if (list_.asks(step)) {
      listener_.finished(step, list_.forgive(step, result));
    } else {
      listener_.pretended(step, result);
    }
  }
  void waiting(const std::string& text) override { listener_.waiting(text); }

 private:
  const PretendedList& list_;
  StepListener& listener_;
};

class DryRunServer : public Server {
 public:
  DryRunServer(Server& server, Output& output) : server_(server), output_(output) {}

  const Host& host() const override { return server_.host(); }

  std::vector<StepResult> run(const Steps& steps, StepListener& listener) override {
    const PretendedList list(steps, changed_);
    changed_ = changed_ || list.changes();
    if (!list.asks()) return pretend(steps, listener);
    PretendingListener pretending(list, listener);
    std::vector<StepResult> results = server_.run(list.sent(), pretending);
    for (size_t i = 0; i < results.size(); ++i) {
      results[i] = list.forgive(i, std::move(results[i]));
      if (!results[i].ok() && steps[i].on_failure == OnFailure::stop) results.resize(i + 1);
    }
    return results;
  }

  int run_interactively(const Command& command) override { return would_run(command); }

  int stream(const Command& command,
             const std::function<bool(Stream, std::string_view)>& keep_going) override {
    return command.is_question() ? server_.stream(command, keep_going) : would_run(command);
  }

  std::unique_ptr<Forward> forward_to_local(int, int) override {
    return std::make_unique<Forward>([] {});
  }

  void reconnect() override {}

 private:
  static std::vector<StepResult> pretend(const Steps& steps, StepListener& listener) {
    std::vector<StepResult> results;
    for (size_t i = 0; i < steps.size(); ++i) {
      results.push_back({.out = pretended_output(steps[i])});
      listener.pretended(i, results.back());
    }
    return results;
  }

  int would_run(const Command& command) {
    output_.log(Severity::info, would_run_text(Step::run(command), host().str()));
    return 0;
  }

  Server& server_;
  Output& output_;
  std::atomic<bool> changed_ = false;
};

class DryRunBackend : public Backend {
 public:
  DryRunBackend(std::unique_ptr<Backend> backend, Output& output)
      : backend_(std::move(backend)), output_(output) {}

  Server& server(const Host& host) override {
    Server& real = backend_->server(host);
    const std::lock_guard lock(mutex_);
    std::unique_ptr<DryRunServer>& server = servers_[host];
    if (!server) server = std::make_unique<DryRunServer>(real, output_);
    return *server;
  }

  void prepare(const std::vector<Host>& hosts) override { backend_->prepare(hosts); }
  bool has_failed(const Host& host) override { return backend_->has_failed(host); }

 private:
  std::unique_ptr<Backend> backend_;
  Output& output_;
  std::mutex mutex_;
  std::map<Host, std::unique_ptr<DryRunServer>> servers_;
};

}  // namespace

std::unique_ptr<Backend> dry_run(std::unique_ptr<Backend> backend, Output& output) {
  return std::make_unique<DryRunBackend>(std::move(backend), output);
}

}  // namespace kamal::sshkit
