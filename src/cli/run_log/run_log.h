#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "cli/run_log/log_sink.h"
#include "kamal/support/clock.h"

namespace kamal::cli {

// The logs of one run: what `output` shows goes to every sink as well, for the time of its life.
class RunLog {
 public:
  RunLog(sshkit::Output& output, Clock& clock, LoggedCommand command,
         std::vector<std::unique_ptr<LogSink>> sinks);
  ~RunLog();
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  // Runs work that changes servers, between a begin and an end in the logs. Within such work it just runs.
  void record(const std::function<void()>& work);
  // A line that is not shown.
  void line(const sshkit::Output::Line& line);
  // Sends what is left; may take some seconds.
  void close();

 private:
  void end(std::optional<Ending::Failure> failure, std::chrono::steady_clock::time_point begin);

  sshkit::Output& output_;
  Clock& clock_;
  const LoggedCommand command_;
  const std::vector<std::unique_ptr<LogSink>> sinks_;
  bool recording_ = false;
};

}  // namespace kamal::cli
