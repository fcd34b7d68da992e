#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "kamal/support/strings.h"
#include "unit/cli/cli_run.h"

// Which secrets a command asks for: those of the hosts, roles and accessories that it is about.

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

constexpr const char* project =
    "registry: { username: robot, password: [ REGISTRY ] }\n"
    "builder: { arch: amd64, secrets: [ BUILD ] }\n"
    "servers:\n"
    "  web: { hosts: [ 1.1.1.1 ], env: { secret: [ WEB ] } }\n"
    "  jobs: { hosts: [ 1.1.1.3 ], env: { secret: [ JOBS ] } }\n"
    "accessories:\n"
    "  db: { image: postgres, host: 1.1.1.5, env: { secret: [ DB ] } }\n"
    "  cache:\n"
    "    image: redis\n"
    "    host: 1.1.1.6\n"
    "    registry: { server: r.example.com, username: ann, password: [ CACHE_REGISTRY ] }\n"
    "    env: { secret: [ CACHE ] }\n"
    "    files: [ \"redis.conf.erb:/redis.conf\" ]\n";

struct Need {
  std::string command;
  Words secrets;
};

void PrintTo(const Need& need, std::ostream* out) { *out << need.command; }

class NeededSecrets : public ::testing::TestWithParam<Need> {
 protected:
  CliRun::Result run_with(const Words& secrets) {
    CliRun kamal(project);
    kamal.write("redis.conf.erb", "maxmemory 1g\n");
    for (const char* host : {"1.1.1.1", "1.1.1.3"}) {
      for (const char* role : {"web", "jobs"})
        kamal.servers.docker(host).add(std::string("shop-") + role + "-v1");
    }
    std::string text;
    for (const std::string& secret : secrets) text += secret + "=x\n";
    kamal.write(".kamal/secrets", text);
    return kamal.run(split(GetParam().command, ' '));
  }
};

TEST_P(NeededSecrets, AreEnough) {
  const CliRun::Result result = run_with(GetParam().secrets);
  EXPECT_EQ(result.status, 0) << result.err;
}

TEST_P(NeededSecrets, AreAllAskedFor) {
  for (const std::string& secret : GetParam().secrets) {
    Words others = GetParam().secrets;
    std::erase(others, secret);
    const CliRun::Result result = run_with(others);
    EXPECT_EQ(result.status, 1) << secret;
    EXPECT_THAT(result.err, HasSubstr(secret));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Commands, NeededSecrets,
    ::testing::Values(Need{"accessory boot all -h 1.1.1.5", {"REGISTRY", "DB"}},
                      Need{"accessory boot cache", {"CACHE_REGISTRY", "CACHE"}},
                      Need{"accessory reboot all -h 1.1.1.5", {"REGISTRY", "DB"}},
                      Need{"accessory upgrade all -y --rolling -h 1.1.1.5", {"REGISTRY", "DB"}},
                      Need{"accessory upload cache", {"CACHE"}}, Need{"accessory upload db", {}},
                      Need{"accessory exec db ls", {"REGISTRY"}}, Need{"accessory exec db --reuse ls", {}},
                      Need{"accessory exec db -i ls", {"REGISTRY"}}, Need{"accessory restart db", {}},
                      Need{"accessory remove all -y", {}}, Need{"accessory details all", {}}));

INSTANTIATE_TEST_SUITE_P(WholeDeploys, NeededSecrets,
                         ::testing::Values(Need{"setup -P -h 1.1.1.1,1.1.1.5", {"REGISTRY", "WEB", "DB"}},
                                           Need{"setup -h 1.1.1.1", {"REGISTRY", "BUILD", "WEB"}},
                                           Need{"deploy -P -h 1.1.1.1", {"REGISTRY", "WEB"}},
                                           Need{"deploy -P -r jobs", {"REGISTRY", "JOBS"}},
                                           Need{"redeploy -P -r jobs", {"REGISTRY", "JOBS"}},
                                           Need{"rollback v1 -r jobs", {"JOBS"}},
                                           Need{"upgrade -y --rolling -h 1.1.1.5", {"REGISTRY", "DB"}},
                                           Need{"upgrade -y -h 1.1.1.1,1.1.1.5", {"REGISTRY", "WEB", "DB"}},
                                           Need{"remove -y", {}}, Need{"details", {}}, Need{"audit", {}}));

INSTANTIATE_TEST_SUITE_P(
    OtherCommands, NeededSecrets,
    ::testing::Values(Need{"app boot -r jobs", {"JOBS"}}, Need{"app exec ls -h 1.1.1.1", {"REGISTRY"}},
                      Need{"app exec -i ls", {"REGISTRY"}}, Need{"app exec --reuse ls", {}},
                      Need{"app start", {}}, Need{"app stop", {}}, Need{"app logs", {}},
                      Need{"app version", {}}, Need{"proxy boot -h 1.1.1.1", {"REGISTRY"}},
                      Need{"proxy boot -h 1.1.1.3", {}}, Need{"proxy reboot -y -h 1.1.1.1", {"REGISTRY"}},
                      Need{"proxy reboot -y -h 1.1.1.3", {}}, Need{"registry login -h 1.1.1.5", {"REGISTRY"}},
                      Need{"registry setup -L -R", {}}, Need{"registry logout", {}},
                      Need{"build push", {"REGISTRY", "BUILD"}}, Need{"build dev", {"BUILD"}},
                      Need{"build create", {}}, Need{"build remove", {}},
                      Need{"build pull -h 1.1.1.1", {"REGISTRY"}}, Need{"build pull -h 1.1.1.5", {}},
                      Need{"server bootstrap", {}}, Need{"server exec ls", {}}, Need{"lock status", {}},
                      Need{"prune all", {}}, Need{"config", {}}));

TEST(RebootingAllAccessories, ReportsWhatIsMissingBeforeTheFirstOneStops) {
  CliRun kamal(project);
  kamal.write("redis.conf.erb", "maxmemory 1g\n");
  kamal.write(".kamal/secrets", "REGISTRY=x\nCACHE_REGISTRY=x\nDB=x\n");
  const CliRun::Result result = kamal.run({"accessory", "reboot", "all"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("CACHE"));
  EXPECT_THAT(kamal.story.of({"docker"}), IsEmpty());
}

class MissingSecret : public ::testing::TestWithParam<Words> {};

constexpr const char* env_with_secrets =
    "servers:\n"
    "  web: { hosts: [ 1.1.1.1, 1.1.1.2 ], env: { secret: [ WEB, FAILED ] } }\n"
    "accessories:\n"
    "  db: { image: pg, host: 1.1.1.3 }\n";

TEST_P(MissingSecret, IsReportedBeforeAnythingRuns) {
  CliRun kamal(env_with_secrets);
  kamal.write(".kamal/secrets", "export FAILED\n");
  const CliRun::Result result = kamal.run(GetParam());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("servers/web/env/secret: secret WEB not found in .kamal/secrets"),
                                HasSubstr(".kamal/secrets:1: FAILED: ")));
  EXPECT_THAT(kamal.story.of({"docker"}), IsEmpty());
  EXPECT_FALSE(kamal.settings);
}

