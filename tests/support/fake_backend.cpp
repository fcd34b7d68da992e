#include "support/fake_backend.h"

#include <algorithm>
#include <cstdio>
#include <regex>

#include "kamal/sshkit/executor.h"
#include "kamal/support/strings.h"

namespace kamal::test {
namespace {

using sshkit::StepResult;

// A line for the audit log reads better without the commands around it.
std::string readable(const std::string& command) {
  static const std::regex audit(
      "^mkdir -p \\.kamal && printf '%s\\\\n' '\\[[^\\]]*\\] \\[[^\\]]*\\] (.*)' >> .*audit\\.log$");
  std::smatch found;
  return std::regex_match(command, found, audit) ? "audit: " + replace_all(found[1].str(), "'\\''", "'")
                                                 : command;
}

std::string octal(mode_t mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode));
  return text;
}

bool is_for(const std::string& rule_host, const std::string& host) {
  return rule_host == "*" || rule_host == host;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

void Story::add(std::string where, std::string what) {
  const std::lock_guard lock(mutex_);
  events_.push_back({std::move(where), std::move(what)});
}

std::vector<Story::Event> Story::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

std::vector<std::string> Story::at(const std::string& where) const {
  std::vector<std::string> texts;
  for (const Event& event : events()) {
    if (event.where == where) texts.push_back(event.what);
  }
  return texts;
}

std::vector<std::string> Story::of(const std::vector<std::string>& parts) const {
  std::vector<std::string> texts;
  for (const Event& event : events()) {
    std::string text = event.where + ": " + event.what;
    const auto is_in = [&](const std::string& part) { return contains(text, part); };
    if (std::any_of(parts.begin(), parts.end(), is_in)) texts.push_back(std::move(text));
  }
  return texts;
}

void Story::clear() {
  const std::lock_guard lock(mutex_);
  events_.clear();
}

FakeBackend::FakeBackend(Story& story, const Interruption& interruption)
    : story_(story), interruption_(interruption) {}

FakeBackend::~FakeBackend() = default;

void FakeBackend::answer(const std::string& host, const std::string& part, Answer answer, int times) {
  const std::lock_guard lock(mutex_);
  rules_.push_back({host, part, std::move(answer), times});
}

void FakeBackend::before(const std::string& host, const std::string& part, std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  watches_.push_back({host, part, std::move(work)});
}

void FakeBackend::unreachable(const std::string& host, Known known) {
  const std::lock_guard lock(mutex_);
  unreachable_[host] = known;
}

FakeDocker& FakeBackend::docker(const std::string& host) {
  const std::lock_guard lock(mutex_);
  return dockers_[host];
}

sshkit::Server& FakeBackend::server(const Host& host) {
  interruption_.check();
  const std::lock_guard lock(mutex_);
  connected.insert(host.str());
  if (unreachable_.contains(host.str())) throw sshkit::ConnectionError("Can't connect to " + host.str());
  std::unique_ptr<FakeServer>& server = servers_[host.str()];
  if (!server) server = std::make_unique<FakeServer>(*this, host);
  return *server;
}

void FakeBackend::prepare(const std::vector<Host>& hosts) {
  const std::lock_guard lock(mutex_);
  for (const Host& host : hosts) {
    prepared.push_back(host.str());
    connected.insert(host.str());
  }
}

bool FakeBackend::has_failed(const Host& host) {
  const std::lock_guard lock(mutex_);
  const auto found = unreachable_.find(host.str());
  return found != unreachable_.end() && found->second == Known::at_once;
}

Answer FakeBackend::reply(const std::string& host, const std::string& command) {
  std::vector<std::function<void()>> works;
  {
    const std::lock_guard lock(mutex_);
    for (const Watch& watch : watches_) {
      if (is_for(watch.host, host) && contains(command, watch.part)) works.push_back(watch.work);
    }
  }
  for (const auto& work : works) work();
  const std::lock_guard lock(mutex_);
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->times == 0 || !is_for(rule->host, host) || !contains(command, rule->part)) continue;
    if (rule->times > 0) --rule->times;
    return rule->answer;
  }
  return dockers_[host].answer(command).value_or(Answer{});
}

