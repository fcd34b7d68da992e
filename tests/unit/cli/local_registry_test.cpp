#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "kamal/support/strings.h"
#include "unit/cli/cli_run.h"

// A registry on this machine (`server: localhost:5555`) is reached by a forwarded port: commands that may
// pull an image open it where the image is missing.

namespace kamal {
namespace {

using test::CliRun;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Words = std::vector<std::string>;

constexpr const char* project =
    "registry: { server: \"localhost:5555\" }\n"
    "image: shop\n"
    "servers: { web: { hosts: [ 1.1.1.1, 1.1.1.2 ], proxy: false } }\n"
    "readiness_delay: 0\n"
    "accessories:\n"
    "  db: { image: \"localhost:5555/db:1\", host: 1.1.1.1 }\n"
    "  hub: { image: \"redis:7\", host: 1.1.1.1 }\n"
    "  own: { image: own, host: 1.1.1.1, registry: { server: \"localhost:6000\" } }\n";

using Open = std::vector<std::pair<std::string, int>>;

// Runs a command where 1.1.1.1 has none of the images and 1.1.1.2 has all; the ports that were open while
// docker started (or pulled) what it was about.
struct Pulling {
  CliRun kamal{project};
  Open open;
  CliRun::Result result;

  explicit Pulling(const std::string& command, const std::string& moment = "docker run ") {
    kamal.servers.docker("1.1.1.1").add("shop-web-v1");
    kamal.servers.docker("1.1.1.2").add("shop-web-v1");
    kamal.servers.answer("1.1.1.1", "docker image inspect", {1, "", "No such image\n"});
    kamal.servers.answer("1.1.1.2", "docker image inspect", {0, "sha256:1\n", ""});
    kamal.servers.before("1.1.1.1", moment, [this] {
      open.assign(kamal.servers.forwarded.begin(), kamal.servers.forwarded.end());
      seen = true;
    });
    result = kamal.run(split(command, ' '));
    EXPECT_EQ(result.status, 0) << command << ": " << result.err;
    EXPECT_TRUE(seen) << command;
    EXPECT_THAT(kamal.servers.forwarded, IsEmpty()) << command;
  }
  bool seen = false;
};

TEST(ALocalRegistry, IsForwardedToHostsWithoutTheImageThatACommandRuns) {
  for (const char* command : {"app exec ls", "app exec --detach ls", "app exec --raw ls", "app exec -i sh",
                              "app boot", "rollback v1", "accessory exec db ls", "accessory exec db -i sh",
                              "accessory boot db", "proxy upgrade -y"}) {
    const Pulling pulling(command);
    EXPECT_EQ(pulling.open, (Open{{"1.1.1.1", 5555}})) << command;
  }
}

TEST(ALocalRegistry, IsForwardedForTheImagesThatACommandPulls) {
  const Pulling rebooting("accessory reboot db", "docker image pull");
  EXPECT_EQ(rebooting.open, (Open{{"1.1.1.1", 5555}}));
  const Pulling pulling("accessory pull_image db", "docker image pull");
  EXPECT_EQ(pulling.open, (Open{{"1.1.1.1", 5555}}));
}

TEST(ALocalRegistry, OfAnAccessoryIsForwarded) {
  const Pulling pulling("accessory boot own");
  EXPECT_EQ(pulling.open, (Open{{"1.1.1.1", 6000}}));
  EXPECT_THAT(pulling.kamal.asked("here"), IsEmpty());
}

TEST(ALocalRegistry, IsNotForwardedForImagesFromElsewhere) {
  const Pulling pulling("accessory boot hub");
  EXPECT_THAT(pulling.kamal.servers.forwards, IsEmpty());
}

TEST(ALocalRegistry, IsNotForwardedForTheContainerThatRuns) {
  CliRun kamal(project);
  EXPECT_EQ(kamal.run({"app", "exec", "--reuse", "--version", "v1", "ls"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains("docker exec shop-web-v1 ls"));
  EXPECT_THAT(kamal.servers.forwards, IsEmpty());
}

TEST(ALocalRegistry, IsForwardedOnceInADeploy) {
  CliRun kamal(project);
  EXPECT_EQ(kamal.run({"deploy", "-P", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.servers.forwards, ::testing::UnorderedElementsAre(::testing::Pair("1.1.1.1", 5555),
                                                                      ::testing::Pair("1.1.1.2", 5555)));
  EXPECT_THAT(kamal.story.of({"docker image inspect"}), IsEmpty());
}

TEST(ALocalRegistry, IsStartedForAHostWithoutTheImage) {
  const Pulling pulling("app exec ls");
  EXPECT_THAT(pulling.kamal.asked("here"), ElementsAre("docker start kamal-docker-registry"));
  CliRun kamal(project);
  EXPECT_EQ(kamal.run({"app", "exec", "ls"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(HasSubstr("docker run --rm")));
  EXPECT_THAT(kamal.asked("here"), IsEmpty());
}

TEST(ALocalRegistry, ThatCannotBeForwardedIsAWarning) {
  CliRun kamal(project);
  kamal.servers.answer("*", "docker image inspect", {1, "", "No such image\n"});
  kamal.servers.refuse_forwards = {"1.1.1.1"};
  const CliRun::Result result = kamal.run({"app", "exec", "ls"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("Could not forward port 5555 of 1.1.1.1: "));
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(HasSubstr("docker run --rm")));
}

TEST(ALocalRegistry, OfTheProxysImageIsForwarded) {
  for (const Words& words : {Words{"proxy", "boot"}, Words{"proxy", "reboot", "-y"}}) {
    CliRun kamal(
        "registry: { server: \"localhost:5555\" }\nimage: shop\n"
        "proxy: { run: { registry: \"localhost:5555\" } }\n");
    kamal.servers.answer("*", "docker image inspect", {1, "", "No such image\n"});
    EXPECT_EQ(kamal.run(words).status, 0);
    EXPECT_THAT(kamal.servers.forwards, ElementsAre(::testing::Pair("1.1.1.1", 5555)));
  }
}

}  // namespace
}  // namespace kamal
