#include "cli/run_log/run_log.h"

#include <cxxabi.h>

#include <cmath>
#include <cstdlib>
#include <exception>
#include <typeinfo>

namespace kamal::cli {
namespace {

double tenths(std::chrono::duration<double> duration) { return std::round(duration.count() * 10) / 10; }

// HookError of kamal::cli::HookError.
std::string name_of_type(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> demangled(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  const std::string name = demangled ? demangled.get() : type.name();
  const size_t scope = name.rfind("::");
  return scope == std::string::npos ? name : name.substr(scope + 2);
}

Ending::Failure current_failure() {
  try {
    throw;
  } catch (const std::exception& error) {
    return {name_of_type(typeid(error)), error.what()};
  } catch (...) {
    return {name_of_type(*abi::__cxa_current_exception_type()), "ended by a program's exit status"};
  }
}

}  // namespace

RunLog::RunLog(sshkit::Output& output, Clock& clock, LoggedCommand command,
               std::vector<std::unique_ptr<LogSink>> sinks)
    : output_(output), clock_(clock), command_(std::move(command)), sinks_(std::move(sinks)) {
  output_.set_observer([this](const sshkit::Output::Line& text) { line(text); });
}

RunLog::~RunLog() { output_.set_observer(nullptr); }

void RunLog::record(const std::function<void()>& work) {
  if (recording_) return work();
  const auto begin = clock_.ticks();
  recording_ = true;
  for (const auto& sink : sinks_) sink->begin(command_);
  try {
    work();
  } catch (...) {
    end(current_failure(), begin);
    throw;
  }
  end(std::nullopt, begin);
}

void RunLog::end(std::optional<Ending::Failure> failure, std::chrono::steady_clock::time_point begin) {
  recording_ = false;
  const Ending ending{tenths(clock_.ticks() - begin), std::move(failure)};
  for (const auto& sink : sinks_) sink->end(command_, ending);
}

void RunLog::line(const sshkit::Output::Line& line) {
  for (const auto& sink : sinks_) sink->line(line);
}

void RunLog::close() {
  for (const auto& sink : sinks_) sink->close();
}

}  // namespace kamal::cli
