#include "support/sshd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace kamal::test {
namespace {

using namespace std::chrono_literals;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool is_free(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return bound;
}

// Below the ports that the system gives to connections, any of which may take one that is free just now.
// Test programs that run side by side start at different ones.
int free_port() {
  constexpr int first = 10'000, count = 20'000;
  static std::atomic<int> next = getpid() * 37 % count;
  for (int i = 0; i < count; ++i) {
    const int port = first + next++ % count;
    if (is_free(port)) return port;
  }
  throw std::runtime_error("no free port");
}

constexpr const char* ready = "Server listening on ";

pid_t start_program(const std::vector<std::string>& argv, int out) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    std::signal(SIGPIPE, SIG_DFL);
    const int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    if (out >= 0) dup2(out, STDOUT_FILENO);
    execvp(words[0], words.data());
    _exit(127);
  }
  return pid;
}

// Of a process, and where it is one of ours.
pid_t parent_of(pid_t pid) {
  const std::string stat = text_of("/proc/" + std::to_string(pid) + "/stat");
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return -1;
  char state = 0;
  pid_t parent = -1;
  std::istringstream(stat.substr(name_end + 1)) >> state >> parent;
  return parent;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string path = std::filesystem::temp_directory_path() / "kamal-test-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = path;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string run_program(const std::vector<std::string>& argv) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const pid_t pid = start_program(argv, ends[1]);
  close(ends[1]);
  std::string out;
  std::array<char, 4096> buffer{};
  for (ssize_t count; (count = read(ends[0], buffer.data(), buffer.size())) > 0;)
    out.append(buffer.data(), static_cast<size_t>(count));
  close(ends[0]);
  int status = 0;
  waitpid(pid, &status, 0);
  if (status != 0) throw std::runtime_error(argv[0] + " failed");
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

void make_key(const std::filesystem::path& path, const std::string& type, const std::string& passphrase) {
  std::vector<std::string> argv = {"ssh-keygen", "-q", "-t", type, "-N",
                                   passphrase,   "-f", path, "-C", path.filename()};
  if (type == "rsa") argv.insert(argv.end(), {"-b", "2048"});  // larger ones take seconds to make
  run_program(argv);
}

Sshd::Sshd(Options options) : options_(std::move(options)) {
  for (const std::string& type : options_.host_keys) make_key(host_key(type), type);
  make_key(key());
  std::filesystem::create_directory(home());
  authorize(key().string() + ".pub");
  if (options_.password) write_shadow();
  for (int i = 0; i < 5; ++i) {  // another program may take the port first
    port_ = free_port();
    write_config();
    if (starts()) return;
  }
  throw std::runtime_error("sshd does not start: " + log());
}

Sshd::~Sshd() {
  kill_sessions();
  stop();
}

void Sshd::authorize(const std::filesystem::path& public_key) const {
  std::ofstream(authorized_keys(), std::ios::app) << text_of(public_key);
}

void Sshd::write_config() const {
  const std::string session = folder() / "session";
  std::ofstream(session) << "#!/bin/sh\nHOME=" << home().string() << "\nexport HOME\ncd \"$HOME\"\n"
                         << options_.session_prologue << "\nSHELL=$(command -v " << options_.shell
                         << ")\nexport SHELL\nexec \"$SHELL\" -c \"$SSH_ORIGINAL_COMMAND\"\n";
  chmod(session.c_str(), 0755);
  std::ofstream config(folder() / "sshd_config");
  for (const std::string& line : options_.config) config << line << "\n";
  config << "Port " << port_ << "\nListenAddress 0.0.0.0\nAuthorizedKeysFile " << authorized_keys().string()
         << "\nPermitRootLogin yes\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
         << "KbdInteractiveAuthentication no\nMaxStartups 1000\nLogLevel VERBOSE\nPidFile none\n"
         << "ForceCommand " << session << "\n";
  for (const std::string& type : options_.host_keys) config << "HostKey " << host_key(type).string() << "\n";
}

void Sshd::write_shadow() const {
  const std::string user = getpwuid(geteuid())->pw_name;
  const std::string hash =
      options_.password->empty() ? "" : run_program({"openssl", "passwd", "-6", *options_.password});
  std::ofstream(folder() / "shadow") << user << ":" << hash << ":19000:0:99999:7:::\n";
}

// A file of passwords that only this sshd sees lies on top of the machine's.
std::vector<std::string> Sshd::command() const {
  std::vector<std::string> argv;
  if (options_.password) {
    const std::string mount = "mount --bind \"$0\" /etc/shadow && exec \"$@\"";
    argv = {"unshare", "--mount", "sh", "-c", mount, folder() / "shadow"};
  }
  for (const std::string& word :
       {std::string("/usr/sbin/sshd"), std::string("-D"), std::string("-E"), (folder() / "log").string(),
        std::string("-f"), (folder() / "sshd_config").string()})
    argv.push_back(word);
  return argv;
}

void Sshd::start() {
  if (!starts()) throw std::runtime_error("sshd does not start: " + log());
}

bool Sshd::starts() {
  mkdir("/run/sshd", 0755);  // wanted by Debian's, where we may
  const int starts_before = count_in_log(ready);
  pid_ = start_program(command(), -1);
  for (int i = 0; i < 2000; ++i) {
    if (count_in_log(ready) > starts_before) return true;
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      return false;
    }
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

void Sshd::stop() {
  if (pid_ < 0) return;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string Sshd::log() const { return text_of(folder() / "log"); }

int Sshd::count_in_log(const std::string& text) const {
  const std::string all = log();
  int count = 0;
  for (size_t at = 0; (at = all.find(text, at)) != std::string::npos; at += text.size()) ++count;
  return count;
}

std::vector<pid_t> Sshd::sessions() const {
  std::vector<pid_t> found;
  std::set<pid_t> family{pid_};
  // Children come after their parents only as long as process numbers don't wrap around: look until nothing
  // is new.
  for (size_t before = 0; before != family.size();) {
    before = family.size();
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const pid_t pid = std::atoi(entry.path().filename().c_str());
      if (pid > 0 && pid != pid_ && family.contains(parent_of(pid)) && family.insert(pid).second &&
          text_of(entry.path() / "comm").starts_with("sshd"))
        found.push_back(pid);
    }
  }
  return found;
}

void Sshd::kill_sessions() const {
  for (const pid_t pid : sessions()) kill(pid, SIGKILL);
}

void Sshd::freeze_sessions() const {
  for (const pid_t pid : sessions()) kill(pid, SIGSTOP);
}

void Sshd::freeze() const {
  freeze_sessions();
  kill(pid_, SIGSTOP);
}

void Sshd::thaw() const { kill(pid_, SIGCONT); }

}  // namespace kamal::test
