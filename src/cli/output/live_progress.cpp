#include "cli/output/live_progress.h"

#include <string>
#include <utility>
#include <vector>

#include "cli/output/ci.h"
#include "kamal/support/interruption.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto refresh_interval = 100ms;
constexpr const char* bold = "1";

bool can_move_cursor(const EnvironmentMap& environment) {
  const std::string terminal = get(environment, "TERM").value_or("");
  return !terminal.empty() && terminal != "dumb";
}

}  // namespace

std::unique_ptr<LiveProgress> LiveProgress::of(Context& context) {
  const EnvironmentMap& environment = context.effects.environment;
  const ProgressType type = progress_type(environment, context.options);
  const bool only_results = context.options.flag("quiet") || context.options.flag("raw");
  if (!context.effects.live_lines || only_results || type == ProgressType::plain) return nullptr;
  if (!can_move_cursor(environment)) return nullptr;
  const bool folded = ci_service(environment, context.options) != CiService::none;
  if (type == ProgressType::automatic && folded) return nullptr;
  return std::make_unique<LiveProgress>(
      *context.effects.live_lines, context,
      type == ProgressType::live ? Progress::Shown::always : Progress::Shown::in_phases);
}

LiveProgress::LiveProgress(LiveLines& lines, Context& context, Progress::Shown shown)
    : lines_(lines), context_(context), progress_(full_name(context.invocation.path), shown) {
  context_.timeline.add_listener(listener());
  context_.output.add_observer(*this);
  thread_ = start_quiet_thread([this] { refresh(); });
}

LiveProgress::~LiveProgress() {
  context_.output.remove_observer(*this);
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_one();
  thread_.join();
  lines_.show({});
}

void LiveProgress::update(const std::function<void(Progress::Time now)>& change) {
  const Progress::Time now = context_.effects.clock.ticks();
  const std::lock_guard lock(mutex_);
  change(now);
}

Timeline::Listener LiveProgress::listener() {
  return {
      .planned =
          [this](const std::vector<std::string>& phases) {
            update([&](Progress::Time) { progress_.plan(phases); });
          },
      .began =
          [this](const std::string& phase) {
            update([&](Progress::Time now) { progress_.begin(phase, now); });
          },
      .ended = [this](const std::string&) { update([&](Progress::Time) { progress_.end(); }); },
      .host_began = [this](const Host& host) { update([&](Progress::Time) { progress_.host_began(host); }); },
      .host_ended =
          [this](const Host& host, sshkit::TaskOutcome outcome) {
            update([&](Progress::Time) { progress_.host_ended(host, outcome); });
          },
  };
}

void LiveProgress::started(std::string_view id, std::string_view host, std::string_view command) {
  update([&](Progress::Time now) { progress_.started(id, host, command, now); });
}

void LiveProgress::printed(std::string_view, std::string_view host, Stream, std::string_view line) {
  update([&](Progress::Time) { progress_.printed(host, line); });
}

void LiveProgress::finished(std::string_view id, std::string_view host, const sshkit::CommandEnding&) {
  update([&](Progress::Time) { progress_.finished(id, host); });
}

void LiveProgress::refresh() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, refresh_interval, [this] { return ending_; })) {
    std::vector<LiveLines::Line> lines;
    for (std::string& text : progress_.lines(context_.effects.clock.ticks())) {
      const bool heading = lines.empty() && context_.output.color() == sshkit::Color::always;
      lines.push_back({std::move(text), heading ? bold : nullptr});
    }
    lock.unlock();
    lines_.show(std::move(lines));
    lock.lock();
  }
}

}  // namespace kamal::cli
