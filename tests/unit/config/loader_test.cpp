#include "kamal/config/loader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "config_fixture.h"
#include "support/there.h"

namespace kamal::config {
namespace {

namespace fs = std::filesystem;
using test::minimal_yaml;
using test::names;
using test::texts;
using test::Words;

struct NoProcesses : Processes {
  ProcessResult run(const Process&, const OutputSink&) override { return {127, "", "", false}; }
  int run_attached(const Process&) override { return 127; }
};

class Loader : public ::testing::Test {
 protected:
  Loader() {
    folder_ = fs::temp_directory_path() / ("kamal-loader-test-" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "config");
    options_.config_file = folder_ / "config/deploy.yml";
  }
  ~Loader() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) {
    std::ofstream(folder_ / "config" / name) << text;
  }
  Configuration load() { return load_configuration(options_, environment_, processes_); }
  Value load_raw() { return load_raw_configuration(options_, environment_, processes_); }

  std::string error() {
    try {
      load();
      return "";
    } catch (const ConfigurationError& error) {
      return replace(error.what());
    }
  }

  std::vector<Problem> problems() {
    try {
      load();
      return {};
    } catch (const ConfigurationError& error) {
      return error.problems();
    }
  }

  // Without the folder of this test.
  std::string replace(std::string text) {
    const std::string folder = folder_.string() + "/";
    for (size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
    return text;
  }

  fs::path folder_;
  LoadOptions options_;
  EnvironmentMap environment_;
  NoProcesses processes_;
};

TEST_F(Loader, PassesTheCommandLineToTemplates) {
  options_.arguments = {"deploy", "-d", "staging"};
  write("deploy.yml", "service: <%= ARGV.join(\"-\") %>\n");
  EXPECT_EQ(load_raw().map().at(0).second.text(), "deploy--d-staging");
}

TEST_F(Loader, ReadsTheFile) {
  write("deploy.yml", minimal_yaml);
  EXPECT_EQ(load().service, "shop");
}

TEST_F(Loader, MergesTheDestinationFile) {
  write("deploy.yml",
        std::string(minimal_yaml) + "env: { clear: { A: 1, B: 2 } }\nvolumes: [ 'a:/a', 'b:/b' ]\n");
  write("deploy.eu.yml", "servers: [ 192.0.2.9 ]\nenv: { clear: { B: 3 } }\nvolumes: [ 'c:/c' ]\n");
  options_.destination = Destination("eu");
  const Configuration configuration = load();
  EXPECT_EQ(names(configuration.app_hosts()), Words{"192.0.2.9"});
  EXPECT_EQ(configuration.env.clear, (test::Pairs{{"A", "1"}, {"B", "3"}}));
  EXPECT_EQ(configuration.volumes, Words{"c:/c"});
  EXPECT_EQ(configuration.destination.value().str(), "eu");
}

TEST_F(Loader, MergesSettingsOfXKamalKeyByKey) {
  write("deploy.yml", std::string(minimal_yaml) + "x-kamal: { rollback_on_failure: true, settle: 10 }\n");
  write("deploy.eu.yml", "x-kamal: { settle: 0 }\n");
  options_.destination = Destination("eu");
  const Extensions extensions = load().extensions;
  EXPECT_TRUE(extensions.rollback_on_failure);
  EXPECT_EQ(extensions.settle, std::chrono::seconds(0));
}

TEST_F(Loader, ProblemsOfXKamalNameTheDestinationFile) {
  write("deploy.yml", std::string(minimal_yaml) + "x-kamal: { settle: 10 }\n");
  write("deploy.eu.yml", "x-kamal:\n  setle: 3\n");
  options_.destination = Destination("eu");
  EXPECT_EQ(error(), "config/deploy.eu.yml:2: x-kamal/setle: unknown key (did you mean \"settle\"?)");
}

TEST_F(Loader, XKamalMayBeCommentedOut) {
  write("deploy.yml", std::string(minimal_yaml) + "x-kamal:\n#  settle: 10\n");
  EXPECT_EQ(load().extensions.settle, std::chrono::seconds(0));
}

TEST_F(Loader, FindsTheDestinationFileBesideAnyConfigFile) {
  write("blue.yml", minimal_yaml);
  write("blue.eu.yml", "service: blue\n");
  options_.config_file = folder_ / "config/blue.yml";
  options_.destination = Destination("eu");
  EXPECT_EQ(load().service, "blue");
}

TEST_F(Loader, MissingFileSuggestsInit) {
  EXPECT_EQ(error(),
            "config/deploy.yml: no such file (run `kamal init`, change to the project directory or pass "
            "--config-file)");
}

TEST_F(Loader, MissingDestinationListsAvailableOnes) {
  write("deploy.yml", minimal_yaml);
  options_.destination = Destination("nowhere");
  EXPECT_EQ(error(), "config/deploy.nowhere.yml: no such file (it holds the settings of the destination)");
  write("deploy.staging.yml", "{}");
  write("deploy.eu.yml", "{}");
  EXPECT_EQ(error(), "config/deploy.nowhere.yml: no such file (available destinations: eu, staging)");
}

TEST_F(Loader, MissingDestinationSuggestsTheNearest) {
  write("deploy.yml", minimal_yaml);
  write("deploy.staging.yml", "{}");
  options_.destination = Destination("stagin");
  EXPECT_EQ(error(), "config/deploy.stagin.yml: no such file (did you mean \"staging\"?)");
}

TEST_F(Loader, ProblemsNameTheirFile) {
  write("deploy.yml", std::string(minimal_yaml) + "boot: { wait: soon }\n");
  write("deploy.eu.yml", "\nretain_containers: many\n");
  options_.destination = Destination("eu");
  EXPECT_EQ(error(),
            "config/deploy.eu.yml:2: retain_containers: must be an integer (such as 3), not a string\n"
            "config/deploy.yml:6: boot/wait: must be an integer (such as 10), not a string");
}

TEST_F(Loader, ReportsProblemsOfBothFiles) {
  write("deploy.yml", "a: [\n");
  write("deploy.eu.yml", "b: \"\n");
  options_.destination = Destination("eu");
  const std::string text = error();
  EXPECT_NE(text.find("config/deploy.yml:"), std::string::npos);
  EXPECT_NE(text.find("config/deploy.eu.yml:"), std::string::npos);
}

TEST_F(Loader, RejectsFilesWithoutSettings) {
  write("deploy.yml", "# nothing\n");
  EXPECT_EQ(error(), "config/deploy.yml: file is empty (needs service, image, servers and registry)");
  write("deploy.yml", "- a\n");
  EXPECT_EQ(error(), "config/deploy.yml: must be a map of settings (such as service: shop), not a list");
  write("deploy.yml", "just text\n");
  EXPECT_EQ(error(), "config/deploy.yml: must be a map of settings (such as service: shop), not a string");
}

TEST_F(Loader, EmptyDestinationFileAddsNothing) {
  write("deploy.yml", minimal_yaml);
  options_.destination = Destination("eu");
  for (const std::string_view text :
       {"", "# nothing yet\n", "---\n# to come\n", "{}\n", "<% if false %>\nservers: []\n<% end %>\n"}) {
    write("deploy.eu.yml", text);
    EXPECT_EQ(error(), "") << text;
    EXPECT_EQ(names(load().app_hosts()), (Words{"192.0.2.1", "192.0.2.2"})) << text;
  }
}

TEST_F(Loader, KeysWithCommentedOutMapsAreAbsent) {
  write("deploy.yml",
        std::string(minimal_yaml) +
            "env:\n  clear:\n    # A: 1\n  secret: [ S ]\n  tags:\naccessories:\n  # db:\nlabels:\n"
            "logging:\nproxy:\nboot:\nssh:\nsshkit:\noutput:\naliases:\n");
  const Configuration configuration = load();
  EXPECT_EQ(configuration.env.secret, Words{"S"});
  EXPECT_TRUE(configuration.accessories.empty());
  EXPECT_TRUE(configuration.warnings.empty());
}

TEST_F(Loader, NestedKeysWithCommentedOutMapsAreAbsent) {
  write("deploy.yml",
        "service: shop\nimage: acme/shop\nregistry: { username: robot, password: sesame }\n"
        "builder:\n  arch: amd64\n  args:\n  cache:\n  pack:\n"
        "env:\n  tags:\n    canary:\n      # A: 1\n"
        "output:\n  otel:\n  file:\n"
        "proxy:\n  healthcheck:\n  buffering:\n  logging:\n  run:\n    options:\n"
        "servers:\n  web:\n    hosts: [ 192.0.2.1 ]\n    env:\n      clear:\n    labels:\n    options:\n    "
        "logging:\n"
        "accessories:\n  db:\n    # image: postgres\n  redis:\n    image: redis\n    host: 192.0.2.1\n    "
        "env:\n"
        "    labels:\n    options:\n    registry:\n");
  EXPECT_EQ(error(), "");
  const Configuration configuration = load();
  ASSERT_EQ(configuration.accessories.size(), 1u);
  EXPECT_EQ(configuration.accessories[0].name, "redis");
  EXPECT_TRUE(configuration.warnings.empty());
}

TEST_F(Loader, EmptyRoleProxyIsIgnoredWithAWarning) {
  write("deploy.yml",
        "service: shop\nimage: acme/shop\nregistry: { username: robot, password: sesame }\nbuilder: { arch: "
        "amd64 }\n"
        "servers:\n  web: [ 192.0.2.1 ]\n  jobs:\n    hosts: [ 192.0.2.2 ]\n    proxy:\n      # host: "
        "a.example.com\n");
  const Configuration configuration = load();
  ASSERT_EQ(configuration.warnings.size(), 1u);
  EXPECT_EQ(replace(configuration.warnings[0].text()),
            "config/deploy.yml:9: servers/jobs/proxy: is ignored because it is empty (set true or a map)");
  EXPECT_FALSE(test::role(configuration, "jobs").running_proxy());
}

TEST_F(Loader, RejectsEmptyListsAndScalars) {
  for (const std::string key :
       {"volumes", "primary_role", "hooks_path", "stop_timeout", "asset_path", "servers", "hooks_output"}) {
    write("deploy.yml",
          "service: shop\nimage: acme/shop\nregistry: { username: robot, password: sesame }\n"
          "builder: { arch: amd64 }\naccessories: { db: { image: pg, host: 192.0.2.1 } }\n" +
              key + ":\n");
    EXPECT_NE(error().find("config/deploy.yml:6: " + key + ": must be "), std::string::npos)
        << key << error();
  }
}

TEST_F(Loader, CommentedOutMapsOfADestinationKeepTheBase) {
  write("deploy.yml",
        std::string(minimal_yaml) + "env: { clear: { A: 1 } }\nproxy: { host: a.example.com }\n");
  write("deploy.eu.yml", "env:\n  clear:\n    # A: 2\nproxy:\nregistry:\n");
  options_.destination = Destination("eu");
  const Configuration configuration = load();
  EXPECT_EQ(configuration.env.clear, (test::Pairs{{"A", "1"}}));
  ASSERT_TRUE(test::role(configuration, "web").proxy);
  EXPECT_EQ(test::role(configuration, "web").proxy->hosts, Words{"a.example.com"});
}

TEST_F(Loader, HostOfTheDestinationReplacesHosts) {
  const std::string base =
      "service: shop\nimage: acme/shop\nregistry: { username: robot, password: sesame }\n"
      "builder: { arch: amd64 }\n";
  write("deploy.yml",
        base +
            "proxy: { host: a.example.com }\n"
            "servers: { web: [ 192.0.2.1 ], api: { hosts: [ 192.0.2.2 ], proxy: { hosts: [ b.example.com ] } "
            "} }\n"
            "accessories:\n  db: { image: pg, host: 192.0.2.3, proxy: { host: db.example.com } }\n"
            "  kv: { image: kv, roles: [ web, api ] }\n");
  write("deploy.eu.yml",
        "proxy: { hosts: [ eu.example.com, www.example.com ] }\n"
        "servers: { api: { proxy: { host: api.example.com } } }\n"
        "accessories:\n  db: { hosts: [ 192.0.2.4, 192.0.2.5 ], proxy: { hosts: [ eu-db.example.com ] } }\n"
        "  kv: { role: api }\n");
  options_.destination = Destination("eu");
  EXPECT_EQ(error(), "");
  const Configuration configuration = load();
  EXPECT_EQ(test::role(configuration, "web").proxy->hosts, (Words{"eu.example.com", "www.example.com"}));
  EXPECT_EQ(test::role(configuration, "api").proxy->hosts, Words{"api.example.com"});
  ASSERT_EQ(configuration.accessories.size(), 2u);
  EXPECT_EQ(names(configuration.accessories[0].hosts), (Words{"192.0.2.4", "192.0.2.5"}));
  EXPECT_EQ(configuration.accessories[0].proxy->hosts, Words{"eu-db.example.com"});
  EXPECT_EQ(names(configuration.accessories[1].hosts), Words{"192.0.2.2"});
}

TEST_F(Loader, RejectsDestinationHostsBesideARole) {
  write("deploy.yml", std::string(minimal_yaml) + "accessories:\n  db: { image: pg, role: web }\n");
  write("deploy.eu.yml", "accessories: { db: { hosts: [ 192.0.2.4 ] } }\n");
  options_.destination = Destination("eu");
  EXPECT_NE(error().find("must have only one of hosts and role"), std::string::npos) << error();
}

TEST_F(Loader, RejectsDirectories) {
  options_.config_file = folder_ / "config";
  EXPECT_EQ(error(), "config: is a directory, not a YAML file");
}

TEST_F(Loader, RejectsLargeFiles) {
  write("deploy.yml", std::string(10 * 1024 * 1024, '#'));
  EXPECT_EQ(error(), "config/deploy.yml: the file exceeds the limit of 2 MiB");
  options_.config_file = "/dev/zero";
  EXPECT_EQ(error(), "/dev/zero: the file exceeds the limit of 2 MiB");
}

TEST_F(Loader, RejectsBinaryFilesBeforeRendering) {
  write("deploy.yml", std::string("a: 1\n\x7f"
                                  "ELF\x02"));
  EXPECT_EQ(error(), "config/deploy.yml:2: invalid control character; not a text file (use YAML in UTF-8)");
}

TEST_F(Loader, RendersTheTemplateFirst) {
  write("deploy.yml",
        std::string(minimal_yaml) + "# <%= ENV['NOTHING'] %>\nlabels: { at: <%= ENV['PLACE'] %> }\n");
  environment_["PLACE"] = "home";
  EXPECT_EQ(load().labels, (Labels{{"at", "home"}}));
}

TEST_F(Loader, TemplatesSeeTheDestination) {
  write("deploy.yml", std::string(minimal_yaml) + "labels: { at: \"<%= ENV['KAMAL_DESTINATION'] %>\" }\n");
  write("deploy.eu.yml", "env: {}\n");
  environment_["KAMAL_DESTINATION"] = "inherited";
  EXPECT_EQ(load().labels, (Labels{{"at", {}}}));
  options_.destination = Destination("eu");
  EXPECT_EQ(load().labels, (Labels{{"at", "eu"}}));
}

TEST_F(Loader, KeepsEnvironmentSetByTemplates) {
  write("deploy.yml", std::string(minimal_yaml) + "# <% ENV['PLACE'] = 'home' %>\n");
  load();
  EXPECT_EQ(environment_["PLACE"], "home");
}

TEST_F(Loader, ExportsTheDestination) {
  write("deploy.yml", minimal_yaml);
  write("deploy.eu.yml", "env: {}\n");
  options_.destination = Destination("eu");
  load();
  EXPECT_EQ(environment_, (EnvironmentMap{{"KAMAL_DESTINATION", "eu"}}));
}

TEST_F(Loader, DropsAnInheritedDestination) {
  write("deploy.yml", minimal_yaml);
  environment_["KAMAL_DESTINATION"] = "inherited";
  load();
  EXPECT_EQ(environment_, EnvironmentMap());
}

TEST_F(Loader, MarksShiftedLinesAsAfterErb) {
  write("deploy.yml",
        std::string(minimal_yaml) + "<% 2.times do |i| %>\nx-<%= i %>: 1\n<% end %>\ncolour: red\n");
  EXPECT_EQ(error().substr(0, 34), "config/deploy.yml (after ERB):11: ");
}

TEST_F(Loader, ProblemsShowTheirLines) {
  write("deploy.yml", std::string(minimal_yaml) + "boot: { wait: soon }\n");
  write("deploy.eu.yml", "\ncolour: red\n");
  options_.destination = Destination("eu");
  const std::vector<Problem> found = problems();
  ASSERT_EQ(found.size(), 2u);
  const Excerpt& colour = test::there(found.at(0).excerpt);
  EXPECT_EQ(colour.text, "colour: [REDACTED]");
  EXPECT_EQ(std::pair(colour.begin, colour.length), std::pair(0ul, 6ul));
  const Excerpt& wait = test::there(found.at(1).excerpt);
  EXPECT_EQ(wait.text, "boot: { wait: soon }");
  EXPECT_EQ(std::pair(wait.begin, wait.length), std::pair(14ul, 4ul));
  EXPECT_EQ(found.at(1).fix, "must be an integer (such as 10)");
}

TEST_F(Loader, SyntaxErrorsShowTheirLine) {
  write("deploy.yml", "service: shop\nimage: *acme\n");
  const Excerpt image = test::there(problems().at(0).excerpt);
  EXPECT_EQ(image.text, "image: *acme");
  EXPECT_EQ(image.begin, 7u);
}

TEST_F(Loader, MisspelledKeysSuggestTheNearestAtTheirLine) {
  write("deploy.yml", std::string(minimal_yaml) + "proxy:\n  hst: a.example.com\n");
  const Problem problem = problems().at(0);
  EXPECT_EQ(problem.fix, "did you mean \"host\"?");
  EXPECT_EQ(test::there(problem.excerpt).text, "  hst: [REDACTED]");
}

TEST_F(Loader, ErrorsOfTemplatesShowTheirTag) {
  write("deploy.yml", "service: shop\nimage: <%= ENV.fetch('NOWHERE') %>\n");
  const Excerpt image = test::there(problems().at(0).excerpt);
  EXPECT_EQ(image.text, "image: <%= ENV.fetch('NOWHERE') %>");
  EXPECT_EQ(std::pair(image.begin, image.length), std::pair(7ul, 27ul));
}

TEST_F(Loader, ProblemsInTextOfTemplatesShowNoLine) {
  write("deploy.yml",
        std::string(minimal_yaml) + "<% 2.times do |i| %>\nx-<%= i %>: 1\n<% end %>\ncolour: red\n");
  EXPECT_FALSE(problems().at(0).excerpt);
}

TEST_F(Loader, MissingKeysOfTheRootShowNoLine) {
  write("deploy.yml", "service: shop\n");
  for (const Problem& problem : problems()) EXPECT_FALSE(problem.excerpt) << problem.text();
}

TEST_F(Loader, RawSettingsAreNotValidated) {
  write("deploy.yml", "aliases: { x: deploy }\ncolour: red\n:service: shop\n");
  const Value raw = load_raw();
  EXPECT_EQ(test::there(test::there(raw.find("aliases")).find("x")).text(), "deploy");
  EXPECT_EQ(test::there(raw.find("service")).text(), "shop");
}

TEST_F(Loader, ReturnsWarningsOfTheFiles) {
  write("deploy.yml", std::string(minimal_yaml) + "service: other\nenv: { A: yes }\n");
  const Configuration configuration = load();
  ASSERT_EQ(configuration.warnings.size(), 2u);
  EXPECT_EQ(replace(configuration.warnings.at(0).text()),
            "config/deploy.yml:6: duplicate key service, overrides line 1");
  EXPECT_EQ(configuration.service, "other");
}

}  // namespace
}  // namespace kamal::config
