#include <algorithm>

#include "template_fixture.h"

namespace kamal::test {
namespace {

using TemplateCommands = TemplateTest;

std::vector<std::string> words(std::initializer_list<const char*> list) { return {list.begin(), list.end()}; }

TEST_F(TemplateCommands, GiveTheirOutput) {
  processes_.answer = {0, "secret\n", "", false};
  EXPECT_EQ(render("password: <%= `cat token | head -1`.strip %>"), "password: secret");
  EXPECT_EQ(processes_.processes.at(0).argv, words({"sh", "-c", "cat token | head -1"}));
}

TEST_F(TemplateCommands, RunWithoutAShellWhereNoneIsNeeded) {
  program("git");
  render("<%= `git rev-parse  HEAD` %>");
  EXPECT_EQ(processes_.processes.at(0).argv, words({"git", "rev-parse", "HEAD"}));
}

TEST_F(TemplateCommands, AreErrorsWhenTheProgramIsNotThere) {
  EXPECT_EQ(problem("\nx: <%= %x(nosuch thing) %>"),
            "config/deploy.yml:2: `%x(nosuch thing)`: No such file or directory - nosuch (Errno::ENOENT)");
  EXPECT_TRUE(processes_.processes.empty());
}

TEST_F(TemplateCommands, ReturnTheirExitStatus) {
  processes_.answer = {3, "", "", false};
  EXPECT_EQ(render("<% `exit 3` %><%= $?.success? %> <%= $?.exitstatus %>"), "false 3");
}

TEST_F(TemplateCommands, SeeTheChangedEnvironment) {
  render("<% ENV[\"AWS_REGION\"] = \"eu\"; `aws; true` %>");
  EXPECT_EQ(processes_.processes.at(0).environment->at("AWS_REGION"), "eu");
}

TEST_F(TemplateCommands, DoNotInheritWhatTheTemplateTookAway) {
  context_.environment["AWS_PROFILE"] = "shop";
  render("<% ENV.delete(\"AWS_PROFILE\"); `aws; true` %>");
  EXPECT_FALSE(processes_.processes.at(0).environment->contains("AWS_PROFILE"));
}

TEST_F(TemplateCommands, MayAskAtTheTerminal) {
  render("<%= `op read x; true` %>");
  EXPECT_EQ(processes_.processes.at(0).terminal, Terminal::shared);
}

TEST_F(TemplateCommands, HaveATimeLimit) {
  context_.command_timeout = std::chrono::seconds(5);
  processes_.answer = {137, "", "", true};
  EXPECT_EQ(problem("<%= `sleep 100; true` %>"),
            "config/deploy.yml:1: ``sleep 100; true``: the command `sleep 100; true` timed out after 5s "
            "(raise KAMAL_ERB_TIMEOUT)");
  EXPECT_EQ(processes_.processes.at(0).timeout, std::chrono::seconds(5));
}

TEST_F(TemplateCommands, HaveALimitOfOutput) {
  processes_.answer = {137, "", "", false, true};
  EXPECT_EQ(problem("<%= `yes; true` %>"),
            "config/deploy.yml:1: ``yes; true``: the command `yes; true` printed more than 16 MB");
  EXPECT_EQ(processes_.processes.at(0).max_output, 16U << 20);
}

TEST_F(TemplateCommands, MayTakeAMinuteOrWhatTheEnvironmentSays) {
  EXPECT_EQ(template_context({}, processes_, nullptr).command_timeout, std::chrono::seconds(60));
  EXPECT_EQ(template_context({{"KAMAL_ERB_TIMEOUT", "5"}}, processes_, nullptr).command_timeout,
            std::chrono::seconds(5));
  EXPECT_EQ(template_context({{"KAMAL_ERB_TIMEOUT", "0"}}, processes_, nullptr).command_timeout,
            std::nullopt);
}

TEST_F(TemplateCommands, WriteStandardErrorToTheCallback) {
  processes_.answer = {1, "", "fatal: no repository\n", false};
  render("<%= `git log; true` %>");
  EXPECT_EQ(printed_, "fatal: no repository\n");
}

TEST_F(TemplateCommands, RunOnceAndInOrder) {
  processes_.answer = {0, "x", "", false};
  render("<% 2.times do |i| %><%= `one #{i}; true` %><% end %><%= `two; true` %>");
  ASSERT_EQ(processes_.processes.size(), 3U);
  EXPECT_EQ(processes_.processes.at(1).argv.at(2), "one 1; true");
  EXPECT_EQ(processes_.processes.at(2).argv.at(2), "two; true");
}

TEST_F(TemplateCommands, ReturnDockersArchitecture) {
  processes_.answer = {0, "aarch64\n", "", false};
  EXPECT_EQ(render("arch: <%= Kamal::Utils.docker_arch == \"arm64\" ? \"amd64\" : \"arm64\" %>"),
            "arch: amd64");
  EXPECT_EQ(processes_.processes.at(0).argv.at(2), "docker info --format '{{.Architecture}}'");
}

TEST_F(TemplateCommands, PrintToTheCallback) {
  EXPECT_EQ(render("<% puts \"a\", :b %><% warn \"c\" %>x"), "x");
  EXPECT_EQ(printed_, "a\nb\nc\n");
}

}  // namespace
}  // namespace kamal::test
