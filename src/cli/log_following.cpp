#include "cli/log_following.h"

#include <fmt/format.h>

#include <thread>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

constexpr auto pause_before_following_again = std::chrono::milliseconds(500);

// Follows one log over and over: when its container goes, the next one's log is taken up.
class Follower {
 public:
  Follower(Context& context, const FollowedLog& log) : context_(context), log_(log) {}

  void follow() {
    auto round = FollowedLog::Round::first;
    while (!context_.effects.interruption.requested()) {
      saw_output_ = false;
      context_.server(log_.host).stream(log_.command(round), [this](Stream, std::string_view piece) {
        add(piece);
        return true;
      });
      flush();
      if (saw_output_)
        context_.say(fmt::format("{}The container stopped; following the next one...", log_.prefix));
      if (saw_output_) round = FollowedLog::Round::again;
      if (!context_.effects.clock.sleep(pause_before_following_again)) return;
    }
  }

 private:
  void add(std::string_view piece) {
    saw_output_ = true;
    for (size_t end; (end = piece.find('\n')) != std::string_view::npos; piece.remove_prefix(end + 1)) {
      rest_ += piece.substr(0, end);
      context_.output.result(log_.prefix + rest_);
      rest_.clear();
    }
    rest_ += piece;
  }

  void flush() {
    if (!rest_.empty()) context_.output.result(log_.prefix + rest_);
    rest_.clear();
  }

  Context& context_;
  const FollowedLog& log_;
  std::string rest_;
  bool saw_output_ = false;
};

}  // namespace

commands::LogOptions log_options(const Context& context, const std::string& lines_by_default) {
  const Options& given = context.options;
  commands::LogOptions options;
  if (given.flag("skip_timestamps")) options.timestamps = commands::Timestamps::skip;
  options.since = given.text("since");
  options.grep = given.text("grep");
  options.grep_options = given.text("grep_options");
  options.lines = given.text("lines");
  if (!options.lines && !options.since && !options.grep) options.lines = lines_by_default;
  return options;
}

void follow_logs(Context& context, const std::vector<FollowedLog>& logs) {
  std::vector<sshkit::Executor::Task> tasks;
  for (const FollowedLog& log : logs) {
    tasks.push_back({log.host, [&context, &log](sshkit::Remote&) { Follower(context, log).follow(); }, {}});
  }
  context.on_each(tasks);
}

}  // namespace kamal::cli
