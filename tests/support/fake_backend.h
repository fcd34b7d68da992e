#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kamal/sshkit/server.h"
#include "kamal/support/interruption.h"
#include "support/fake_docker.h"

namespace kamal::test {

// Everything that a run does outside itself, in order. `where` is a host, or "here".
class Story {
 public:
  struct Event {
    std::string where;
    std::string what;
  };
  void add(std::string where, std::string what);
  std::vector<Event> events() const;
  std::vector<std::string> at(const std::string& where) const;
  // "WHERE: WHAT", for the order between hosts; only texts that contain one of `parts`.
  std::vector<std::string> of(const std::vector<std::string>& parts) const;
  void clear();

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

class FakeServer;

// Servers that keep a story of what they are asked, and answer by rules on a command's text.
class FakeBackend : public sshkit::Backend {
 public:
  FakeBackend(Story& story, const Interruption& interruption);
  ~FakeBackend() override;

  // Commands of a host (or of "*", all hosts) that contain `part`. The last fitting rule holds; where none
  // does a FakeDocker answers, and success without output is the answer to everything else. A rule with
  // `times` wears out.
  void answer(const std::string& host, const std::string& part, Answer answer, int times = -1);
  // Runs before the answer is given, with nothing locked: it may wait for another host.
  void before(const std::string& host, const std::string& part, std::function<void()> work);
  // Can't be connected to, from now on. Known at once, or only to those who wait for it.
  enum class Known { at_once, later };
  void unreachable(const std::string& host, Known known = Known::at_once);
  FakeDocker& docker(const std::string& host);

  sshkit::Server& server(const Host& host) override;
  void prepare(const std::vector<Host>& hosts) override;
  bool has_failed(const Host& host) override;

  std::vector<std::string> prepared;           // hosts, as prepare() was told
  std::set<std::string> connected;             // hosts, by prepare() or server()
  std::map<std::string, std::string> uploads;  // host:path and content
  std::map<std::string, std::string> inputs;   // host:command and what it read from standard input
  std::map<std::string, int> round_trips;
  std::vector<std::pair<std::string, int>> forwards;     // host and port
  std::multiset<std::pair<std::string, int>> forwarded;  // those that are open
  std::set<std::string> refuse_forwards;                 // hosts
  int status_of_interactive = 0;

 private:
  friend class FakeServer;
  struct Rule {
    std::string host, part;
    Answer answer;
    int times;
  };
  struct Watch {
    std::string host, part;
    std::function<void()> work;
  };
  Answer reply(const std::string& host, const std::string& command);

  Story& story_;
  const Interruption& interruption_;
  std::mutex mutex_;
  std::vector<Rule> rules_;
  std::vector<Watch> watches_;
  std::map<std::string, Known> unreachable_;
  std::map<std::string, FakeDocker> dockers_;
  std::map<std::string, std::unique_ptr<FakeServer>> servers_;
};

class FakeServer : public sshkit::Server {
 public:
  FakeServer(FakeBackend& backend, Host host) : backend_(backend), host_(std::move(host)) {}

  const Host& host() const override { return host_; }
  std::vector<sshkit::StepResult> run(const sshkit::Steps& steps, sshkit::StepListener& listener) override;
  int run_interactively(const Command& command) override;
  int stream(const Command& command,
             const std::function<bool(Stream, std::string_view)>& keep_going) override;
  std::unique_ptr<sshkit::Forward> forward_to_local(int remote_port, int local_port) override;
  void reconnect() override;

 private:
  Answer perform(const sshkit::Step& step, const std::vector<std::pair<std::string, std::string>>& saved);

  FakeBackend& backend_;
  Host host_;
};

}  // namespace kamal::test
