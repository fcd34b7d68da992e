#include <gtest/gtest.h>

#include "unit/commands/commands_of.h"

namespace kamal::commands {
namespace {

using test::configured;

const std::string settings =
    "env: { clear: { MODE: production }, secret: [ TOKEN ] }\n"
    "volumes: [ \"/data:/data\" ]\n"
    "logging: { driver: local }\n"
    "servers: { web: { hosts: [ 1.1.1.1 ], cmd: bin/web, labels: { a: b }, options: { memory: 1g } } }\n";

NewContainer suffixed() {
  NewContainer options;
  options.name_suffix = "0a1b2c";
  return options;
}

TEST(AppExec, RunsInTheExistingContainer) {
  EXPECT_EQ(text(app_of(configured())
                     .execute_in_existing_container({"bin/check", "two words"}, Interaction::none, {})),
            "docker exec shop-web-v1 bin/check 'two words'");
}

TEST(AppExec, PassesEnvToTheExistingContainer) {
  EXPECT_EQ(text(app_of(configured())
                     .execute_in_existing_container({"env"}, Interaction::none,
                                                    {{"MODE", "dry run"}, {"LEVEL", "2"}})),
            "docker exec --env \"MODE=dry run\" --env LEVEL=2 shop-web-v1 env");
}

TEST(AppExec, AttachesATerminalOrAPipe) {
  EXPECT_EQ(text(app_of(configured()).execute_in_existing_container({"bash"}, Interaction::terminal, {})),
            "docker exec -it shop-web-v1 bash");
  EXPECT_EQ(text(app_of(configured()).execute_in_existing_container({"bash"}, Interaction::pipe, {})),
            "docker exec -i shop-web-v1 bash");
}

TEST(AppExec, RunsInANewContainer) {
  EXPECT_EQ(
      text(app_of(configured(settings)).execute_in_new_container({"bin/check"}, suffixed())),
      "docker run --rm --name shop-web-exec-v1-0a1b2c --network kamal --env MODE=production "
      "--env-file .kamal/apps/shop/env/roles/web.env --log-driver local --volume /data:/data --memory 1g "
      "acme/shop:v1 bin/check");
}

TEST(AppExec, NamesTheNewContainerAfterTheDestination) {
  EXPECT_EQ(text(app_of(configured("", "staging")).execute_in_new_container({"ls"}, suffixed())),
            "docker run --rm --name shop-web-staging-exec-v1-0a1b2c --network kamal "
            "--env-file .kamal/apps/shop-staging/env/roles/web.env --log-opt max-size=10m acme/shop:v1 ls");
}

TEST(AppExec, PassesEnvToTheNewContainerLast) {
  NewContainer options = suffixed();
  options.env = {{"MODE", "dry"}};
  EXPECT_EQ(
      text(app_of(configured("env: { MODE: wet }")).execute_in_new_container({"ls"}, options)),
      "docker run --rm --name shop-web-exec-v1-0a1b2c --network kamal --env MODE=wet "
      "--env-file .kamal/apps/shop/env/roles/web.env --env MODE=dry --log-opt max-size=10m acme/shop:v1 ls");
}

TEST(AppExec, KeepsADetachedContainer) {
  NewContainer options = suffixed();
  options.detach = Detach::yes;
  EXPECT_EQ(text(app_of(configured()).execute_in_new_container({"ls"}, options)),
            "docker run --detach --name shop-web-exec-v1-0a1b2c --network kamal "
            "--env-file .kamal/apps/shop/env/roles/web.env --log-opt max-size=10m acme/shop:v1 ls");
}

TEST(AppExec, AttachesATerminalInANewContainer) {
  NewContainer options = suffixed();
  options.interaction = Interaction::terminal;
  EXPECT_EQ(text(app_of(configured()).execute_in_new_container({"bash"}, options)),
            "docker run -it --rm --name shop-web-exec-v1-0a1b2c --network kamal "
            "--env-file .kamal/apps/shop/env/roles/web.env --log-opt max-size=10m acme/shop:v1 bash");
}

std::string command_of(const std::vector<std::string>& arguments) {
  return Command(exec_arguments(arguments)).shell_text();
}

TEST(ExecArguments, OneArgumentIsAShellLine) {
  for (const char* line :
       {"ls /app | wc -l", "echo \"$HOME\" > seen.txt", "bin/rails runner 'puts 1' \"a  b\"", "ls; ls\nls",
        "echo a # it's a comment", "echo \"$(cat \"it's\")\"", "cat <<E\nit's\nE"}) {
    EXPECT_EQ(command_of({line}), line);
  }
}

TEST(ExecArguments, OneArgumentIsStripped) { EXPECT_EQ(command_of({"  ls -la\n"}), "ls -la"); }

TEST(ExecArguments, SeveralArgumentsKeepTheirBoundaries) {
  EXPECT_EQ(command_of({"echo", "a b", "$HOME; reboot", "|", ""}), "echo 'a b' '$HOME; reboot' '|' ''");
}

TEST(ExecArguments, FirstOfSeveralIsAShellLine) {
  EXPECT_EQ(command_of({"cd $DIR && bin/report 'two words'", "--title", "a  b"}),
            "cd $DIR && bin/report 'two words' --title 'a  b'");
}

TEST(ExecArguments, BlankFirstArgumentIsDropped) { EXPECT_EQ(command_of({" ", "ls", "/a b"}), "ls '/a b'"); }

TEST(ExecArguments, WhollyQuotedArgumentIsUnquoted) {
  EXPECT_EQ(command_of({"bin/check", "--fast", "'two words'", "\"a  b\""}),
            "bin/check --fast 'two words' 'a  b'");
}

TEST(ExecArguments, PartlyQuotedArgumentIsKept) {
  EXPECT_EQ(exec_arguments({"echo", "'a' 'b'"}), (Arguments{Argument::syntax("echo"), "'a' 'b'"}));
}

TEST(ExecArguments, RejectsUnclosedQuote) {
  EXPECT_THROW(exec_arguments({"echo 'a"}), std::invalid_argument);
  EXPECT_THROW(exec_arguments({"echo # 'a", "b'"}), std::invalid_argument);
}

TEST(ExecArguments, RejectsBlankCommand) {
  EXPECT_THROW(exec_arguments({}), std::invalid_argument);
  EXPECT_THROW(exec_arguments({" ", ""}), std::invalid_argument);
}

TEST(ExecText, JoinsStrippedArguments) { EXPECT_EQ(exec_text({" bin/check ", "--all"}), "bin/check --all"); }

}  // namespace
}  // namespace kamal::commands
