#include "cli/log_following.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "cli/failures.h"
#include "kamal/commands/base.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

constexpr auto inspect_interval = std::chrono::milliseconds(500);
constexpr int max_failures = 3;
constexpr const char* lines_when_following = "10";
constexpr const char* lines_when_showing = "100";
constexpr const char* all_lines = "all";
constexpr const char* no_lines = "0";

// One run of a container, from start to end. A restart begins a new one.
struct ContainerRun {
  std::string id, name, start, last_end;
  bool running = false;

  bool operator==(const ContainerRun& other) const { return id == other.id && start == other.start; }
};

sshkit::Step inspect(const FollowedLog& log) {
  return sshkit::Step::run(commands::inspect_container(log.container)).ignore_failure().debug();
}

std::optional<ContainerRun> parse_inspect(const std::string& text) {
  const std::vector<std::string> words = split(text, ' ');
  if (words.size() != 5) return std::nullopt;
  const bool running = words[4] == "running" || words[4] == "paused";
  return ContainerRun{words[0], words[1].substr(words[1].starts_with('/') ? 1 : 0), words[2], words[3],
                      running};
}

// The logs of a host inspect one at a time: servers allow ten sessions, and each log already uses one.
using InspectLocks = std::map<Host, std::mutex>;

// Follows one log: when its container is gone, continues with the next one's.
class Follower {
 public:
  Follower(Context& context, sshkit::Remote& remote, const FollowedLog& log, std::mutex& inspect_locks)
      : context_(context), remote_(remote), log_(log), inspect_lock_(inspect_locks) {}

  // Failures are reported at once: the other logs continue until Ctrl-C.
  void run(const std::optional<ContainerRun>& first, const commands::LogOptions& options) {
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
  void follow(const std::optional<ContainerRun>& first, const commands::LogOptions& options) {
    if (first) stream(*first, options);
    while (!reader_has_gone() && context_.effects.clock.sleep(inspect_interval)) {
      const std::optional<ContainerRun> found = inspect_container();
      if (found && found->running) {
        const commands::LogOptions remaining = remaining_options(*found, options);
        check_for_failures(*found);
        announce(*found);
        stream(*found, remaining);
      } else {
        report_no_container();
      }
    }
    context_.effects.interruption.check();
  }

  std::optional<ContainerRun> inspect_container() {
    const std::lock_guard lock(inspect_lock_);
    return parse_inspect(remote_.run({inspect(log_)}).front().text());
  }

  // Follows what has not been shown yet.
  commands::LogOptions remaining_options(const ContainerRun& run, commands::LogOptions options) const {
    const bool same_run = last_ && run == *last_;
    options.lines = same_run ? no_lines : all_lines;
    options.since.reset();
    if (!same_run && last_ && run.id == last_->id) options.since = run.last_end;
    return options;
  }

  // The log keeps ending while its container runs: docker can't read it, and has reported why.
  void check_for_failures(const ContainerRun& run) {
    if (!last_ || !(run == *last_)) failures_ = 0;
    if (failures_ < max_failures) return;
    throw std::runtime_error(fmt::format("Could not follow the log of {}", run.name));
  }

  void announce(const ContainerRun& run) {
    if (!last_) return notify(fmt::format("Following {}...", run.name));
    if (run == *last_) return;
    notify(run.id == last_->id ? fmt::format("{} restarted; following...", run.name)
                               : fmt::format("{} was replaced; following {}...", last_->name, run.name));
  }

  void report_no_container() {
    if (waiting_) return;
    waiting_ = true;
    notify(last_ ? fmt::format("{} stopped; waiting for a new container...", last_->name)
                 : std::string("No running container; waiting for one..."));
  }

  void notify(const std::string& message) { context_.say(log_.prefix + message); }

  void stream(const ContainerRun& run, commands::LogOptions options) {
    last_ = run;
    waiting_ = false;
    options.container_id = run.id;
    const int status = remote_.server().stream(log_.follow(options), [this](Stream, std::string_view piece) {
      add(piece);
      return !reader_has_gone();
    });
    failures_ = status == 0 ? 0 : failures_ + 1;
    if (!partial_line_.empty()) add("\n");
  }

  bool reader_has_gone() const {
    const auto& is_closed = context_.effects.out_is_closed;
    return is_closed && is_closed();
  }

  void add(std::string_view piece) {
    for (size_t end; (end = piece.find('\n')) != std::string_view::npos; piece.remove_prefix(end + 1)) {
      partial_line_ += piece.substr(0, end);
      context_.output.result(log_.prefix + partial_line_);
      partial_line_.clear();
    }
    partial_line_ += piece;
  }

  Context& context_;
  sshkit::Remote& remote_;
  const FollowedLog& log_;
  std::mutex& inspect_lock_;
  std::optional<ContainerRun> last_;  // the one that was followed last
  bool waiting_ = false;
  int failures_ = 0;          // of the same container's log, one after the other
  std::string partial_line_;  // an incomplete line
};

// The current containers, one per log.
std::vector<std::optional<ContainerRun>> inspect_all(Context& context, const std::vector<FollowedLog>& logs) {
  std::map<Host, std::vector<size_t>> logs_of;
  for (size_t i = 0; i < logs.size(); ++i) logs_of[logs[i].host].push_back(i);
  std::vector<std::optional<ContainerRun>> runs(logs.size());
  std::vector<sshkit::Executor::Task> tasks;
  for (const auto& [host, numbers] : logs_of) {
    tasks.push_back({host, [&logs, &runs, &numbers = numbers](sshkit::Remote& remote) {
                       sshkit::Steps queries;
                       for (const size_t i : numbers) queries.push_back(inspect(logs[i]));
                       const auto replies = remote.run(queries);
                       for (size_t n = 0; n < numbers.size(); ++n)
                         runs[numbers[n]] = parse_inspect(replies[n].text());
                     }});
  }
  context.servers.on_each(tasks);
  return runs;
}

std::string hosts_of(const std::vector<FollowedLog>& logs) {
  std::vector<std::string> names;
  for (const FollowedLog& log : logs) {
    if (!contains(names, log.host.str())) names.push_back(log.host.str());
  }
  return join(names, ", ");
}

// A missing container is an Error, any other failure a CommandFailed.
std::string capture_logs(sshkit::Remote& remote, const Command& logs, const NamedContainer& container) {
  const sshkit::StepResult result = remote.execute(logs, sshkit::OnFailure::ignore, sshkit::LogLevel::debug);
  if (result.ok()) return result.text();
  const Command find = commands::container_id_for(container.name);
  if (remote.capture(find, sshkit::OnFailure::stop, sshkit::LogLevel::debug).empty())
    throw Error(ErrorKind::no_action, container.missing);
  throw sshkit::CommandFailed(logs.display(), result, remote.output());
}

}  // namespace

