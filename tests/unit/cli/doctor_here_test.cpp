#include <gmock/gmock.h>

#include <filesystem>

#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "support/json_schema.h"
#include "unit/cli/doctor_fixture.h"

namespace kamal {
namespace {

using nlohmann::json;
using test::fails;
using test::HealthyFleet;
using test::says;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

// What is wrong on this machine, and the outcome.
struct LocalFault {
  const char* name;
  const char* deploy_yml;
  std::function<void(HealthyFleet&)> plant;
  const char* outcome;  // state and name
  const char* what;
  const char* next;
};

void do_nothing(HealthyFleet&) {}

const std::vector<LocalFault>& local_faults() {
  static const std::vector<LocalFault> faults = {
      {"NoGit", "", [](HealthyFleet& f) { f.kamal.processes.answer("git --version", fails(127)); },
       "problem git", "not installed", "install git"},
      {"NoRepository", "", [](HealthyFleet& f) { f.kamal.processes.answer("git rev-parse", fails(128)); },
       "problem git", "not in a git repository", "git init"},
      {"NoDocker", "", [](HealthyFleet& f) { f.kamal.processes.answer("docker version", fails(127)); },
       "problem docker", "not installed on this machine", "docs.docker.com"},
      {"DockerStopped", "",
       [](HealthyFleet& f) {
         f.kamal.processes.answer("docker version", fails(1, "Cannot connect to the Docker daemon\n"));
       },
       "problem docker", "Cannot connect to the Docker daemon", "systemctl start docker"},
      {"DockerRefuses", "",
       [](HealthyFleet& f) { f.kamal.processes.answer("docker version", fails(1, "permission denied\n")); },
       "problem docker", "permission denied", "usermod -aG docker"},
      {"NoBuildx", "",
       [](HealthyFleet& f) {
         f.kamal.processes.answer("docker buildx version",
                                  fails(1, "docker: 'buildx' is not a docker command.\n"));
       },
       "problem buildx", "plugin is not installed", "docker/buildx"},
      {"BrokenBuilder", "",
       [](HealthyFleet& f) {
         f.kamal.processes.answer("docker buildx inspect kamal-local", fails(1, "ERROR: broken\n"));
       },
       "problem builder", "broken", "kamal build create"},
      {"RemoteBuilder", "builder: { arch: arm64, remote: ssh://build.test, local: false }",
       [](HealthyFleet& f) {
         f.kamal.processes.answer("docker --host ssh://build.test", fails(1, "connection refused\n"));
       },
       "problem builder", "ssh://build.test: docker version: connection refused",
       "docker --host ssh://build.test version"},
      {"Emulator", "builder: { arch: [ amd64, arm64 ] }",
       [](HealthyFleet& f) {
         f.kamal.processes.answer(
             "docker buildx inspect default",
             says("Name: default\nPlatforms: linux/amd64, linux/amd64/v2*, linux/386\n"));
       },
       "problem emulator", "can't run programs for arm64", "tonistiigi/binfmt --install arm64"},
      {"Dockerfile", "", [](HealthyFleet&) { std::filesystem::remove("Dockerfile"); }, "problem dockerfile",
       "no Dockerfile in ", "builder/dockerfile"},
      {"AppPort", "", [](HealthyFleet& f) { f.kamal.write("Dockerfile", "FROM a\nEXPOSE 3000/tcp 9000\n"); },
       "warning app-port", "port 80 (proxy/app_port), but Dockerfile has EXPOSE 3000 9000",
       "set proxy/app_port to 3000"},
      {"Dockerignore", "", [](HealthyFleet&) { std::filesystem::remove(".dockerignore"); },
       "warning dockerignore", "no .dockerignore", "> .dockerignore"},
      {"HealthcheckPath", "",
       [](HealthyFleet& f) {
         f.kamal.write("config/deploy.yml", replace_all(read_file("config/deploy.yml"),
                                                        "healthcheck: { path: /up }", "app_port: 80"));
       },
       "warning healthcheck", "role web: no path is set", "set proxy/healthcheck/path"},
      {"HookMode", "", [](HealthyFleet& f) { f.kamal.write(".kamal/hooks/pre-deploy", "#!/bin/sh\n"); },
       "problem hooks", "pre-deploy cannot run: It is not executable", "chmod +x .kamal/hooks/pre-deploy"},
      {"HookName", "", [](HealthyFleet& f) { f.kamal.add_hook("pre-deply"); }, "warning hooks",
       "pre-deply never runs: did you mean \"pre-deploy\"?", "rename .kamal/hooks/pre-deply"},
      {"MissingSecret", "env: { secret: [ API_KEY ] }", do_nothing, "problem secrets", "API_KEY", ""},
      {"RegistryLogin", "",
       [](HealthyFleet& f) { f.kamal.processes.answer("docker login", fails(1, "Error: unauthorized\n")); },
       "problem registry-login", "Docker Hub: docker login: unauthorized", "kamal registry login -R"},
      {"Dns", "proxy: { host: shop.test }",
       [](HealthyFleet& f) { f.kamal.processes.answer("getent ahosts shop.test", fails(2)); }, "problem dns",
       "shop.test does not resolve", "add an A record for shop.test that points at 1.1.1.1"},
      {"DnsElsewhere", "proxy: { host: shop.test }",
       [](HealthyFleet& f) {
         f.kamal.processes.answer("getent ahosts shop.test",
                                  says("9.9.9.9  STREAM shop.test\n9.9.9.9  DGRAM\n"));
       },
       "warning dns", "shop.test is 9.9.9.9, which is not 1.1.1.1", "point shop.test at 1.1.1.1"},
  };
  return faults;
}

// With a proxy of its own, a project has no health check path.
struct LocalFleet : HealthyFleet {
  explicit LocalFleet(const std::string& yaml) : HealthyFleet(yaml.starts_with("proxy:") ? "" : yaml) {
    if (yaml.starts_with("proxy:"))
      kamal.write("config/deploy.yml", replace_all(read_file("config/deploy.yml"), "proxy: {",
                                                   yaml.substr(0, yaml.size() - 2) + ", "));
  }
};

class DoctorHere : public ::testing::TestWithParam<LocalFault> {};

TEST_P(DoctorHere, Finds) {
  LocalFleet fleet(GetParam().deploy_yml);
  GetParam().plant(fleet);
  fleet.expect_fault(GetParam().outcome, GetParam().what, GetParam().next);
}

INSTANTIATE_TEST_SUITE_P(Faults, DoctorHere, ::testing::ValuesIn(local_faults()),
                         [](const auto& fault) { return std::string(fault.param.name); });

TEST(Doctor, TriesTheRegistryOfAnAccessory) {
  HealthyFleet fleet(
      "accessories: { db: { image: a, host: 1.1.1.1, registry: { server: r.test, username: u, password: p } "
      "} }");
  fleet.kamal.processes.answer("docker login r.test", fails(1, "unauthorized\n"));
  EXPECT_THAT(HealthyFleet::faults(fleet.diagnose()),
              ElementsAre(StartsWith("problem registry-login: r.test: docker login: unauthorized")));
}

TEST(Doctor, TriesTheRegistryLoginWithoutTouchingTheOwnOnes) {
  HealthyFleet fleet;
  fleet.kamal.write(
      "docker/config.json",
      R"({"auths": {"a.test": {"auth": "eA=="}}, "credsStore": "pass", "currentContext": "colima"})");
  fleet.kamal.environment["DOCKER_CONFIG"] = "docker";
  std::string used;
  fleet.kamal.processes.answer("docker login", [&](const Process& process) {
    const test::FakeProcesses::Call call{process};
    used = call.env("DOCKER_CONFIG");
    EXPECT_EQ(read_file(used + "/config.json"), R"({"currentContext":"colima"})");
    EXPECT_EQ(process.input, "sesame");
    EXPECT_THAT(call.line(), Not(HasSubstr("sesame")));
    return ProcessResult();
  });
  EXPECT_THAT(HealthyFleet::faults(fleet.diagnose()), IsEmpty());
  EXPECT_NE(used, "docker");
  EXPECT_FALSE(used.empty());
  EXPECT_FALSE(std::filesystem::exists(used));
}

// Valid until 2036-11-27.
constexpr const char* certificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBbjCCAROgAwIBAgIUN35vlLuIpAFniJgZp/lQSQKO7OgwCgYIKoZIzj0EAwIw\n"
    "DDEKMAgGA1UEAwwBYTAeFw0yNjExMzAxOTM2MjVaFw0zNjExMjcxOTM2MjVaMAwx\n"
    "CjAIBgNVBAMMAWEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS+YVspz6gc29u1\n"
    "c4BPAP0+Gsw6Zxly92wFMUXjBwqAm/YV74iOzilapzrT5HvfgBX/E0D0qOrPo8Nd\n"
    "XSEPKJO8o1MwUTAdBgNVHQ4EFgQUcwiR0CMbhJ4c14SmCxIyZjNS2AQwHwYDVR0j\n"
    "BBgwFoAUcwiR0CMbhJ4c14SmCxIyZjNS2AQwDwYDVR0TAQH/BAUwAwEB/zAKBggq\n"
    "hkjOPQQDAgNJADBGAiEAmUxFkVK50iecJLSvgOyMKVk82sx1bqV9XzDLSttkrhwC\n"
    "IQD56GsCQquMXrXfnUQinpRAnY/HHVGePqjK+jCsRlmfhw==\n"
    "-----END CERTIFICATE-----\n";

std::string certificate_outcome(std::chrono::days before_2036_11_27) {
  LocalFleet fleet("proxy: { host: localhost, ssl: { certificate_pem: PEM, private_key_pem: KEY } }");
  fleet.kamal.write(".kamal/secrets", "KEY=k\nPEM='" + std::string(certificate) + "'\n");
  const auto end = parse_iso8601_utc("2036-11-27T19:36:25Z").value();
  fleet.kamal.clock.advance(std::chrono::duration_cast<std::chrono::milliseconds>(end - before_2036_11_27 -
                                                                                  fleet.kamal.clock.now()));
  fleet.on_servers("date +%s",
                   {0, std::to_string(std::chrono::system_clock::to_time_t(fleet.kamal.clock.now())), ""});
  const std::vector<std::string> faults = HealthyFleet::faults(fleet.diagnose());
  return faults.empty() ? "ok" : faults.front();
}

TEST(Doctor, LooksAtTheExpiryOfCertificates) {
  using std::chrono::days;
  EXPECT_EQ(certificate_outcome(days(90)), "ok");
  EXPECT_THAT(certificate_outcome(days(3)),
              StartsWith("warning certificate: servers/web: expires on 2036-11-27"));
  EXPECT_THAT(certificate_outcome(days(-1)),
              StartsWith("problem certificate: servers/web: expired on 2036-11-27"));
}

std::string presented_outcome(const ProcessResult& curl) {
  LocalFleet fleet("proxy: { host: shop.test, ssl: true }");
  fleet.kamal.processes.answer("getent ahosts shop.test", says("1.1.1.1  STREAM shop.test\n"));
  fleet.kamal.processes.answer("curl --silent", curl);
  const std::vector<std::string> faults = HealthyFleet::faults(fleet.diagnose());
  return faults.empty() ? "ok" : faults.front();
}

TEST(Doctor, LooksAtTheCertificateThatAHostnamePresents) {
  EXPECT_EQ(presented_outcome({0, "", "*  expire date: Mar  1 12:00:00 2026 GMT\n", false}), "ok");
  EXPECT_THAT(presented_outcome({0, "", "*  expire date: Jan  5 12:00:00 2026 GMT\n", false}),
              StartsWith("warning certificate: shop.test: expires on 2026-01-05"));
  EXPECT_THAT(presented_outcome(fails(60, "curl: (60) SSL certificate problem: certificate has expired\n")),
              AllOf(StartsWith("problem certificate: shop.test: "), HasSubstr("certificate has expired")));
  EXPECT_THAT(presented_outcome(fails(7, "curl: (7) Connection refused\n")),
              StartsWith("unknown certificate: shop.test: "));
}

TEST(Doctor, SkipsNamesThatNeedNoDns) {
  LocalFleet fleet("proxy: { hosts: [ localhost, 1.1.1.1, shop.localhost, '*.shop.test' ] }");
  fleet.kamal.processes.answer("getent", fails(2));
  EXPECT_THAT(HealthyFleet::faults(fleet.diagnose()), IsEmpty());
  EXPECT_EQ(fleet.result.status, 0) << fleet.result.err;
}

TEST(Doctor, GoesOnWithoutAConfiguration) {
  HealthyFleet fleet;
  fleet.kamal.write("config/deploy.yml", "service: shop\nimage: a\nserverz: []\n");
  std::filesystem::remove(".dockerignore");
  const json diagnosis = fleet.diagnose();
  EXPECT_EQ(fleet.result.status, 1);
  EXPECT_THAT(
      HealthyFleet::faults(diagnosis),
      AllOf(Contains(AllOf(StartsWith("problem configuration: config/deploy.yml:3: serverz"),
                           HasSubstr("-> kamal config"))),
            Contains(StartsWith("warning dockerignore: ")), Contains(StartsWith("unknown servers: "))));
  EXPECT_EQ(diagnosis.at("service"), nullptr);
  EXPECT_THAT(fleet.kamal.servers.connected, IsEmpty());
}

TEST(Doctor, IsReplacedByAnAliasOfTheProject) {
  HealthyFleet fleet("aliases: { doctor: config }");
  EXPECT_THAT(fleet.kamal.run({"doctor"}).out, HasSubstr("service"));
}

TEST(Doctor, LeavesItsPrefixToDocs) {
  HealthyFleet fleet;
  EXPECT_THAT(fleet.kamal.run({"doc"}).out, Not(HasSubstr("This machine")));
}

TEST(DoctorJson, IsAsDocumented) {
  const test::JsonSchema schema(json::parse(read_file(std::string(KAMAL_DOCUMENTS) + "/doctor.schema.json")));
  HealthyFleet fleet("servers: [ 1.1.1.1, 1.1.1.2 ]");
  EXPECT_THAT(schema.problems(fleet.diagnose()), IsEmpty());
  fleet.kamal.servers.unreachable("1.1.1.2");
  fleet.on_servers("docker version", {127, "", ""});
  const json faulty = fleet.diagnose();
  EXPECT_EQ(faulty.at("problems"), 2);
  EXPECT_THAT(schema.problems(faulty), IsEmpty());
  fleet.kamal.write("config/deploy.yml", "{}");
  EXPECT_THAT(schema.problems(fleet.diagnose()), IsEmpty());
  json wrong = faulty;
  wrong["checks"][0]["state"] = "well";
  EXPECT_EQ(schema.problems(wrong).size(), 1U) << "the schema is looked at";
}

TEST(DoctorText, GroupsHostsPutsProblemsFirstAndEndsWithWhatToDo) {
  HealthyFleet fleet("servers: [ 1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4 ]");
  fleet.on_servers("uname -m", {0, "aarch64\n", ""});
  std::filesystem::remove(".dockerignore");
  const std::string text = fleet.kamal.run({"doctor"}).out;
  EXPECT_THAT(text, StartsWith("This machine\n  warning  dockerignore    no .dockerignore, "));
  EXPECT_THAT(text, HasSubstr("\nHosts\n  problem  processor       all 4 hosts: arm64, but builder/arch "
                              "is amd64: containers end with \"exec format error\"\n  ok       reachable"));
  EXPECT_THAT(text, ::testing::EndsWith(
                        "\n4 problems, 1 warning\n\nNext:\n  set builder/arch to arm64  # processor\n"
                        "  printf '.git\\n.kamal\\nnode_modules\\n' > .dockerignore  # dockerignore\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  fleet.kamal.out_is_terminal = true;
  EXPECT_THAT(fleet.kamal.run({"doctor"}).out, HasSubstr("\x1b[31mproblem\x1b[0m"));
}

}  // namespace
}  // namespace kamal
