#include <gtest/gtest.h>

#include "unit/commands/commands_of.h"

namespace kamal::commands {
namespace {

using test::configured;

const std::string filters =
    "--filter label=service=shop --filter label=destination= --filter label=role=web"
    " --filter status=running --filter status=restarting";
const std::string running =
    "sh -c 'docker ps --latest --quiet " + filters +
    " --filter ancestor=$(docker image ls --filter reference=acme/shop:latest --format '\\''{{.ID}}'\\'') ; "
    "docker ps --latest --quiet " +
    filters + "' | head -1";

std::string logs(const LogOptions& options) { return text(app_of(configured()).logs(options)); }
std::string followed(const LogOptions& options) {
  return text(app_of(configured()).logs(options, Following::yes));
}

TEST(AppLogs, ShowTheRunningContainer) {
  EXPECT_EQ(logs({}), running + " | xargs docker logs --timestamps 2>&1");
}

TEST(AppLogs, SelectAContainer) {
  LogOptions options;
  options.container_id = "C137";
  EXPECT_EQ(logs(options), "echo C137 | xargs docker logs --timestamps 2>&1");
}

TEST(AppLogs, SelectAVersion) {
  LogOptions options;
  options.version = Version("v1");
  EXPECT_EQ(logs(options),
            "docker container ls --all --filter 'name=^shop-web-v1$' --quiet | xargs docker logs "
            "--timestamps 2>&1");
}

TEST(AppLogs, OmitTimestamps) {
  LogOptions options;
  options.timestamps = Timestamps::skip;
  EXPECT_EQ(logs(options), running + " | xargs docker logs 2>&1");
}

TEST(AppLogs, LimitTimeAndLines) {
  LogOptions options;
  options.since = "5m";
  options.lines = "100";
  EXPECT_EQ(logs(options), running + " | xargs docker logs --timestamps --since 5m --tail 100 2>&1");
}

TEST(AppLogs, GrepForTheExactText) {
  LogOptions options;
  options.grep = "it's $(reboot)";
  EXPECT_EQ(logs(options), running + " | xargs docker logs --timestamps 2>&1 | grep -e 'it'\\''s $(reboot)'");
}

TEST(AppLogs, PassGrepOptions) {
  LogOptions options;
  options.grep = "LINE";
  options.grep_options = "-i -C '2' | tail -5";
  EXPECT_EQ(logs(options),
            running + " | xargs docker logs --timestamps 2>&1 | grep -e LINE -i -C '2' | tail -5");
}

TEST(AppLogs, RejectUnterminatedGrepOptions) {
  LogOptions options;
  options.grep = "x";
  options.grep_options = "-C '2";
  EXPECT_THROW(logs(options), std::invalid_argument);
}

TEST(AppLogs, Follow) {
  LogOptions options;
  options.lines = "10";
  EXPECT_EQ(followed(options), running + " | xargs docker logs --timestamps --tail 10 --follow 2>&1");
}

TEST(AppLogs, FollowWithLineBufferedGrep) {
  LogOptions options;
  options.grep = "error";
  EXPECT_EQ(followed(options),
            running + " | xargs docker logs --timestamps --follow 2>&1 | grep --line-buffered -e error");
}

}  // namespace
}  // namespace kamal::commands