commands::LogOptions log_options(const Context& context) {
  const Options& given = context.options;
  commands::LogOptions options;
  if (given.flag("skip_timestamps")) options.timestamps = commands::Timestamps::skip;
  options.since = given.text("since");
  options.grep = given.text("grep");
  options.grep_options = given.text("grep_options");
  options.lines = given.text("lines");
  if (!options.lines && !options.since && !options.grep)
    options.lines = given.flag("follow") ? lines_when_following : lines_when_showing;
  return options;
}

void follow_logs(Context& context, const commands::LogOptions& options, std::vector<FollowedLog> logs) {
  if (logs.size() == 1) logs.front().prefix.clear();
  const std::vector<std::optional<ContainerRun>> runs = inspect_all(context, logs);
  if (std::none_of(runs.begin(), runs.end(), [](const auto& run) { return run.has_value(); })) {
    throw Error(ErrorKind::no_action, fmt::format("No logs to follow: no containers on {}", hosts_of(logs)));
  }
  context.output.log(sshkit::Severity::info, fmt::format("Following logs on {}...", hosts_of(logs)));
  const LiveLines::Pause pause(context.effects.live_lines);
  InspectLocks inspect_locks;
  std::vector<sshkit::Executor::Task> tasks;
  for (size_t i = 0; i < logs.size(); ++i) {
    std::mutex& turn = inspect_locks[logs[i].host];
    tasks.push_back({logs[i].host, [&, i, &turn = turn](sshkit::Remote& remote) {
                       Follower(context, remote, logs[i], turn).run(runs[i], options);
                     }});
  }
  context.servers.on_each(tasks);
}

void show_or_follow_logs(Context& context, const std::vector<Host>& hosts, const NamedContainer& container,
                         const std::function<void(const Host&, const std::string& log)>& show) {
  const commands::LogOptions options = log_options(context);
  if (context.options.flag("follow")) {
    std::vector<FollowedLog> logs;
    for (const Host& host : hosts) {
      logs.push_back({host, host.str() + ": ", commands::container_id_for(container.name),
                      [&container](const commands::LogOptions& now) {
                        return container_logs(container.name, now, commands::Following::yes);
                      }});
    }
    return follow_logs(context, options, std::move(logs));
  }
  context.servers.on(hosts, [&](sshkit::Remote& remote) {
    const Command logs = container_logs(container.name, options, commands::Following::no);
    show(remote.host(), capture_logs(remote, logs, container));
  });
}

std::vector<OptionSpec> logs_options() {
  using Kind = OptionSpec::Kind;
  return {
      value_option(Kind::text, "-s, --since TIME", "Since a timestamp (2026-01-02T13:23:37Z) or age (42m)"),
      value_option(Kind::number, "-n, --lines N", "Last lines per container"),
      value_option(Kind::text, "-g, --grep PATTERN", "Only matching lines (such as a request ID)"),
      value_option(Kind::text, "--grep-options OPTIONS", "Extra grep options, as shell text"),
      {.name = "follow", .short_name = 'f', .help = "Stream new lines until Ctrl-C"},
      {.name = "skip_timestamps", .short_name = 'T', .help = "Omit timestamps"},
  };
}

}  // namespace kamal::cli
