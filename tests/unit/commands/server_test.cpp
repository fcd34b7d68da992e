#include "kamal/commands/server.h"

#include <gtest/gtest.h>

#include "commands/arguments.h"
#include "kamal/commands/base.h"
#include "kamal/commands/docker.h"
#include "support/deploy_file.h"

namespace kamal::commands {
namespace {

using test::configured;

TEST(Server, HasDirectories) {
  const config::Configuration config = configured("", "staging");
  EXPECT_EQ(Server(config).ensure_run_directory().shell_text(), "mkdir -p .kamal");
  EXPECT_EQ(Server(config).remove_app_directory().shell_text(), "rm -rf .kamal/apps/shop-staging");
  EXPECT_EQ(Server(config).app_directory_count().shell_text(), "ls .kamal/apps | wc -l");
}

std::string executed(const std::vector<std::string>& arguments) {
  const config::Configuration config = configured();
  return Server(config).execute(arguments).shell_text();
}

TEST(ServerExec, RunsOneArgumentAsAShellLine) {
  EXPECT_EQ(executed({" cd /srv && echo $HOME > \"it's\" "}), "cd /srv && echo $HOME > \"it's\"");
}

TEST(ServerExec, KeepsTheBoundariesOfSeveralArguments) {
  EXPECT_EQ(executed({"touch", "a  b", "$HOME", "a|b", "it's", ""}),
            "touch 'a  b' '$HOME' 'a|b' 'it'\\''s' ''");
}

TEST(ServerExec, RunsArgumentsWithAShellOperatorAmongThemAsOneLine) {
  EXPECT_EQ(executed({"uptime", "|", "cut -c1-10 "}), "uptime | cut -c1-10");
  EXPECT_EQ(executed({"cd", "/srv", "&&", "ls", "2>&1"}), "cd /srv && ls 2>&1");
}

TEST(Prune, RemovesDanglingImages) {
  const config::Configuration config = configured();
  EXPECT_EQ(Prune(config).dangling_images().shell_text(),
            "docker image prune --force --filter label=service=shop");
}

TEST(Prune, RemovesTaggedImagesThatNoContainerUses) {
  const config::Configuration config = configured("", "staging");
  EXPECT_EQ(Prune(config).tagged_images().shell_text(),
            "docker image ls --filter label=service=shop --format '{{.ID}} {{.Repository}}:{{.Tag}}' | "
            "grep -v -w -e \"$(docker container ls -a --format '{{.Image}}\\|' --filter label=service=shop | "
            "tr -d '\\n')\"'acme/shop:latest-staging\\|acme/shop:<none>' | "
            "while read image tag; do docker rmi $tag; done");
}

TEST(Prune, KeepsTheNewestStoppedContainers) {
  const config::Configuration config = configured();
  EXPECT_EQ(Prune(config).app_containers(3).shell_text(),
            "docker ps -q -a --filter label=service=shop --filter status=created --filter status=exited "
            "--filter status=dead | tail -n +4 | while read container_id; do docker rm $container_id; done");
}

TEST(Base, MakesTheDirectoryOfAFile) {
  EXPECT_EQ(make_directory_for("shop-db/etc/my.cnf").shell_text(), "mkdir -p shop-db/etc");
  EXPECT_EQ(make_directory_for("file").shell_text(), "mkdir -p .");
  EXPECT_EQ(make_directory_for("shop-db/etc/").shell_text(), "mkdir -p shop-db");
}

TEST(Base, FindsContainersByTheirWholeName) {
  EXPECT_EQ(container_id_for("shop-db", Containers::running).shell_text(),
            "docker container ls --filter 'name=^shop-db$' --quiet");
}

TEST(RawWord, LeavesHomeAndVariablesToTheServer) {
  EXPECT_EQ(raw_word("~/a:/b").shell_text(), "\"${HOME}/a:/b\"");
  EXPECT_EQ(raw_word("$PWD/a:$OTHER_1/b").shell_text(), "\"${PWD}/a:${OTHER_1}/b\"");
  EXPECT_EQ(raw_word("${DATA:-/x}/a").shell_text(), "\"${DATA:-/x}/a\"");
}

TEST(RawWord, ExpandsPwdOnTheServer) { EXPECT_EQ(raw_word("$(pwd)/a:/b").shell_text(), "\"${PWD}/a:/b\""); }

TEST(RawWord, KeepsEverythingElse) {
  EXPECT_EQ(raw_word("/my data:/b").shell_text(), "'/my data:/b'");
  EXPECT_EQ(raw_word("/a$:/b").shell_text(), "'/a$:/b'");
  EXPECT_EQ(raw_word("/a~b").shell_text(), "'/a~b'");
}

}  // namespace
}  // namespace kamal::commands
