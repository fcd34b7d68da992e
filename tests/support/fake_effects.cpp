#include "support/fake_effects.h"

#include <stdexcept>

#include "kamal/support/strings.h"

namespace kamal::test {
namespace {

constexpr std::time_t start = 1767323045;  // 2026-01-02T03:04:05Z

EnvironmentMap given_environment(const Process& process) {
  EnvironmentMap environment = process.environment.value_or(EnvironmentMap());
  for (const auto& [name, value] : process.env) environment[name] = value;
  return environment;
}

}  // namespace

std::chrono::system_clock::time_point FakeClock::now() {
  const std::lock_guard lock(mutex_);
  return std::chrono::system_clock::from_time_t(start) + elapsed_;
}

std::chrono::steady_clock::time_point FakeClock::ticks() {
  const std::lock_guard lock(mutex_);
  return std::chrono::steady_clock::time_point(elapsed_);
}

bool FakeClock::sleep(std::chrono::milliseconds duration) {
  if (when_asleep) when_asleep();
  const std::lock_guard lock(mutex_);
  sleeps_.push_back(duration);
  elapsed_ += duration;
  return !interruption_.requested();
}

void FakeClock::advance(std::chrono::milliseconds duration) {
  const std::lock_guard lock(mutex_);
  elapsed_ += duration;
}

std::vector<std::chrono::milliseconds> FakeClock::sleeps() const {
  const std::lock_guard lock(mutex_);
  return sleeps_;
}

std::string FakeRandom::hex(size_t bytes) {
  std::string digits;
  for (size_t i = 0; i < 2 * bytes; ++i) digits += "0123456789abcdef"[i % 16];
  return digits;
}

std::string FakeProcesses::Call::line() const { return join(process.argv, " "); }

std::string FakeProcesses::Call::env(const std::string& name) const {
  return get(given_environment(process), name).value_or("");
}

bool FakeProcesses::Call::has_env(const std::string& name) const {
  return given_environment(process).contains(name);
}

void FakeProcesses::answer(const std::string& line, ProcessResult result) {
  answer(line, [result = std::move(result)](const Process&) { return result; });
}

void FakeProcesses::answer(const std::string& line, Handler handler) {
  const std::lock_guard lock(mutex_);
  handlers_.emplace_back(line, std::move(handler));
}

FakeProcesses::Handler FakeProcesses::handler_for(const std::string& line) const {
  const std::lock_guard lock(mutex_);
  for (auto entry = handlers_.rbegin(); entry != handlers_.rend(); ++entry) {
    if (line.starts_with(entry->first)) return entry->second;
  }
  return [](const Process&) { return ProcessResult{}; };
}

ProcessResult FakeProcesses::run(const Process& process, const OutputSink& sink) {
  const Call call{process};
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
  }
  if (observer_) observer_(call);
  const ProcessResult result = handler_for(call.line())(process);
  if (sink && !result.out.empty()) sink(Stream::out, result.out);
  if (sink && !result.err.empty()) sink(Stream::err, result.err);
  for (const auto& [line, work] : endings_) {
    if (call.line().starts_with(line)) work();
  }
  return result;
}

int FakeProcesses::run_attached(const Process& process) { return run(process).status; }

std::vector<FakeProcesses::Call> FakeProcesses::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::vector<std::string> FakeProcesses::lines() const {
  std::vector<std::string> lines;
  for (const Call& call : calls()) lines.push_back(call.line());
  return lines;
}

FakeProcesses::Call FakeProcesses::call(const std::string& line) const {
  std::vector<Call> found;
  for (const Call& call : calls()) {
    if (call.line().starts_with(line)) found.push_back(call);
  }
  if (found.size() != 1) throw std::logic_error(std::to_string(found.size()) + " calls of " + line);
  return found.front();
}

}  // namespace kamal::test