INSTANTIATE_TEST_SUITE_P(Commands, MissingSecret,
                         ::testing::Values(Words{"deploy", "-P"}, Words{"deploy"}, Words{"redeploy"},
                                           Words{"setup", "-P"}, Words{"rollback", "v1"},
                                           Words{"app", "boot"}, Words{"upgrade", "-y"},
                                           Words{"upgrade", "--rolling", "-y"},
                                           Words{"proxy", "upgrade", "-y"}));

TEST(ASecretOfSeveralRoles, ThatIsMissingIsReportedOnce) {
  CliRun kamal("env: { secret: [ TOKEN ] }\nservers: { web: [ 1.1.1.1 ], jobs: { hosts: [ 1.1.1.1 ] } }");
  kamal.write(".kamal/secrets", "OTHER=x\n");
  const CliRun::Result result = kamal.run({"deploy", "-P", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  const size_t first = result.err.find("secret TOKEN not found in .kamal/secrets");
  ASSERT_NE(first, std::string::npos) << result.err;
  EXPECT_EQ(result.err.find("TOKEN", first + 20), std::string::npos) << result.err;
}

constexpr const char* accessory_with_secrets =
    "accessories:\n"
    "  db: { image: pg, host: 1.1.1.3 }\n"
    "  cache: { image: redis, host: 1.1.1.4, env: { secret: [ CACHE ] } }\n";

class MissingSecretOfAnAccessory : public ::testing::TestWithParam<Words> {};

TEST_P(MissingSecretOfAnAccessory, IsReportedBeforeAnythingChanges) {
  CliRun kamal(accessory_with_secrets);
  kamal.write(".kamal/secrets", "OTHER=x\n");
  const CliRun::Result result = kamal.run(GetParam());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr("accessories/cache/env/secret: secret CACHE not found in .kamal/secrets"));
  EXPECT_THAT(kamal.story.of({"docker run", "docker login", "docker network", "docker stop"}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Commands, MissingSecretOfAnAccessory,
                         ::testing::Values(Words{"accessory", "boot", "all"},
                                           Words{"accessory", "boot", "cache"},
                                           Words{"accessory", "upgrade", "all", "-y"}, Words{"setup"},
                                           Words{"upgrade", "-y"}));

TEST(BootingAnAccessory, NeedsNoSecretsWhereItsContainerExists) {
  CliRun kamal(accessory_with_secrets);
  kamal.write(".kamal/secrets", "OTHER=x\n");
  kamal.servers.answer("1.1.1.4", "label=service=shop-cache", {0, "abc\n", ""});
  const CliRun::Result result = kamal.run({"accessory", "boot", "all"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out + result.err, HasSubstr("Skipping booting `cache` on 1.1.1.4"));
  EXPECT_THAT(kamal.story.of({"docker run"}), ElementsAre(HasSubstr("--name shop-db")));
}

}  // namespace
}  // namespace kamal
