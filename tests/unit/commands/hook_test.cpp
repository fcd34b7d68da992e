#include "kamal/commands/hook.h"

#include <gtest/gtest.h>

#include "support/deploy_file.h"
#include "support/there.h"

namespace kamal::commands {
namespace {

using test::configured;
using test::GivenSecrets;

TagMetadata facts() { return {"2026-01-02T03:04:05Z", "ada@example.com", Version("0123456789abcdef")}; }

TEST(Hook, IsAFileInTheHooksPath) {
  const config::Configuration config = configured();
  EXPECT_EQ(Hook(config).run("pre-deploy").shell_text(), ".kamal/hooks/pre-deploy");
}

TEST(Hook, FollowsHooksPath) {
  const config::Configuration config = configured("hooks_path: /srv/my hooks");
  EXPECT_EQ(Hook(config).run("pre-deploy").shell_text(), "'/srv/my hooks/pre-deploy'");
}

TEST(Hook, ReceivesTags) {
  const config::Configuration config = configured();
  EXPECT_EQ(Hook(config).env(facts(), {{"hosts", "1.1.1.1"}, {"command", "deploy"}}),
            (Tags{{"KAMAL_RECORDED_AT", "2026-01-02T03:04:05Z"},
                  {"KAMAL_PERFORMER", "ada@example.com"},
                  {"KAMAL_VERSION", "0123456789abcdef"},
                  {"KAMAL_SERVICE_VERSION", "shop@0123456"},
                  {"KAMAL_SERVICE", "shop"},
                  {"KAMAL_HOSTS", "1.1.1.1"},
                  {"KAMAL_COMMAND", "deploy"}}));
}

TEST(Hook, ReceivesTheDestination) {
  const config::Configuration config = configured("", "staging");
  const Tags env = Hook(config).env(facts(), {});
  EXPECT_EQ(env.at(2), (std::pair<std::string, std::string>{"KAMAL_DESTINATION", "staging"}));
}

TEST(Hook, LaterDetailWins) {
  const config::Configuration config = configured();
  const Tags env = Hook(config).env(facts(), {{"hosts", "1.1.1.1,1.1.1.2"}, {"hosts", "1.1.1.1"}});
  EXPECT_EQ(test::last(env), (std::pair<std::string, std::string>{"KAMAL_HOSTS", "1.1.1.1"}));
}

TEST(Hook, ReceivesSecretsOnRequest) {
  const config::Configuration config = configured();
  const GivenSecrets secrets = {{"TOKEN", "sesame"}};
  EXPECT_EQ(test::last(Hook(config).env(facts(), {}, &secrets)),
            (std::pair<std::string, std::string>{"TOKEN", "sesame"}));
}

TEST(Tags, AbbreviateHashesOnly) {
  EXPECT_EQ(abbreviated(Version("0123456789abcdef")), "0123456");
  EXPECT_EQ(abbreviated(Version("0123456789_uncommitted_ab")), "0123456789_uncommitted_ab");
  EXPECT_EQ(abbreviated(Version("v1")), "v1");
}

TEST(Tags, OmitAnUnknownVersion) {
  const config::Configuration config = configured();
  EXPECT_EQ(
      default_tags(config, {"now", "ada", Version()}),
      (Tags{{"recorded_at", "now"}, {"performer", "ada"}, {"service_version", "shop"}, {"service", "shop"}}));
}

}  // namespace
}  // namespace kamal::commands
