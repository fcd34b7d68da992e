#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ProxyBootConfig, SaysThatItIsDeprecated) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"proxy", "boot_config", "get"}).out, HasSubstr("deprecated"));
}

TEST(ProxyBootConfig, RefusesOtherWords) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"proxy", "boot_config", "put"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("set, get or reset"), HasSubstr("\"put\"")));
}

TEST(ProxyBootConfig, WritesWhatDiffersFromTheDefaults) {
  CliRun kamal;
  kamal.run({"proxy", "boot_config", "set", "--http_port", "8080", "--version", "v1"});
  EXPECT_THAT(kamal.servers.uploads["1.1.1.1:.kamal/proxy/options"], HasSubstr("--publish 8080:80"));
}

struct Setting {
  std::vector<std::string> options;
  const char* file;  // in .kamal/proxy
  const char* text;
};

std::ostream& operator<<(std::ostream& out, const Setting& setting) { return out << setting.options.at(0); }

class ProxyBootConfigSet : public ::testing::TestWithParam<Setting> {};

TEST_P(ProxyBootConfigSet, WritesWhatIsAskedFor) {
  CliRun kamal;
  std::vector<std::string> line = {"proxy", "boot_config", "set", "--version", "v1"};
  line.insert(line.end(), GetParam().options.begin(), GetParam().options.end());
  EXPECT_EQ(kamal.run(line).status, 0);
  EXPECT_EQ(kamal.servers.uploads[std::string("1.1.1.1:.kamal/proxy/") + GetParam().file], GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Options, ProxyBootConfigSet,
    ::testing::Values(
        Setting{{"--http-port", "08080"},
                "options",
                "--publish 8080:80 --publish 443:443 --log-opt max-size=10m"},
        Setting{{"--no-publish"}, "options", "--log-opt max-size=10m"},
        Setting{{"--publish-host-ip", "10.0.0.5"},
                "options",
                "--publish 10.0.0.5:80:80 --publish 10.0.0.5:443:443 --log-opt max-size=10m"},
        Setting{{"--publish-host-ip", "10.0.0.5", "--publish-host-ip", "::1"},
                "options",
                "--publish 10.0.0.5:80:80 --publish 10.0.0.5:443:443 --publish [::1]:80:80 --publish "
                "[::1]:443:443 --log-opt max-size=10m"},
        Setting{
            {"--http-port", "8080"}, "options", "--publish 8080:80 --publish 443:443 --log-opt max-size=10m"},
        Setting{
            {"--https-port", "8443"}, "options", "--publish 80:80 --publish 8443:443 --log-opt max-size=10m"},
        Setting{
            {"--log-max-size", "50m"}, "options", "--publish 80:80 --publish 443:443 --log-opt max-size=50m"},
        Setting{{"--metrics-port", "9090"},
                "options",
                "--publish 80:80 --publish 443:443 --log-opt max-size=10m --expose=9090"},
        Setting{{"--docker-options", "memory=256m", "label=team=edge"},
                "options",
                "--publish 80:80 --publish 443:443 --log-opt max-size=10m --memory=256m --label=team=edge"},
        Setting{{"--registry", "registry.test"}, "image", "registry.test/basecamp/kamal-proxy"},
        Setting{{"--repository", "mirror"}, "image", "mirror/kamal-proxy"},
        Setting{{"--image-version", "v0.9.9"}, "image_version", "v0.9.9"},
        Setting{{"--metrics-port", "9090"}, "run_command", "kamal-proxy run --metrics-port \"9090\""},
        Setting{{"--debug"}, "run_command", "kamal-proxy run --debug"}));

const std::vector<std::string> removals = {"rm .kamal/proxy/options", "rm .kamal/proxy/image",
                                           "rm .kamal/proxy/image_version", "rm .kamal/proxy/run_command"};

TEST(ProxyBootConfig, RemovesTheFilesOfDefaults) {
  CliRun kamal;
  kamal.run({"proxy", "boot_config", "set", "--version", "v1"});
  EXPECT_THAT(kamal.servers.uploads, IsEmpty());
  EXPECT_THAT(kamal.asked("1.1.1.1"), ::testing::IsSupersetOf(removals));
}

TEST(ProxyBootConfig, ResetsEveryFileWhetherItIsThereOrNot) {
  CliRun kamal;
  kamal.servers.answer("*", "rm ", {1, "", "No such file or directory\n"});
  EXPECT_EQ(kamal.run({"proxy", "boot_config", "reset", "--version", "v1"}).status, 0);
  EXPECT_EQ(kamal.asked("1.1.1.1"), removals);
}

TEST(ProxyBootConfig, ShowsThatOfEveryServer) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("*", "echo ", {0, "--publish 80:80 basecamp/kamal-proxy:v0.9.2\n", ""});
  EXPECT_THAT(kamal.run({"proxy", "boot_config", "get"}).out,
              AllOf(HasSubstr("Host 1.1.1.1: --publish 80:80 basecamp/kamal-proxy:v0.9.2\n"),
                    HasSubstr("Host 1.1.1.2: --publish 80:80 basecamp/kamal-proxy:v0.9.2\n")));
}

TEST(ProxyBootConfig, IsKeptInFilesOfTheirOwnerAndGroup) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"proxy", "boot_config", "set", "--http-port", "8080"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), ::testing::Contains("upload .kamal/proxy/options 0640"));
}

TEST(ProxyBootConfig, IsSetOnAServerThatIsNew) {
  CliRun kamal;
  kamal.servers.answer("*", "rm ", {1, "", "No such file or directory\n"});
  EXPECT_EQ(kamal.run({"proxy", "boot_config", "set"}).status, 0);
  const std::vector<std::string> asked = kamal.asked("1.1.1.1");
  EXPECT_THAT(asked.at(0), HasSubstr("mkdir -p .kamal/proxy"));
  EXPECT_THAT(asked, ::testing::IsSupersetOf(removals));
}

}  // namespace
}  // namespace kamal
