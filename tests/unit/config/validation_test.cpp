#include <gtest/gtest.h>

#include "config_fixture.h"

// Structure and types: what the table of keys refuses, in the words that people read.
namespace kamal::config {
namespace {

using testing::problems_of;
using testing::problems_with;
using testing::warnings_with;
using testing::without;
using testing::Words;
using testing::yaml_value;

TEST(Validation, UnknownKeysAreNamedWithTheirPlaceAndWhatWasMeant) {
  EXPECT_EQ(problems_with("proxy:\n  hst: a.test\n"),
            Words{"deploy.yml:2: proxy/hst: unknown key (did you mean host?)"});
  EXPECT_EQ(problems_with("servers:\n  web:\n    hosts: [ a ]\n    option: {}\n"),
            Words{"deploy.yml:4: servers/web/option: unknown key (did you mean options?)"});
  EXPECT_EQ(problems_with("proxy:\n  healthcheck:\n    pth: /up\n"),
            Words{"deploy.yml:3: proxy/healthcheck/pth: unknown key (did you mean path?)"});
}

TEST(Validation, WithoutALikelyMeaningTheKnownKeysAreListed) {
  EXPECT_EQ(problems_with("boot:\n  colour: blue\n"),
            Words{"deploy.yml:2: boot/colour: unknown key (known here: limit, wait, parallel_roles)"});
  EXPECT_EQ(problems_with("colour: blue"),
            Words{"deploy.yml:1: colour: unknown key (kamal docs configuration tells all keys)"});
}

TEST(Validation, AllProblemsAreToldInTheOrderOfTheFile) {
  EXPECT_EQ(problems_with("colour: blue\nretain_containers: many\nboot:\n  wait: soon\n"),
            (Words{"deploy.yml:1: colour: unknown key (kamal docs configuration tells all keys)",
                   "deploy.yml:2: retain_containers: is text (should be a whole number, such as 3)",
                   "deploy.yml:4: boot/wait: is text (should be a whole number, such as 10)"}));
}

TEST(Validation, ExtensionsAreForTheRootOnly) {
  EXPECT_EQ(problems_with("x-a: 1"), Words());
  EXPECT_EQ(problems_with("boot:\n  x-a: 1\n").size(), 1u);
}

TEST(Validation, SymbolsAreNoKeysOfSections) {
  EXPECT_EQ(problems_with("proxy:\n  :host: a\n"),
            Words{"deploy.yml:2: proxy/:host: unknown key (did you mean host?)"});
}

// KEY: VALUE of the wrong type, and what the problem says after the place.
struct WrongType {
  const char* yaml;
  const char* problem;
};

void PrintTo(const WrongType& test, std::ostream* out) { *out << test.yaml; }

class WrongTypes : public ::testing::TestWithParam<WrongType> {};

TEST_P(WrongTypes, AreNamedWithWhatWouldBeRight) {
  EXPECT_EQ(problems_with(GetParam().yaml), Words{std::string("deploy.yml:1: ") + GetParam().problem});
}

INSTANTIATE_TEST_SUITE_P(
    AtTheRoot, WrongTypes,
    ::testing::Values(
        WrongType{"asset_path: []", "asset_path: is an empty list (should be text)"},
        WrongType{"hooks_path: {}", "hooks_path: is a map (should be text)"},
        WrongType{"secrets_path:", "secrets_path: is empty (should be text, such as ops/secrets)"},
        WrongType{"require_destination: foo",
                  "require_destination: is text (should be true or false, such as true)"},
        WrongType{"allow_empty_roles: 1",
                  "allow_empty_roles: is a whole number (should be true or false, such as true)"},
        WrongType{"deploy_timeout: \"10\"", "deploy_timeout: is text (should be a whole number, such as 60)"},
        WrongType{"drain_timeout: 1.5",
                  "drain_timeout: is a number with a fraction (should be a whole number, such as 10)"},
        WrongType{"readiness_delay: true", "readiness_delay: is true (should be a whole number, such as 4)"},
        WrongType{"volumes: foo", "volumes: is text (should be a list of text)"},
        WrongType{"labels: [ a ]", "labels: is a list (should be a map of names to values)"},
        WrongType{"accessories: []", "accessories: is an empty list (should be a map of accessories)"},
        WrongType{"env: []", "env: is an empty list (should be a map of variables)"},
        WrongType{"ssh: []", "ssh: is an empty list (should be a map of settings)"},
        WrongType{"proxy: false", "proxy: is false (should be a map of settings)"},
        WrongType{"logging:", "logging: is empty (should be a map of settings)"},
        WrongType{"servers: foo", "servers: is text (should be a list of hosts or a map of roles)"}));

INSTANTIATE_TEST_SUITE_P(
    BelowTheRoot, WrongTypes,
    ::testing::Values(
        WrongType{"servers: [ [] ]",
                  "servers/0: is an empty list (should be a host, or a host: and its tags)"},
        WrongType{"servers: [ { foo: {} } ]", "servers/0/foo: is a map (should be text or a list of text)"},
        WrongType{"servers: [ { foo: [ [] ] } ]", "servers/0/foo/0: is an empty list (should be text)"},
        WrongType{"servers: { web: foo }",
                  "servers/web: is text (should be a list of hosts or a map of settings)"},
        WrongType{"servers: { web: { hosts: a } }", "servers/web/hosts: is text (should be a list of hosts)"},
        WrongType{"servers: { web: { hosts: [ a ], options: x } }",
                  "servers/web/options: is text (should be a map of names to values)"},
        WrongType{"servers: { web: { hosts: [ a ], options: { a: { b: c } } } }",
                  "servers/web/options/a: is a map (should be text or a list of text)"},
        WrongType{"servers: { web: { hosts: [ a ], proxy: sure } }",
                  "servers/web/proxy: is text (should be true or false or a map of settings)"},
        WrongType{"env: { FOO: [] }", "env/FOO: is an empty list (should be text)"},
        WrongType{"env: { FOO: }", "env/FOO: is empty (should be text)"},
        WrongType{"env: { clear: { FOO: [ 1 ] } }", "env/clear/FOO: is a list (should be text)"},
        WrongType{"env: { secret: TOKEN }", "env/secret: is text (should be a list of text)"},
        WrongType{"env: { secret: [ [] ] }", "env/secret/0: is an empty list (should be text)"},
        WrongType{"env: { tags: [] }", "env/tags: is an empty list (should be a map of names to values)"},
        WrongType{"env: { tags: { a: x } }", "env/tags/a: is text (should be a map of variables)"},
        WrongType{"env: { tags: { a: { B: [] } } }", "env/tags/a/B: is an empty list (should be text)"},
        WrongType{"ssh: { user: [] }", "ssh/user: is an empty list (should be text)"},
        WrongType{"ssh: { config: {} }",
                  "ssh/config: is a map (should be true or false, text or a list of text)"},
        WrongType{"ssh: { config: 1 }",
                  "ssh/config: is a number (should be true, false, text or a list of text)"},
        WrongType{"ssh: { keys: a }", "ssh/keys: is text (should be a list of text)"},
        WrongType{"sshkit: { dns_retries: foo }",
                  "sshkit/dns_retries: is text (should be a whole number, such as 5)"},
        WrongType{"builder: { args: [ a ] }", "builder/args: is a list (should be a map of names to values)"},
        WrongType{"builder: { sbom: maybe }",
                  "builder/sbom: is text (should be true or false, such as true)"},
        WrongType{"builder: { cache: { options: [] } }",
                  "builder/cache/options: is an empty list (should be text)"},
        WrongType{"registry: { server: [] }", "registry/server: is an empty list (should be text)"},
        WrongType{"registry: { password: [ A, B ] }",
                  "registry/password: is a list (should be text or a list with one name)"},
        WrongType{"registry: { password: [ 12 ] }",
                  "registry/password/0: is a whole number (should be text)"},
        WrongType{"registry: { username: 12 }",
                  "registry/username: is a whole number (should be text or a list with one name, such as "
                  "acme-robot)"},
        WrongType{"proxy: { app_port: '3000' }",
                  "proxy/app_port: is text (should be a whole number, such as 3000)"},
        WrongType{"proxy: { ssl: sure }",
                  "proxy/ssl: is text (should be true or false or a map of settings)"},
        WrongType{"proxy: { run: { publish: 1 } }",
                  "proxy/run/publish: is a whole number (should be true or false, such as false)"},
        WrongType{"output: { otel: x }", "output/otel: is text (should be a map of settings)"},
        WrongType{"aliases: { a: [] }", "aliases/a: is an empty list (should be text)"},
        WrongType{"accessories: { db: [] }",
                  "accessories/db: is an empty list (should be a map of settings)"},
        WrongType{"accessories: { db: { image: x, host: h, files: [ [ a ] ] } }",
                  "accessories/db/files/0: is a list (should be text or a map of settings)"},
        WrongType{"accessories: { db: { image: x, host: h, files: [ { local: [], remote: /b } ] } }",
                  "accessories/db/files/0/local: is an empty list (should be text)"}));

TEST(Validation, ChoicesAreListed) {
  EXPECT_EQ(problems_with("builder: { cache: { type: floppy } }"),
            Words{"deploy.yml:1: builder/cache/type: floppy is not known here (should be gha or registry)"});
  EXPECT_EQ(problems_with("hooks_output: loud"),
            Words{"deploy.yml:1: hooks_output: loud is not known here (should be quiet or verbose)"});
  EXPECT_EQ(
      problems_with("hooks_output: { pre-build: :loud }"),
      Words{"deploy.yml:1: hooks_output/pre-build: loud is not known here (should be quiet or verbose)"});
  EXPECT_EQ(problems_with("ssh: { log_level: chatty }").size(), 1u);
}

TEST(Validation, ChoicesHaveSmallLettersSaveForTheLogLevelOfSsh) {
  EXPECT_EQ(problems_with("hooks_output: Verbose"),
            Words{"deploy.yml:1: hooks_output: Verbose is not known here (should be quiet or verbose)"});
  EXPECT_EQ(problems_with("builder: { cache: { type: GHA } }"),
            Words{"deploy.yml:1: builder/cache/type: GHA is not known here (should be gha or registry)"});
  EXPECT_EQ(problems_with("ssh: { log_level: FATAL }"), Words());
}

TEST(Validation, BooleansAndNumbersOfHooksOutputWarn) {
  EXPECT_EQ(warnings_with("hooks_output: false"),
            Words{"deploy.yml:1: hooks_output: false has no effect (should be quiet or verbose)"});
  EXPECT_EQ(warnings_with("hooks_output: 12"),
            Words{"deploy.yml:1: hooks_output: 12 has no effect (should be quiet or verbose)"});
  EXPECT_EQ(
      problems_with("hooks_output: { pre-build: true }"),
      Words{"deploy.yml:1: hooks_output/pre-build: true is not known here (should be quiet or verbose)"});
}

TEST(Validation, RequiredKeysAreNamedWithAnExample) {
  EXPECT_EQ(problems_of(without("service")), Words{"deploy.yml:1: service: is missing (add service: shop)"});
  EXPECT_EQ(problems_of(without("builder")),
            Words{"deploy.yml:1: builder/arch: is missing (add arch: amd64)"});
  EXPECT_EQ(problems_of(without("registry")),
            Words{"deploy.yml:1: registry: is missing (kamal docs registry tells what goes there)"});
  EXPECT_EQ(problems_with("output:\n  file: {}\n"),
            Words{"deploy.yml:2: output/file/path: is missing (add path: log/deploys)"});
  EXPECT_EQ(
      problems_with("output:\n  otel: {}\n"),
      Words{"deploy.yml:2: output/otel/endpoint: is missing (add endpoint: http://otel.example.com:4318)"});
}

TEST(Validation, AnEndpointThatIsNoAddressIsRefused) {
  EXPECT_EQ(problems_with("output:\n  otel:\n    endpoint: http://bad host\n"),
            Words{"deploy.yml:3: output/otel/endpoint: is no address (should be like "
                  "http://otel.example.com:4318)"});
}

TEST(Validation, APlaceForOutputThatIsANumberIsRefused) {
  EXPECT_EQ(problems_with("output: { file: { path: 5 } }"),
            Words{"deploy.yml:1: output/file/path: is a whole number (should be text, such as log/deploys)"});
}

TEST(Validation, SeveralHostsInOneItemAreRefused) {
  EXPECT_EQ(problems_with("servers:\n  - a: x\n    b: y\n"),
            Words{"deploy.yml:2: servers/0: there are 2 names in one item (should be one; begin the next one "
                  "with -)"});
}

TEST(Validation, ProblemsNeverShowWhatMayBeASecret) {
  for (const std::string& problem :
       problems_with("registry: { username: { hunter2: hunter2 }, password: 31337 }")) {
    EXPECT_EQ(problem.find("hunter2"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("31337"), std::string::npos) << problem;
  }
}

TEST(Validation, AConfigurationThatIsNoMapIsRefused) {
  EXPECT_EQ(problems_of(yaml_value("- a")).at(0), "deploy.yml:1: is a list (should be a map of settings)");
}

TEST(OddReadings, KeepTheirEffectAndWarnWhereTextIsMeant) {
  EXPECT_EQ(
      warnings_with("env:\n  PORTS: 80,443\n"),
      Words{
          "deploy.yml:2: env/PORTS: 80,443 is read as 80443 (put it in quotes to keep it as it is written)"});
  EXPECT_EQ(
      warnings_with("env:\n  AT: 12:30\n"),
      Words{"deploy.yml:2: env/AT: 12:30 is read as 45000 (put it in quotes to keep it as it is written)"});
  EXPECT_EQ(
      warnings_with("accessories: { db: { image: x, host: h, port: 22:22 } }"),
      Words{"deploy.yml:1: accessories/db/port: 22:22 is read as 80520 (put it in quotes to keep it as it is "
            "written)"});
  EXPECT_EQ(warnings_with("env:\n  VERSION: 1.10\n").size(), 1u);
  EXPECT_EQ(warnings_with("env:\n  A: yes\n").size(), 1u);
  EXPECT_EQ(warnings_with("env:\n  A: 0644\n").size(), 1u);
}

TEST(OddReadings, DontWarnWhereTheReadingIsMeant) {
  EXPECT_EQ(warnings_with("proxy: { buffering: { requests: off, memory: 2_000_000 } }"), Words());
  EXPECT_EQ(warnings_with("hooks_output: :verbose"), Words());
  EXPECT_EQ(warnings_with("hooks_output: { pre-build: :quiet }"), Words());
  EXPECT_EQ(warnings_with("env: { A: \"yes\", B: 8080, C: true, D: 0.5, E: \"12:30\" }"), Words());
}

TEST(OddReadings, WarnForNumbersThatAreNoDecimals) {
  EXPECT_EQ(
      warnings_with("deploy_timeout: 030"),
      Words{
          "deploy.yml:1: deploy_timeout: 030 is read as 24 (put it in quotes to keep it as it is written)"});
  EXPECT_EQ(warnings_with("proxy: { app_port: 1:30 }").size(), 1u);
}

TEST(OddReadings, DatesAreRefusedWhereTextIsWanted) {
  EXPECT_EQ(problems_with("env:\n  SINCE: 2026-01-02\n"),
            Words{"deploy.yml:2: env/SINCE: is a date for YAML (should be text: put it in quotes)"});
}

TEST(OddReadings, DatesWithoutTheirZerosAreRefusedAsWell) {
  EXPECT_EQ(problems_with("env:\n  SINCE: 2026-1-2\n"),
            Words{"deploy.yml:2: env/SINCE: is a date for YAML (should be text: put it in quotes)"});
}

TEST(OddReadings, DatesStayTextAndWarnWhereAnythingGoes) {
  EXPECT_EQ(warnings_with("builder: { arch: amd64, args: { SINCE: 2026-01-02 } }"),
            Words{"deploy.yml:1: builder/args/SINCE: this is a date for YAML and stays text here (put it in "
                  "quotes to be sure)"});
}

TEST(Validation, KeysThatDontCountInMapsOfPathsAndCertificatesWarn) {
  EXPECT_EQ(warnings_with(
                "accessories: { db: { image: x, host: h, files: [ { local: a, remote: /b, mod: x } ] } }"),
            Words{"deploy.yml:1: accessories/db/files/0/mod: unknown key, ignored (did you mean mode?)"});
}

}  // namespace
}  // namespace kamal::config
