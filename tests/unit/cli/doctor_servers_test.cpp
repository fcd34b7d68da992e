#include <gmock/gmock.h>

#include "support/there.h"
#include "unit/cli/doctor_fixture.h"

namespace kamal {
namespace {

using test::Answer;
using test::HealthyFleet;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* proxy_v0_8 = "basecamp/kamal-proxy:v0.8.0";

// What is wrong on a server, and the outcome.
struct ServerFault {
  const char* name;
  std::function<void(HealthyFleet&)> plant;
  const char* outcome;  // state and name
  const char* what;
  const char* next;
};

Answer fails_with(int status, const std::string& err) { return {status, "", err}; }

test::FakeDocker::Container& add_container(HealthyFleet& fleet, const std::string& name) {
  fleet.kamal.servers.docker("1.1.1.1").add(name);
  return fleet.kamal.servers.docker("1.1.1.1").at(name);
}

const std::vector<ServerFault>& server_faults() {
  static const std::vector<ServerFault> faults = {
      {"Processor",
       [](HealthyFleet& f) {
         f.on_servers("uname -m", {0, "aarch64\n", ""});
       },
       "problem processor", "arm64, but builder/arch is amd64: containers end with \"exec format error\"",
       "set builder/arch to arm64"},
      {"EmulatedProcessor",
       [](HealthyFleet& f) {
         f.on_servers("uname -m", {0, "aarch64\n", ""});
         f.on_servers("binfmt_misc", {0, "qemu-x86_64\nregister\n", ""});
       },
       "warning processor", "so the app runs in an emulator", "set builder/arch to arm64"},
      {"ClockBehind",
       [](HealthyFleet& f) {
         f.on_servers("date +%s", {0, "1767322000\n", ""});
       },
       "problem clock", "17 minutes behind this machine's", "timedatectl"},
      {"ClockAhead",
       [](HealthyFleet& f) {
         f.on_servers("date +%s", {0, "1767323105\n", ""});
       },
       "warning clock", "1 minute ahead of this machine's", "timedatectl"},
      {"Memory",
       [](HealthyFleet& f) {
         f.on_servers("/proc/meminfo", {0, "MemTotal: 524288 kB\nMemAvailable: 65536 kB\n", ""});
       },
       "warning memory", "64 MiB of 512 MiB available", "kamal status --stats"},
      {"Banner",
       [](HealthyFleet& f) {
         f.on_servers("echo \"$SHELL\"", {0, "/bin/bash\nWelcome!\n", ""});
       },
       "warning shell", "/bin/bash prints \"Welcome!\"", "[ -t 1 ]"},
      {"NoDocker",
       [](HealthyFleet& f) { f.on_servers("docker version", fails_with(127, "docker: not found")); },
       "problem docker", "not installed", "kamal server bootstrap"},
      {"DockerNeedsSudo",
       [](HealthyFleet& f) {
         f.on_servers("docker version", fails_with(1, "permission denied while trying to connect"));
       },
       "problem docker-access", "can't use docker without sudo", "kamal server bootstrap"},
      {"DockerStopped",
       [](HealthyFleet& f) {
         f.on_servers("docker version", fails_with(1, "Cannot connect to the Docker daemon\n"));
       },
       "problem docker-running", "Cannot connect to the Docker daemon", "systemctl restart docker"},
      {"DockerHangs", [](HealthyFleet& f) { f.on_servers("docker version", fails_with(124, "")); },
       "problem docker-running", "docker timed out", "systemctl restart docker"},
      {"OldDocker",
       [](HealthyFleet& f) {
         f.on_servers("docker version", {0, "19.03.5\n", ""});
       },
       "warning docker-version", "19.03.5 is older than 20.10", "update it"},
      {"DiskFull", [](HealthyFleet& f) { f.on_servers("df -Pk", HealthyFleet::storage(100 << 10, 900)); },
       "problem disk", "100 MiB free for images", "kamal prune all"},
      {"DiskSmallerThanImage",
       [](HealthyFleet& f) {
         f.on_servers("df -Pk", HealthyFleet::storage(3 << 20, 900, "image=4294967296\n"));
       },
       "problem disk", "3.0 GiB free for images, the app's takes 4.0 GiB", "kamal prune all"},
      {"DiskAlmostFull", [](HealthyFleet& f) { f.on_servers("df -Pk", HealthyFleet::storage(1 << 20, 900)); },
       "warning disk", "1.0 GiB free for images", "kamal prune all"},
      {"Inodes", [](HealthyFleet& f) { f.on_servers("df -Pk", HealthyFleet::storage(20 << 20, 5)); },
       "problem inodes", "0% free", "kamal prune all"},
      {"PortInUse",
       [](HealthyFleet& f) {
         f.on_servers("/proc/net/tcp",
                      {0,
                       "  1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 0 0 0 5\n"
                       "LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:((\"nginx\",pid=7,fd=6))\n"
                       "LISTEN 0 511 [::]:443 [::]:*\n",
                       ""});
       },
       "problem ports", "443, 80 (by nginx)", "proxy/run/http_port"},
      {"OldProxy", [](HealthyFleet& f) { add_container(f, "kamal-proxy").image = proxy_v0_8; },
       "problem proxy-version", "kamal-proxy v0.8.0 is older than v0.9.2", "kamal proxy reboot"},
      {"StoppedProxy",
       [](HealthyFleet& f) {
         test::FakeDocker::Container& proxy = add_container(f, "kamal-proxy");
         proxy.image = "basecamp/kamal-proxy:v0.9.2";
         proxy.running = false;
       },
       "problem proxy-version", "kamal-proxy v0.9.2 is exited", "kamal proxy boot"},
      {"CrashLoop", [](HealthyFleet& f) { add_container(f, "shop-web-v1").status = "restarting"; },
       "problem restarts", "shop-web-v1 keeps crashing: restarting", "kamal app logs"},
      {"ManyRestarts", [](HealthyFleet& f) { add_container(f, "shop-web-v1").restarts = 7; },
       "warning restarts", "shop-web-v1 was restarted 7 times", "kamal app logs"},
      {"UnlimitedLog",
       [](HealthyFleet& f) {
         f.on_servers("LogConfig",
                      {0, "/shop-web-v1|json-file|\n/shop-db|json-file|10m\n/x|journald|\n", ""});
       },
       "warning logs", "no size limit for the log of shop-web-v1 ->", "logging/options/max-size"},
      {"Registry",
       [](HealthyFleet& f) { f.on_servers("docker pull", fails_with(1, "dial tcp: connection refused\n")); },
       "problem registry", "Docker Hub: docker pull: dial tcp: connection refused", "registry login"},
      {"LockLeftBehind",
       [](HealthyFleet& f) {
         f.on_servers("if [ -d .kamal/lock-shop ]",
                      {0, "Locked by: Bob at 2026-01-02T00:04:05Z\nVersion: v9\nMessage: Moving\n", ""});
       },
       "warning lock", "held by Bob for 3 hours on 1.1.1.1, version v9: Moving", "-> kamal lock release"},
  };
  return faults;
}

class DoctorOfServers : public ::testing::TestWithParam<ServerFault> {};

TEST_P(DoctorOfServers, Finds) {
  HealthyFleet fleet;
  GetParam().plant(fleet);
  fleet.expect_fault(GetParam().outcome, GetParam().what, GetParam().next);
}

INSTANTIATE_TEST_SUITE_P(Faults, DoctorOfServers, ::testing::ValuesIn(server_faults()),
                         [](const auto& fault) { return std::string(fault.param.name); });

TEST(DoctorServers, AreAllOkInOneRoundTrip) {
  HealthyFleet fleet("servers: [ 1.1.1.1, 1.1.1.2 ]");
  const nlohmann::json diagnosis = fleet.diagnose();
  EXPECT_THAT(HealthyFleet::faults(diagnosis), IsEmpty());
  EXPECT_EQ(fleet.result.status, 0) << fleet.result.err;
  std::vector<std::string> names;
  for (const auto& check : diagnosis.at("checks")) {
    if (check.at("host") == "1.1.1.1") names.push_back(check.at("name"));
  }
  EXPECT_THAT(names, ElementsAre("reachable", "host-key", "login", "shell", "clock", "memory", "processor",
                                 "ports", "docker", "docker-access", "docker-running", "docker-version",
                                 "disk", "inodes", "proxy-version", "restarts", "logs", "registry", "lock"));
  EXPECT_EQ(fleet.kamal.servers.round_trips["1.1.1.1"], 1);
  EXPECT_EQ(fleet.kamal.servers.round_trips["1.1.1.2"], 1);
}

TEST(DoctorServers, SayWhatCouldNotBeFoundOut) {
  HealthyFleet fleet;
  fleet.on_servers("docker version", fails_with(127, ""));
  const std::vector<std::string> faults = HealthyFleet::faults(fleet.diagnose());
  EXPECT_THAT(faults, IsSupersetOf({"unknown disk: docker is not installed -> ",
                                    "unknown proxy-version: docker is not installed -> ",
                                    "unknown registry: docker is not installed -> "}));
}

TEST(DoctorServers, AreAProblemIfUnreachable) {
  HealthyFleet fleet("servers: [ 1.1.1.1, 1.1.1.2 ]");
  fleet.kamal.servers.unreachable("1.1.1.2");
  EXPECT_THAT(HealthyFleet::faults(fleet.diagnose()),
              ElementsAre("problem reachable: Can't connect to 1.1.1.2 -> ssh -v -p 22 root@1.1.1.2",
                          "unknown servers: not asked, since the login failed -> "));
  EXPECT_EQ(fleet.result.status, 1);
}

TEST(DoctorServers, AreNotAskedIfThePreConnectHookFails) {
  HealthyFleet fleet;
  fleet.kamal.add_hook("pre-connect");
  fleet.kamal.processes.answer(".kamal/hooks/pre-connect", test::fails(1, "no VPN"));
  EXPECT_THAT(HealthyFleet::faults(fleet.diagnose()),
              ElementsAre(AllOf(StartsWith("problem pre-connect: "), HasSubstr("no VPN")),
                          "unknown servers: the pre-connect hook failed -> "));
  EXPECT_THAT(fleet.kamal.asked("1.1.1.1"), IsEmpty());
}

TEST(DoctorServers, RunTheAppOnlyWhereItBelongs) {
  HealthyFleet fleet("servers: [ 1.1.1.1 ]\naccessories: { db: { image: postgres, host: 1.1.1.3 } }");
  fleet.kamal.servers.answer("1.1.1.3", "uname -m", {0, "aarch64\n", ""});
  const nlohmann::json diagnosis = fleet.diagnose();
  EXPECT_THAT(HealthyFleet::faults(diagnosis), IsEmpty());
  EXPECT_THAT(fleet.kamal.asked("1.1.1.3"), Contains("uname -m"));
}

TEST(DoctorServers, HaveFreePortsIfTheyAreKamalProxys) {
  HealthyFleet fleet;
  fleet.on_servers("/proc/net/tcp", {0, "LISTEN 0 511 0.0.0.0:80 0.0.0.0:*\n", ""});
  add_container(fleet, "kamal-proxy").image = "basecamp/kamal-proxy:v0.9.2";
  EXPECT_THAT(HealthyFleet::faults(fleet.diagnose()), IsEmpty());
  EXPECT_EQ(fleet.result.status, 0);
}

TEST(DoctorServers, ReachALocalRegistryThroughATunnel) {
  HealthyFleet fleet("registry: { server: \"localhost:5555\" }");
  EXPECT_THAT(HealthyFleet::faults(fleet.diagnose()), IsEmpty());
  EXPECT_THAT(fleet.kamal.servers.forwards, ElementsAre(std::pair(std::string("1.1.1.1"), 5555)));
  EXPECT_THAT(fleet.kamal.servers.forwarded, IsEmpty()) << "it is closed again";
  fleet.kamal.processes.answer("docker ps --filter", test::says("kamal-docker-registry\n"));
  EXPECT_THAT(HealthyFleet::faults(fleet.diagnose()), IsEmpty());
  fleet.on_servers("docker pull", fails_with(1, "connection reset by peer\n"));
  EXPECT_THAT(
      HealthyFleet::faults(fleet.diagnose()),
      ElementsAre(
          "problem registry: localhost:5555 through the tunnel: docker pull: connection reset by peer "
          "-> kamal registry setup"));
  fleet.kamal.servers.refuse_forwards.insert("1.1.1.1");
  EXPECT_THAT(HealthyFleet::faults(fleet.diagnose()),
              ElementsAre(AllOf(StartsWith("problem registry: "), HasSubstr("AllowTcpForwarding"))));
}

}  // namespace
}  // namespace kamal
