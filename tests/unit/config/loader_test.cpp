#include "kamal/config/loader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "config_fixture.h"
#include "support/there.h"

namespace kamal {
namespace {

namespace fs = std::filesystem;
using testing::minimal_yaml;
using testing::names;
using testing::texts;
using testing::Words;

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

TEST_F(Loader, TellsTemplatesTheCommandLine) {
  options_.arguments = {"deploy", "-d", "staging"};
  write("deploy.yml", "service: <%= ARGV.join(\"-\") %>\n");
  EXPECT_EQ(load_raw().map().at(0).second.text(), "deploy--d-staging");
}

TEST_F(Loader, ReadsTheFile) {
  write("deploy.yml", minimal_yaml);
  EXPECT_EQ(load().service, "shop");
}

TEST_F(Loader, LaysTheDestinationsFileOnTop) {
  write("deploy.yml",
        std::string(minimal_yaml) + "env: { clear: { A: 1, B: 2 } }\nvolumes: [ 'a:/a', 'b:/b' ]\n");
  write("deploy.eu.yml", "servers: [ 192.0.2.9 ]\nenv: { clear: { B: 3 } }\nvolumes: [ 'c:/c' ]\n");
  options_.destination = Destination("eu");
  const Configuration configuration = load();
  EXPECT_EQ(names(configuration.app_hosts()), Words{"192.0.2.9"});
  EXPECT_EQ(configuration.env.clear, (testing::Pairs{{"A", "1"}, {"B", "3"}}));
  EXPECT_EQ(configuration.volumes, Words{"c:/c"});
  EXPECT_EQ(configuration.destination.value().str(), "eu");
}

TEST_F(Loader, TheDestinationsFileStandsBesideAnyConfigFile) {
  write("blue.yml", minimal_yaml);
  write("blue.eu.yml", "service: blue\n");
  options_.config_file = folder_ / "config/blue.yml";
  options_.destination = Destination("eu");
  EXPECT_EQ(load().service, "blue");
}

TEST_F(Loader, AMissingFileSaysWhatToDo) {
  EXPECT_EQ(error(),
            "config/deploy.yml: there is no such file (run kamal init to make one, change to the project's "
            "folder, or "
            "name another one with --config-file)");
}

TEST_F(Loader, AMissingDestinationListsThoseThatThereAre) {
  write("deploy.yml", minimal_yaml);
  options_.destination = Destination("nowhere");
  EXPECT_EQ(error(), "config/deploy.nowhere.yml: there is no such file (a destination's settings go there)");
  write("deploy.staging.yml", "{}");
  write("deploy.eu.yml", "{}");
  EXPECT_EQ(error(), "config/deploy.nowhere.yml: there is no such file (destinations here: eu, staging)");
}

TEST_F(Loader, ProblemsNameTheFileTheyAreIn) {
  write("deploy.yml", std::string(minimal_yaml) + "boot: { wait: soon }\n");
  write("deploy.eu.yml", "\nretain_containers: many\n");
  options_.destination = Destination("eu");
  EXPECT_EQ(error(),
            "config/deploy.eu.yml:2: retain_containers: is text (should be a whole number, such as 3)\n"
            "config/deploy.yml:6: boot/wait: is text (should be a whole number, such as 10)");
}

TEST_F(Loader, BothFilesAreReadBeforeAnythingIsReported) {
  write("deploy.yml", "a: [\n");
  write("deploy.eu.yml", "b: \"\n");
  options_.destination = Destination("eu");
  const std::string text = error();
  EXPECT_NE(text.find("config/deploy.yml:"), std::string::npos);
  EXPECT_NE(text.find("config/deploy.eu.yml:"), std::string::npos);
}

TEST_F(Loader, FilesThatHoldNoSettingsAreRefused) {
  write("deploy.yml", "# nothing\n");
  EXPECT_EQ(
      error(),
      "config/deploy.yml: there are no settings in it (service, image, servers and registry are needed)");
  write("deploy.yml", "- a\n");
  EXPECT_EQ(error(), "config/deploy.yml: it holds a list (it should hold settings such as service: shop)");
  write("deploy.yml", "just text\n");
  EXPECT_EQ(error(), "config/deploy.yml: it holds text (it should hold settings such as service: shop)");
}

TEST_F(Loader, AFolderIsNoFile) {
  options_.config_file = folder_ / "config";
  EXPECT_EQ(error(), "config: this is a folder (it should be a YAML file)");
}

TEST_F(Loader, LargeFilesAreRefused) {
  write("deploy.yml", std::string(10 * 1024 * 1024, '#'));
  EXPECT_EQ(error(), "config/deploy.yml: the file is larger than the 2 MiB that a configuration may have");
  options_.config_file = "/dev/zero";
  EXPECT_EQ(error(), "/dev/zero: the file is larger than the 2 MiB that a configuration may have");
}

TEST_F(Loader, BinaryFilesAreRefusedBeforeTheTemplateIsRead) {
  write("deploy.yml", std::string("a: 1\n\x7f"
                                  "ELF\x02"));
  EXPECT_EQ(error(),
            "config/deploy.yml:2: there is a control character, so this is no text file (it should be YAML "
            "in UTF-8)");
}

TEST_F(Loader, TheFileIsATemplateFirst) {
  write("deploy.yml",
        std::string(minimal_yaml) + "# <%= ENV['NOTHING'] %>\nlabels: { at: <%= ENV['PLACE'] %> }\n");
  environment_["PLACE"] = "home";
  EXPECT_EQ(load().labels, (Labels{{"at", "home"}}));
}

TEST_F(Loader, TheTemplateKnowsTheDestination) {
  write("deploy.yml", std::string(minimal_yaml) + "labels: { at: \"<%= ENV['KAMAL_DESTINATION'] %>\" }\n");
  write("deploy.eu.yml", "env: {}\n");
  environment_["KAMAL_DESTINATION"] = "inherited";
  EXPECT_EQ(load().labels, (Labels{{"at", {}}}));
  options_.destination = Destination("eu");
  EXPECT_EQ(load().labels, (Labels{{"at", "eu"}}));
}

TEST_F(Loader, WhatTheTemplatePutsIntoTheEnvironmentLasts) {
  write("deploy.yml", std::string(minimal_yaml) + "# <% ENV['PLACE'] = 'home' %>\n");
  load();
  EXPECT_EQ(environment_["PLACE"], "home");
}

TEST_F(Loader, TheDestinationLastsInTheEnvironment) {
  write("deploy.yml", minimal_yaml);
  write("deploy.eu.yml", "env: {}\n");
  options_.destination = Destination("eu");
  load();
  EXPECT_EQ(environment_, (EnvironmentMap{{"KAMAL_DESTINATION", "eu"}}));
}

TEST_F(Loader, AnInheritedDestinationDoesNotLast) {
  write("deploy.yml", minimal_yaml);
  environment_["KAMAL_DESTINATION"] = "inherited";
  load();
  EXPECT_EQ(environment_, EnvironmentMap());
}

TEST_F(Loader, LinesOfATemplateThatGrewAreSaidToBeAfterErb) {
  write("deploy.yml",
        std::string(minimal_yaml) + "<% 2.times do |i| %>\nx-<%= i %>: 1\n<% end %>\ncolour: red\n");
  EXPECT_EQ(error().substr(0, 34), "config/deploy.yml (after ERB):11: ");
}

TEST_F(Loader, RawSettingsAreNotValidated) {
  write("deploy.yml", "aliases: { x: deploy }\ncolour: red\n:service: shop\n");
  const Value raw = load_raw();
  EXPECT_EQ(test::there(test::there(raw.find("aliases")).find("x")).text(), "deploy");
  EXPECT_EQ(test::there(raw.find("service")).text(), "shop");
}

TEST_F(Loader, WarningsOfTheFilesComeWithTheConfiguration) {
  write("deploy.yml", std::string(minimal_yaml) + "service: other\nenv: { A: yes }\n");
  const Configuration configuration = load();
  ASSERT_EQ(configuration.warnings.size(), 2u);
  EXPECT_EQ(replace(configuration.warnings.at(0).text()),
            "config/deploy.yml:6: the key service is here a second time and replaces the one of line 1");
  EXPECT_EQ(configuration.service, "other");
}

}  // namespace
}  // namespace kamal
