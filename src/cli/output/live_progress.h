#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

#include "cli/context.h"
#include "cli/output/progress.h"
#include "kamal/sshkit/output.h"
#include "kamal/support/live_lines.h"

namespace kamal::cli {

// Shows the progress of a run in live lines below its log, refreshed by a thread, while in scope. No phase
// may begin or end after that.
class LiveProgress : public sshkit::CommandObserver {
 public:
  // Null if there is no terminal, or if --progress, --quiet or --raw turn it off.
  static std::unique_ptr<LiveProgress> of(Context& context);
  LiveProgress(LiveLines& lines, Context& context, Progress::Shown shown);
  ~LiveProgress() override;
  LiveProgress(const LiveProgress&) = delete;
  LiveProgress& operator=(const LiveProgress&) = delete;

  void started(std::string_view id, std::string_view host, std::string_view command) override;
  void printed(std::string_view id, std::string_view host, Stream stream, std::string_view line) override;
  void finished(std::string_view id, std::string_view host, const sshkit::CommandEnding& ending) override;

 private:
  Timeline::Listener listener();
  void update(const std::function<void(Progress::Time now)>& change);
  void refresh();

  LiveLines& lines_;
  Context& context_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;
  Progress progress_;
  std::thread thread_;  // the last member, since it uses the others
};

}  // namespace kamal::cli
