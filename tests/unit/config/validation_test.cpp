#include <gtest/gtest.h>

#include "config_fixture.h"

// Structure and types: what the table of keys refuses, in the words that people read.
namespace kamal::config {
namespace {

using test::problems_of;
using test::problems_with;
using test::warnings_with;
using test::without;
using test::Words;
using test::yaml_value;

TEST(Validation, UnknownKeysSuggestTheNearest) {
  EXPECT_EQ(problems_with("proxy:\n  hst: a.test\n"),
            Words{"deploy.yml:2: proxy/hst: unknown key (did you mean \"host\"?)"});
  EXPECT_EQ(problems_with("servers:\n  web:\n    hosts: [ a ]\n    option: {}\n"),
            Words{"deploy.yml:4: servers/web/option: unknown key (did you mean \"options\"?)"});
  EXPECT_EQ(problems_with("proxy:\n  healthcheck:\n    pth: /up\n"),
            Words{"deploy.yml:3: proxy/healthcheck/pth: unknown key (did you mean \"path\"?)"});
}

TEST(Validation, UnknownKeysListValidOnes) {
  EXPECT_EQ(problems_with("boot:\n  colour: blue\n"),
            Words{"deploy.yml:2: boot/colour: unknown key (valid: limit, wait, parallel_roles)"});
  EXPECT_EQ(problems_with("colour: blue"),
            Words{"deploy.yml:1: colour: unknown key (see `kamal docs configuration`)"});
}

TEST(Validation, ReportsAllProblemsInFileOrder) {
  EXPECT_EQ(problems_with("colour: blue\nretain_containers: many\nboot:\n  wait: soon\n"),
            (Words{"deploy.yml:1: colour: unknown key (see `kamal docs configuration`)",
                   "deploy.yml:2: retain_containers: must be an integer (such as 3), not a string",
                   "deploy.yml:4: boot/wait: must be an integer (such as 10), not a string"}));
}

TEST(Validation, ExtensionsBelongToTheRoot) {
  EXPECT_EQ(problems_with("x-a: 1"), Words());
  EXPECT_EQ(problems_with("boot:\n  x-a: 1\n").size(), 1u);
}

TEST(Validation, SymbolKeysAreUnknown) {
  EXPECT_EQ(problems_with("proxy:\n  :host: a\n"),
            Words{"deploy.yml:2: proxy/:host: unknown key (did you mean \"host\"?)"});
}

// KEY: VALUE of the wrong type, and what the problem says after the place.
struct WrongType {
  const char* yaml;
  const char* problem;
};

void PrintTo(const WrongType& test, std::ostream* out) { *out << test.yaml; }

class WrongTypes : public ::testing::TestWithParam<WrongType> {};

TEST_P(WrongTypes, NameTheExpectedType) {
  EXPECT_EQ(problems_with(GetParam().yaml), Words{std::string("deploy.yml:1: ") + GetParam().problem});
}

INSTANTIATE_TEST_SUITE_P(
    AtTheRoot, WrongTypes,
    ::testing::Values(
        WrongType{"asset_path: []", "asset_path: must be a string, not an empty list"},
        WrongType{"hooks_path: {}", "hooks_path: must be a string, not a map"},
        WrongType{"secrets_path:", "secrets_path: must be a string (such as ops/secrets), not empty"},
        WrongType{"require_destination: foo",
                  "require_destination: must be true or false (such as true), not a string"},
        WrongType{"allow_empty_roles: 1",
                  "allow_empty_roles: must be true or false (such as true), not an integer"},
        WrongType{"deploy_timeout: \"10\"", "deploy_timeout: must be an integer (such as 60), not a string"},
        WrongType{"drain_timeout: 1.5",
                  "drain_timeout: must be an integer (such as 10), not a decimal number"},
        WrongType{"readiness_delay: true", "readiness_delay: must be an integer (such as 4), not true"},
        WrongType{"volumes: foo", "volumes: must be a list of strings, not a string"},
        WrongType{"labels: [ a ]", "labels: must be a map of names to values, not a list"},
        WrongType{"accessories: []", "accessories: must be a map of accessories, not an empty list"},
        WrongType{"env: []", "env: must be a map of variables, not an empty list"},
        WrongType{"ssh: []", "ssh: must be a map, not an empty list"},
        WrongType{"proxy: false", "proxy: must be a map, not false"},
        WrongType{"logging:", "logging: must be a map, not empty"},
        WrongType{"servers: foo", "servers: must be a list of hosts or a map of roles, not a string"}));

INSTANTIATE_TEST_SUITE_P(
    BelowTheRoot, WrongTypes,
    ::testing::Values(
        WrongType{"servers: [ [] ]", "servers/0: must be a host, or a host: and its tags, not an empty list"},
        WrongType{"servers: [ { foo: {} } ]",
                  "servers/0/foo: must be a string or a list of strings, not a map"},
        WrongType{"servers: [ { foo: [ [] ] } ]", "servers/0/foo/0: must be a string, not an empty list"},
        WrongType{"servers: { web: foo }", "servers/web: must be a list of hosts or a map, not a string"},
        WrongType{"servers: { web: { hosts: a } }",
                  "servers/web/hosts: must be a list of hosts, not a string"},
        WrongType{"servers: { web: { hosts: [ a ], options: x } }",
                  "servers/web/options: must be a map of names to values, not a string"},
        WrongType{"servers: { web: { hosts: [ a ], options: { a: { b: c } } } }",
                  "servers/web/options/a: must be a string or a list of strings, not a map"},
        WrongType{"servers: { web: { hosts: [ a ], proxy: sure } }",
                  "servers/web/proxy: must be true or false or a map, not a string"},
        WrongType{"env: { FOO: [] }", "env/FOO: must be a string, not an empty list"},
        WrongType{"env: { FOO: }", "env/FOO: must be a string, not empty"},
        WrongType{"env: { clear: { FOO: [ 1 ] } }", "env/clear/FOO: must be a string, not a list"},
        WrongType{"env: { secret: TOKEN }", "env/secret: must be a list of strings, not a string"},
        WrongType{"env: { secret: [ [] ] }", "env/secret/0: must be a string, not an empty list"},
        WrongType{"env: { tags: [] }", "env/tags: must be a map of names to values, not an empty list"},
        WrongType{"env: { tags: { a: x } }", "env/tags/a: must be a map of variables, not a string"},
        WrongType{"env: { tags: { a: { B: [] } } }", "env/tags/a/B: must be a string, not an empty list"},
        WrongType{"ssh: { user: [] }", "ssh/user: must be a string, not an empty list"},
        WrongType{"ssh: { config: {} }",
                  "ssh/config: must be true or false, a string or a list of strings, not a map"},
        WrongType{"ssh: { config: 1 }",
                  "ssh/config: must be true, false, a string or a list of strings, not a number"},
        WrongType{"ssh: { keys: a }", "ssh/keys: must be a list of strings, not a string"},
        WrongType{"sshkit: { dns_retries: foo }",
                  "sshkit/dns_retries: must be an integer (such as 5), not a string"},
        WrongType{"builder: { args: [ a ] }", "builder/args: must be a map of names to values, not a list"},
        WrongType{"builder: { sbom: maybe }",
                  "builder/sbom: must be true or false (such as true), not a string"},
        WrongType{"builder: { cache: { options: [] } }",
                  "builder/cache/options: must be a string, not an empty list"},
        WrongType{"registry: { server: [] }", "registry/server: must be a string, not an empty list"},
        WrongType{"registry: { password: [ A, B ] }",
                  "registry/password: must be a string or a list with one name, not a list"},
        WrongType{"registry: { password: [ 12 ] }", "registry/password/0: must be a string, not an integer"},
        WrongType{"registry: { username: 12 }",
                  "registry/username: must be a string or a list with one name (such as acme-robot), not an "
                  "integer"},
        WrongType{"proxy: { app_port: '3000' }",
                  "proxy/app_port: must be an integer (such as 3000), not a string"},
        WrongType{"proxy: { ssl: sure }", "proxy/ssl: must be true or false or a map, not a string"},
        WrongType{"proxy: { run: { publish: 1 } }",
                  "proxy/run/publish: must be true or false (such as false), not an integer"},
        WrongType{"output: { otel: x }", "output/otel: must be a map, not a string"},
        WrongType{"aliases: { a: [] }", "aliases/a: must be a string, not an empty list"},
        WrongType{"accessories: { db: [] }", "accessories/db: must be a map, not an empty list"},
        WrongType{"accessories: { db: { image: x, host: h, files: [ [ a ] ] } }",
                  "accessories/db/files/0: must be a string or a map, not a list"},
        WrongType{"accessories: { db: { image: x, host: h, files: [ { local: [], remote: /b } ] } }",
                  "accessories/db/files/0/local: must be a string, not an empty list"}));

TEST(Validation, ChoicesAreListed) {
  EXPECT_EQ(problems_with("builder: { cache: { type: floppy } }"),
            Words{"deploy.yml:1: builder/cache/type: must be gha or registry, not floppy"});
  EXPECT_EQ(problems_with("hooks_output: loud"),
            Words{"deploy.yml:1: hooks_output: must be quiet or verbose, not loud"});
  EXPECT_EQ(problems_with("hooks_output: { pre-build: :loud }"),
            Words{"deploy.yml:1: hooks_output/pre-build: must be quiet or verbose, not loud"});
  EXPECT_EQ(problems_with("ssh: { log_level: chatty }").size(), 1u);
}

TEST(Validation, ChoicesAreLowercaseExceptSshLogLevel) {
  EXPECT_EQ(problems_with("hooks_output: Verbose"),
            Words{"deploy.yml:1: hooks_output: must be quiet or verbose, not Verbose"});
  EXPECT_EQ(problems_with("builder: { cache: { type: GHA } }"),
            Words{"deploy.yml:1: builder/cache/type: must be gha or registry, not GHA"});
  EXPECT_EQ(problems_with("ssh: { log_level: FATAL }"), Words());
}

TEST(Validation, BooleansAndNumbersOfHooksOutputWarn) {
  EXPECT_EQ(warnings_with("hooks_output: false"),
            Words{"deploy.yml:1: hooks_output: false has no effect (use quiet or verbose)"});
  EXPECT_EQ(warnings_with("hooks_output: 12"),
            Words{"deploy.yml:1: hooks_output: 12 has no effect (use quiet or verbose)"});
  EXPECT_EQ(problems_with("hooks_output: { pre-build: true }"),
            Words{"deploy.yml:1: hooks_output/pre-build: must be quiet or verbose, not true"});
}

TEST(Validation, RequiredKeysShowAnExample) {
  EXPECT_EQ(problems_of(without("service")),
            Words{"deploy.yml:1: service: is required (example: service: shop)"});
  EXPECT_EQ(problems_of(without("builder")),
            Words{"deploy.yml:1: builder/arch: is required (example: arch: amd64)"});
  EXPECT_EQ(problems_of(without("registry")),
            Words{"deploy.yml:1: registry: is required (see `kamal docs registry`)"});
  EXPECT_EQ(problems_with("output:\n  file: {}\n"),
            Words{"deploy.yml:2: output/file/path: is required (example: path: log/deploys)"});
  EXPECT_EQ(problems_with("output:\n  otel: {}\n"),
            Words{"deploy.yml:2: output/otel/endpoint: is required (example: endpoint: "
                  "http://otel.example.com:4318)"});
}

TEST(Validation, RejectsInvalidEndpoint) {
  EXPECT_EQ(
      problems_with("output:\n  otel:\n    endpoint: http://bad host\n"),
      Words{"deploy.yml:3: output/otel/endpoint: must be a URL (such as http://otel.example.com:4318)"});
}

TEST(Validation, RejectsNumericOutputPath) {
  EXPECT_EQ(problems_with("output: { file: { path: 5 } }"),
            Words{"deploy.yml:1: output/file/path: must be a string (such as log/deploys), not an integer"});
}

TEST(Validation, RejectsSeveralHostsInOneItem) {
  EXPECT_EQ(problems_with("servers:\n  - a: x\n    b: y\n"),
            Words{"deploy.yml:2: servers/0: must have one name, not 2 (start the next item with -)"});
}

TEST(Validation, ProblemsNeverShowValues) {
  for (const std::string& problem :
       problems_with("registry: { username: { hunter2: hunter2 }, password: 31337 }")) {
    EXPECT_EQ(problem.find("hunter2"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("31337"), std::string::npos) << problem;
  }
}

TEST(Validation, RejectsNonMapConfiguration) {
  EXPECT_EQ(problems_of(yaml_value("- a")).at(0), "deploy.yml:1: must be a map, not a list");
}

TEST(OddReadings, WarnWhereAStringIsExpected) {
  EXPECT_EQ(warnings_with("env:\n  PORTS: 80,443\n"),
            Words{"deploy.yml:2: env/PORTS: YAML reads 80,443 as 80443 (quote it to keep it as is)"});
  EXPECT_EQ(warnings_with("env:\n  AT: 12:30\n"),
            Words{"deploy.yml:2: env/AT: YAML reads 12:30 as 45000 (quote it to keep it as is)"});
  EXPECT_EQ(
      warnings_with("accessories: { db: { image: x, host: h, port: 22:22 } }"),
      Words{"deploy.yml:1: accessories/db/port: YAML reads 22:22 as 80520 (quote it to keep it as is)"});
  EXPECT_EQ(warnings_with("env:\n  VERSION: 1.10\n").size(), 1u);
  EXPECT_EQ(warnings_with("env:\n  A: yes\n").size(), 1u);
  EXPECT_EQ(warnings_with("env:\n  A: 0644\n").size(), 1u);
}

TEST(OddReadings, DoNotWarnWhereTheReadingIsMeant) {
  EXPECT_EQ(warnings_with("proxy: { buffering: { requests: off, memory: 2_000_000 } }"), Words());
  EXPECT_EQ(warnings_with("hooks_output: :verbose"), Words());
  EXPECT_EQ(warnings_with("hooks_output: { pre-build: :quiet }"), Words());
  EXPECT_EQ(warnings_with("env: { A: \"yes\", B: 8080, C: true, D: 0.5, E: \"12:30\" }"), Words());
}

TEST(OddReadings, WarnForNonDecimalNumbers) {
  EXPECT_EQ(warnings_with("deploy_timeout: 030"),
            Words{"deploy.yml:1: deploy_timeout: YAML reads 030 as 24 (quote it to keep it as is)"});
  EXPECT_EQ(warnings_with("proxy: { app_port: 1:30 }").size(), 1u);
}

TEST(OddReadings, RejectDatesWhereAStringIsExpected) {
  EXPECT_EQ(problems_with("env:\n  SINCE: 2026-01-02\n"),
            Words{"deploy.yml:2: env/SINCE: must be a string; YAML reads this as a date (quote it)"});
}

TEST(OddReadings, RejectUnpaddedDates) {
  EXPECT_EQ(problems_with("env:\n  SINCE: 2026-1-2\n"),
            Words{"deploy.yml:2: env/SINCE: must be a string; YAML reads this as a date (quote it)"});
}

TEST(OddReadings, DatesStayTextAndWarn) {
  EXPECT_EQ(warnings_with("builder: { arch: amd64, args: { SINCE: 2026-01-02 } }"),
            Words{"deploy.yml:1: builder/args/SINCE: YAML reads this as a date; kamal keeps it as text "
                  "(quote it to be sure)"});
}

TEST(Validation, UnknownKeysInPathsAndCertificatesWarn) {
  EXPECT_EQ(warnings_with(
                "accessories: { db: { image: x, host: h, files: [ { local: a, remote: /b, mod: x } ] } }"),
            Words{"deploy.yml:1: accessories/db/files/0/mod: unknown key, ignored (did you mean \"mode\"?)"});
}

}  // namespace
}  // namespace kamal::config
