#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/there.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(RegistryLogin, LogsInHereAndOnTheServers) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  EXPECT_EQ(kamal.run({"registry", "login"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker login"}),
              ::testing::UnorderedElementsAre("here: docker login -u robot --password-stdin",
                                              "1.1.1.1: docker login -u robot --password-stdin",
                                              "1.1.1.2: docker login -u robot --password-stdin"));
}

TEST(RegistryLogin, MaySkipThisMachineOrTheServers) {
  CliRun kamal;
  kamal.run({"registry", "login", "-L"});
  EXPECT_THAT(kamal.story.of({"docker login"}), ElementsAre(StartsWith("1.1.1.1: ")));
  kamal.story.clear();
  kamal.run({"registry", "login", "-R"});
  EXPECT_THAT(kamal.story.of({"docker login"}), ElementsAre(StartsWith("here: ")));
}

TEST(RegistryLogin, ToALocalRegistryPointsToSetup) {
  CliRun kamal("registry: { server: \"localhost:5000\" }");
  const CliRun::Result result = kamal.run({"registry", "login"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("kamal registry setup"));
}

TEST(RegistryLogout, LogsOutHereAndOnTheServers) {
  CliRun kamal;
  kamal.run({"registry", "logout"});
  EXPECT_THAT(kamal.story.of({"docker logout"}),
              ElementsAre("here: docker logout", "1.1.1.1: docker logout"));
}

TEST(RegistryRemove, RemovesALocalRegistry) {
  CliRun kamal("registry: { server: \"localhost:5000\" }");
  kamal.run({"registry", "remove"});
  EXPECT_THAT(kamal.asked("here"), ElementsAre(HasSubstr("docker stop kamal-docker-registry")));
}

TEST(RegistryRemove, FindsNoLocalRegistryToRemove) {
  CliRun kamal("registry: { server: \"localhost:5000\" }");
  kamal.processes.answer("", test::fails(1, "No such container\n"));
  EXPECT_EQ(kamal.run({"registry", "remove"}).status, 0);
  EXPECT_THAT(kamal.asked("here"), ElementsAre(HasSubstr("docker stop kamal-docker-registry")));
}

struct RegistryUse {
  std::vector<std::string> line;
  std::vector<std::string> story;
};

std::ostream& operator<<(std::ostream& out, const RegistryUse& use) {
  return out << use.line.at(1) << " " << test::last(use.line);
}

class RegistryCommands : public ::testing::TestWithParam<RegistryUse> {};

TEST_P(RegistryCommands, RunWhereRequested) {
  CliRun kamal;
  EXPECT_EQ(kamal.run(GetParam().line).status, 0);
  EXPECT_EQ(kamal.story.of({"docker log"}), GetParam().story);
}

const std::string log_in = "docker login -u robot --password-stdin";

INSTANTIATE_TEST_SUITE_P(
    Places, RegistryCommands,
    ::testing::Values(RegistryUse{{"registry", "setup"}, {"here: " + log_in, "1.1.1.1: " + log_in}},
                      RegistryUse{{"registry", "setup", "-L"}, {"1.1.1.1: " + log_in}},
                      RegistryUse{{"registry", "setup", "--skip-remote"}, {"here: " + log_in}},
                      RegistryUse{{"registry", "login", "-L", "-R"}, {}},
                      RegistryUse{{"registry", "logout", "--skip-local"}, {"1.1.1.1: docker logout"}},
                      RegistryUse{{"registry", "logout", "-R"}, {"here: docker logout"}},
                      RegistryUse{{"registry", "remove"}, {"here: docker logout", "1.1.1.1: docker logout"}},
                      RegistryUse{{"registry", "remove", "-L"}, {"1.1.1.1: docker logout"}},
                      RegistryUse{{"registry", "remove", "-R"}, {"here: docker logout"}}));

TEST(RegistryLogin, ElsewhereNeedsNoDockerHere) {
  CliRun kamal;
  kamal.processes.answer("docker --version", test::fails(127));
  EXPECT_EQ(kamal.run({"registry", "login", "-L"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker login"}), ElementsAre(StartsWith("1.1.1.1: ")));
}

TEST(RegistrySetup, StartsALocalRegistry) {
  CliRun kamal("registry: { server: \"localhost:5000\" }");
  EXPECT_EQ(kamal.run({"registry", "setup"}).status, 0);
  EXPECT_THAT(test::last(kamal.asked("here")),
              HasSubstr("docker start kamal-docker-registry || docker run --detach -p "
                        "127.0.0.1:5000:5000 --name kamal-docker-registry registry:3"));
}

TEST(RegistrySetup, SkipsALocalRegistryOnRequest) {
  CliRun kamal("registry: { server: \"localhost:5000\" }");
  EXPECT_EQ(kamal.run({"registry", "setup", "-L"}).status, 0);
  EXPECT_THAT(kamal.story.events(), IsEmpty());
  EXPECT_EQ(kamal.run({"registry", "setup"}).status, 0);
  EXPECT_THAT(kamal.story.events(), Not(IsEmpty()));
}

TEST(RegistryLogout, OfALocalRegistryPointsToRemove) {
  CliRun kamal("registry: { server: \"localhost:5000\" }");
  const CliRun::Result result = kamal.run({"registry", "logout"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("kamal registry remove"));
}

using Line = std::vector<std::string>;

class EmptyCredential : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(EmptyCredential, IsRefusedBeforeAnythingRuns) {
  CliRun kamal(
      "registry: { username: robot, password: [ PASSWORD ] }\naccessories: { db: { image: pg, host: 1.1.1.1 "
      "} }");
  kamal.write(".kamal/secrets", "\nPASSWORD=\n");
  kamal.add_hook("pre-connect");
  const CliRun::Result result = kamal.run(GetParam());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr(".kamal/secrets:2: registry/password: secret PASSWORD is empty"));
  EXPECT_THAT(kamal.story.of({"docker", "pre-connect"}), IsEmpty());
  EXPECT_FALSE(kamal.settings);
}

INSTANTIATE_TEST_SUITE_P(Commands, EmptyCredential,
                         ::testing::Values(Line{"registry", "login"}, Line{"registry", "setup"},
                                           Line{"deploy"}, Line{"deploy", "-P", "--version", "v1"},
                                           Line{"redeploy"}, Line{"setup"}, Line{"build", "push"},
                                           Line{"build", "pull"}, Line{"build", "deliver"},
                                           Line{"proxy", "boot"}, Line{"proxy", "reboot", "-y"},
                                           Line{"proxy", "upgrade", "-y"}, Line{"accessory", "boot", "db"},
                                           Line{"accessory", "reboot", "all"}, Line{"upgrade", "-y"}));

class EmptyCertificate : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(EmptyCertificate, IsRefusedBeforeAnythingRuns) {
  CliRun kamal("proxy: { host: shop.test, ssl: { certificate_pem: CERTIFICATE, private_key_pem: KEY } }");
  kamal.write(".kamal/secrets", "CERTIFICATE=x\nKEY=\n");
  const CliRun::Result result = kamal.run(GetParam());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr(".kamal/secrets:2: servers/web/proxy/ssl: secret KEY is empty"));
  EXPECT_THAT(kamal.story.of({"docker"}), IsEmpty());
  EXPECT_FALSE(kamal.settings);
}

INSTANTIATE_TEST_SUITE_P(Commands, EmptyCertificate,
                         ::testing::Values(Line{"deploy"}, Line{"redeploy"}, Line{"setup"},
                                           Line{"rollback", "v1"}, Line{"app", "boot"}));

TEST(RegistryLogin, RefusesAnEmptyUsername) {
  CliRun kamal("registry: { username: [ USER ], password: sesame }");
  kamal.write(".kamal/secrets", "USER=\" \"\n");
  const CliRun::Result result = kamal.run({"registry", "login"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr(".kamal/secrets:1: registry/username: secret USER is empty"));
  EXPECT_THAT(kamal.story.of({"docker"}), IsEmpty());
}

TEST(RegistryLogin, RefusesAnEmptyPasswordOfAnAccessory) {
  for (const Line& line :
       {Line{"accessory", "boot", "db"}, Line{"accessory", "reboot", "all"}, Line{"setup"}}) {
    CliRun kamal(
        "accessories: { db: { image: pg, host: 1.1.1.1, registry: { username: robot, password: [ PASSWORD ] "
        "} } }");
    kamal.write(".kamal/secrets", "PASSWORD=\n");
    const CliRun::Result result = kamal.run(line);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err,
                HasSubstr(".kamal/secrets:1: accessories/db/registry/password: secret PASSWORD is empty"));
    EXPECT_FALSE(kamal.settings);
  }
}

TEST(RegistryLogin, RefusesAnEmptyCertificateOfAnAccessory) {
  CliRun kamal(
      "accessories: { db: { image: pg, host: 1.1.1.1, proxy: { host: a.test, ssl: { certificate_pem: CERT, "
      "private_key_pem: KEY } } } }");
  kamal.write(".kamal/secrets", "CERT=\nKEY=x\n");
  const CliRun::Result result = kamal.run({"accessory", "boot", "db"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr(".kamal/secrets:1: accessories/db/proxy/ssl: secret CERT is empty"));
  EXPECT_FALSE(kamal.settings);
}

}  // namespace
}  // namespace kamal
