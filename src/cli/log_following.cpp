#include "cli/log_following.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "cli/errors.h"
#include "kamal/commands/base.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

constexpr auto pause_between_looks = std::chrono::milliseconds(500);
constexpr int most_failures = 3;
constexpr const char* all_lines = "all";
constexpr const char* no_lines = "0";

// A container from its start to its end. One that is started again lives once more.
struct Life {
  std::string id, name, start, last_end;
  bool running = false;

  bool operator==(const Life& other) const { return id == other.id && start == other.start; }
};

sshkit::Step question(const FollowedLog& log) {
  return sshkit::Step::run(commands::container_life(log.container)).ignore_failure().debug();
}

std::optional<Life> read_answer(const std::string& text) {
  const std::vector<std::string> words = split(text, ' ');
  if (words.size() != 5) return std::nullopt;
  const bool running = words[4] == "running" || words[4] == "paused";
  return Life{words[0], words[1].substr(words[1].starts_with('/') ? 1 : 0), words[2], words[3], running};
}

// The logs of a host look one after the other: servers allow ten sessions, and each log has one already.
using Looking = std::map<Host, std::mutex>;

// Follows one log over and over: when its container goes, the next one's log is taken up.
class Follower {
 public:
  Follower(Context& context, sshkit::Remote& remote, const FollowedLog& log, std::mutex& looking)
      : context_(context), remote_(remote), log_(log), looking_(looking) {}

  // A failure is told at once: the other logs go on, until Ctrl-C.
  void run(const std::optional<Life>& first, const commands::LogOptions& options) {
    try {
      follow(first, options);
    } catch (const Interrupted&) {
      throw;
    } catch (const std::exception& error) {
      if (!log_.prefix.empty()) context_.say(log_.prefix + error.what(), sshkit::Output::Tone::failure);
      throw;
    }
  }

 private:
  void follow(const std::optional<Life>& first, const commands::LogOptions& options) {
    if (first) stream(*first, options);
    while (context_.effects.clock.sleep(pause_between_looks)) {
      const std::optional<Life> found = look();
      if (found && found->running) {
        const commands::LogOptions rest = options_for_the_rest(*found, options);
        check_for_failures(*found);
        announce(*found);
        stream(*found, rest);
      } else {
        tell_that_none_runs();
      }
    }
    context_.effects.interruption.check();
  }

  std::optional<Life> look() {
    const std::lock_guard lock(looking_);
    return read_answer(remote_.run({question(log_)}).front().text());
  }

  // What has not been shown yet.
  commands::LogOptions options_for_the_rest(const Life& life, commands::LogOptions options) const {
    const bool still_the_same = last_ && life == *last_;
    options.lines = still_the_same ? no_lines : all_lines;
    options.since.reset();
    if (!still_the_same && last_ && life.id == last_->id) options.since = life.last_end;
    return options;
  }

  // A log that ends again and again while its container runs: docker can't read it, and has said why.
  void check_for_failures(const Life& life) {
    if (!last_ || !(life == *last_)) failures_ = 0;
    if (failures_ < most_failures) return;
    throw std::runtime_error(fmt::format("The log of {} can't be followed", life.name));
  }

  void announce(const Life& life) {
    if (!last_) return tell(fmt::format("Following {}...", life.name));
    if (life == *last_) return;
    tell(life.id == last_->id ? fmt::format("{} was started again; following on...", life.name)
                              : fmt::format("{} is over; following {}...", last_->name, life.name));
  }

  void tell_that_none_runs() {
    if (waiting_) return;
    waiting_ = true;
    tell(last_ ? fmt::format("{} stopped; waiting for what comes next...", last_->name)
               : std::string("No container runs; waiting for one..."));
  }

  void tell(const std::string& message) { context_.say(log_.prefix + message); }

  void stream(const Life& life, commands::LogOptions options) {
    last_ = life;
    waiting_ = false;
    options.container_id = life.id;
    const int status = remote_.server().stream(log_.follow(options), [this](Stream, std::string_view piece) {
      add(piece);
      return true;
    });
    failures_ = status == 0 ? 0 : failures_ + 1;
    if (!rest_.empty()) add("\n");
  }

  void add(std::string_view piece) {
    for (size_t end; (end = piece.find('\n')) != std::string_view::npos; piece.remove_prefix(end + 1)) {
      rest_ += piece.substr(0, end);
      context_.output.result(log_.prefix + rest_);
      rest_.clear();
    }
    rest_ += piece;
  }

  Context& context_;
  sshkit::Remote& remote_;
  const FollowedLog& log_;
  std::mutex& looking_;
  std::optional<Life> last_;  // the one that was followed last
  bool waiting_ = false;
  int failures_ = 0;  // of the same container's log, one after the other
  std::string rest_;  // of a line whose end is still to come
};

// The containers there are now, one for each log.
std::vector<std::optional<Life>> look_everywhere(Context& context, const std::vector<FollowedLog>& logs) {
  std::map<Host, std::vector<size_t>> logs_of;
  for (size_t i = 0; i < logs.size(); ++i) logs_of[logs[i].host].push_back(i);
  std::vector<std::optional<Life>> lives(logs.size());
  std::vector<sshkit::Executor::Task> tasks;
  for (const auto& [host, numbers] : logs_of) {
    tasks.push_back({host, [&logs, &lives, &numbers = numbers](sshkit::Remote& remote) {
                       sshkit::Steps questions;
                       for (const size_t i : numbers) questions.push_back(question(logs[i]));
                       const auto answers = remote.run(questions);
                       for (size_t n = 0; n < numbers.size(); ++n)
                         lives[numbers[n]] = read_answer(answers[n].text());
                     }});
  }
  context.on_each(tasks);
  return lives;
}

std::string hosts_of(const std::vector<FollowedLog>& logs) {
  std::vector<std::string> names;
  for (const FollowedLog& log : logs) {
    if (std::find(names.begin(), names.end(), log.host.str()) == names.end()) names.push_back(log.host.str());
  }
  return join(names, ", ");
}

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

std::string capture_logs(sshkit::Remote& remote, const Command& logs, const Command& container,
                         const std::string& missing) {
  const sshkit::StepResult result = remote.execute(logs, sshkit::OnFailure::ignore, sshkit::LogLevel::debug);
  if (result.ok()) return result.text();
  if (remote.capture(container, sshkit::OnFailure::stop, sshkit::LogLevel::debug).empty())
    throw NothingDone(missing);
  throw sshkit::CommandFailed(logs.display(), result.status, result.out, result.err);
}

void follow_logs(Context& context, const commands::LogOptions& options,
                 const std::vector<FollowedLog>& logs) {
  const std::vector<std::optional<Life>> lives = look_everywhere(context, logs);
  if (std::none_of(lives.begin(), lives.end(), [](const auto& life) { return life.has_value(); })) {
    throw NothingDone(fmt::format("There are no logs to follow: no container on {}", hosts_of(logs)));
  }
  context.output.log(sshkit::Severity::info, fmt::format("Following logs on {}...", hosts_of(logs)));
  Looking looking;
  std::vector<sshkit::Executor::Task> tasks;
  for (size_t i = 0; i < logs.size(); ++i) {
    std::mutex& turn = looking[logs[i].host];
    tasks.push_back({logs[i].host, [&, i, &turn = turn](sshkit::Remote& remote) {
                       Follower(context, remote, logs[i], turn).run(lives[i], options);
                     }});
  }
  context.on_each(tasks);
}

}  // namespace kamal::cli