Answer FakeServer::perform(const sshkit::Step& step,
                           const std::vector<std::pair<std::string, std::string>>& saved) {
  if (const auto* upload = std::get_if<sshkit::Upload>(&step.action)) {
    const std::string mode = upload->mode ? " " + octal(*upload->mode) : "";
    const bool in_place = upload->upload_mode == sshkit::UploadMode::in_place;
    backend_.story_.add(host_.str(), "upload " + upload->remote_path + mode + (in_place ? " in place" : ""));
    const std::lock_guard lock(backend_.mutex_);
    backend_.uploads[host_.str() + ":" + upload->remote_path] = upload->content;
    return {};
  }
  const Command& command = std::get<Command>(step.action);
  std::string text = command.shell_text();
  for (const auto& [name, value] : saved) text = replace_all(text, "${" + name + "}", value);
  backend_.story_.add(host_.str(), readable(text));
  if (command.input()) {
    const std::lock_guard lock(backend_.mutex_);
    backend_.inputs[host_.str() + ":" + text] = *command.input();
  }
  return backend_.reply(host_.str(), text);
}

std::vector<StepResult> FakeServer::run(const sshkit::Steps& steps, sshkit::StepListener& listener) {
  {
    const std::lock_guard lock(backend_.mutex_);
    ++backend_.round_trips[host_.str()];
  }
  std::vector<std::pair<std::string, std::string>> saved;
  std::vector<StepResult> results;
  for (size_t i = 0; i < steps.size(); ++i) {
    backend_.interruption_.check();
    listener.started(i);
    const Answer answer = perform(steps[i], saved);
    backend_.interruption_.check();
    StepResult result{answer.status, answer.out, answer.err, std::chrono::milliseconds(0)};
    if (!steps[i].variable.empty()) {
      saved.emplace_back(steps[i].variable, result.text());
      if (result.ok() && result.text().empty()) {
        result.status = 1;
        result.err += steps[i].if_empty;
      }
    }
    for (const std::string& line : lines_of(result.out)) listener.output(i, Stream::out, line);
    for (const std::string& line : lines_of(result.err)) listener.output(i, Stream::err, line);
    listener.finished(i, result);
    results.push_back(result);
    if (!result.ok() && steps[i].on_failure == sshkit::OnFailure::stop) break;
  }
  return results;
}

int FakeServer::run_interactively(const Command& command) {
  backend_.story_.add(host_.str(), "interactively: " + command.shell_text());
  backend_.reply(host_.str(), command.shell_text());
  return backend_.status_of_interactive;
}

int FakeServer::stream(const Command& command,
                       const std::function<bool(Stream, std::string_view)>& keep_going) {
  const std::string text = command.shell_text();
  backend_.story_.add(host_.str(), "stream: " + text);
  const Answer answer = backend_.reply(host_.str(), text);
  if (!answer.out.empty()) keep_going(Stream::out, answer.out);
  return answer.status;
}

std::unique_ptr<sshkit::Forward> FakeServer::forward_to_local(int remote_port, int) {
  const std::lock_guard lock(backend_.mutex_);
  if (backend_.refuse_forwards.contains(host_.str()))
    throw sshkit::ConnectionError(host_.str() + " refuses to forward a port");
  const std::pair place(host_.str(), remote_port);
  backend_.forwards.push_back(place);
  backend_.forwarded.insert(place);
  return std::make_unique<sshkit::Forward>([&backend = backend_, place] {
    const std::lock_guard forwarded_lock(backend.mutex_);
    backend.forwarded.erase(backend.forwarded.find(place));
  });
}

void FakeServer::reconnect() { backend_.story_.add(host_.str(), "reconnect"); }

}  // namespace kamal::test
