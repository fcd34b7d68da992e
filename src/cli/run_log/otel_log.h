#pragma once

#include <memory>

#include "cli/run_log/log_shipper.h"
#include "cli/run_log/log_sink.h"
#include "kamal/support/clock.h"

namespace kamal::cli {

// What the records of a run say about it.
struct OtelRun {
  std::string id;
  std::string service;
  std::string endpoint;  // as people see it
};

// `output.otel`: every line goes to a collector, and an event for each begin and end of a changing command.
class OtelLog : public LogSink {
 public:
  OtelLog(OtelRun run, const OtelAttributes& tags, std::unique_ptr<HttpSender> sender, Clock& clock,
          LogVoice voice, ShippingLimits limits = {});

  void begin(const LoggedCommand& command) override;
  void line(const sshkit::Output::Line& line) override;
  void end(const LoggedCommand& command, const Ending& ending) override;
  void close() override;

 private:
  void add_event(const std::string& name, sshkit::Severity severity, OtelAttributes attributes);

  const OtelRun run_;
  Clock& clock_;
  const LogVoice voice_;
  const std::unique_ptr<HttpSender> sender_;
  LogShipper shipper_;
  bool ended_ = false;
};

}  // namespace kamal::cli
