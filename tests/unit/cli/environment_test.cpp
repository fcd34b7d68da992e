#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::HasSubstr;

const std::vector<std::string> connecting = {"app", "containers", "--version", "v1"};
constexpr const char* hook = ".kamal/hooks/pre-connect";

TEST(TheEnvironmentOfARun, HoldsWhatTemplatesPutThereForHooks) {
  CliRun kamal("# <% ENV[\"STAGE\"] = \"late\" %>");
  kamal.add_hook("pre-connect");
  kamal.run(connecting);
  EXPECT_EQ(kamal.processes.call(hook).env("STAGE"), "late");
}

TEST(TheEnvironmentOfARun, LacksWhatTemplatesTookAway) {
  CliRun kamal("# <% ENV.delete(\"STAGE\") %>");
  kamal.environment["STAGE"] = "early";
  kamal.add_hook("pre-connect");
  kamal.run(connecting);
  EXPECT_FALSE(kamal.processes.call(hook).has_env("STAGE"));
}

TEST(TheEnvironmentOfARun, HoldsWhatTemplatesLoadFromAFile) {
  CliRun kamal("# <% require \"dotenv\"; Dotenv.load(\".env\") %>");
  kamal.write(".env", "STAGE=late\n");
  kamal.add_hook("pre-connect");
  kamal.run(connecting);
  EXPECT_EQ(kamal.processes.call(hook).env("STAGE"), "late");
}

TEST(TheEnvironmentOfARun, IsThatOfLocalDocker) {
  CliRun kamal("# <% ENV[\"DOCKER_CONTEXT\"] = \"colima\" %>");
  kamal.run({"registry", "login", "--version", "v1"});
  EXPECT_EQ(kamal.processes.call("docker login").env("DOCKER_CONTEXT"), "colima");
}

TEST(TheEnvironmentOfARun, IsThatOfSecretsFiles) {
  CliRun kamal("# <% ENV[\"VAULT\"] = \"shop\" %>");
  kamal.write(".kamal/secrets", "A=$VAULT\n");
  EXPECT_EQ(kamal.run({"secrets", "print"}).out, "A=shop\n");
}

TEST(TheEnvironmentOfARun, IsThatOfCommandsInSecretsFiles) {
  CliRun kamal("# <% ENV[\"VAULT\"] = \"shop\" %>");
  kamal.write(".kamal/secrets", "A=$(read-vault)\n");
  kamal.run({"secrets", "print"});
  EXPECT_EQ(kamal.processes.call("sh -c").env("VAULT"), "shop");
}

TEST(TheEnvironmentOfARun, IsThatOfVaultsAskedBySecretsFiles) {
  CliRun kamal("# <% ENV[\"LPASS_HOME\"] = \"/vault\" %>");
  kamal.write(".kamal/secrets", "A=$(kamal secrets fetch -a lastpass --account ada db)\n");
  kamal.processes.answer("lpass show db --json", test::says(R"([{"fullname":"db","password":"teapot"}])"));
  kamal.run({"secrets", "print"});
  EXPECT_EQ(kamal.processes.call("lpass show").env("LPASS_HOME"), "/vault");
}

TEST(TheEnvironmentOfARun, IsThatOfAccessoriesTemplates) {
  CliRun kamal(
      "accessories: { db: { image: postgres, host: 1.1.1.5, files: [ \"init.sql.erb:/init.sql\" ] } } "
      "# <% ENV[\"STAGE\"] = \"late\" %>");
  kamal.write("init.sql.erb", "<%= ENV[\"STAGE\"] %>\n");
  kamal.run({"accessory", "upload", "db", "--version", "v1"});
  EXPECT_EQ(kamal.servers.uploads["1.1.1.5:shop-db/init.sql"], "late\n");
}

TEST(TheEnvironmentOfARun, IsWhereTheVersionIsLookedUp) {
  CliRun kamal("# <% ENV[\"VERSION\"] = \"v9\" %>");
  kamal.add_hook("pre-connect");
  kamal.run({"app", "containers"});
  EXPECT_EQ(kamal.processes.call(hook).env("KAMAL_VERSION"), "v9");
}

TEST(TheEnvironmentOfARun, IsWhereConnectionsLookForAnAgent) {
  CliRun kamal("# <% ENV[\"SSH_AUTH_SOCK\"] = \"/run/agent\" %>");
  kamal.run(connecting);
  EXPECT_EQ(kamal.connection_environment["SSH_AUTH_SOCK"], "/run/agent");
}

TEST(TheEnvironmentOfARun, LastsFromTheLookForAnAlias) {
  CliRun kamal("aliases: { list: app containers } # <% ENV[\"SEEN\"] = \"#{ENV[\"SEEN\"]}x\" %>");
  kamal.add_hook("pre-connect");
  kamal.run({"list", "--version", "v1"});
  EXPECT_EQ(kamal.processes.call(hook).env("SEEN"), "xx");
}

TEST(TheEnvironmentOfARun, OfAnAliasIsThatOfACommandWithoutConfiguration) {
  CliRun kamal(
      "aliases: { fetch: secrets fetch -a lastpass --account ada } # <% ENV[\"LPASS_HOME\"] = \"/vault\" %>");
  kamal.processes.answer("lpass show db --json", test::says(R"([{"fullname":"db","password":"teapot"}])"));
  kamal.run({"fetch", "db"});
  EXPECT_EQ(kamal.processes.call("lpass show").env("LPASS_HOME"), "/vault");
}

TEST(TheEnvironmentOfARun, HoldsTheDestination) {
  CliRun kamal;
  kamal.write("config/deploy.staging.yml", "{}\n");
  kamal.run({"registry", "login", "-d", "staging", "--version", "v1"});
  EXPECT_EQ(kamal.processes.call("docker login").env("KAMAL_DESTINATION"), "staging");
}

TEST(TheEnvironmentOfARun, HoldsNoInheritedDestination) {
  CliRun kamal;
  kamal.environment["KAMAL_DESTINATION"] = "production";
  kamal.add_hook("pre-connect");
  kamal.run(connecting);
  EXPECT_FALSE(kamal.processes.call(hook).has_env("KAMAL_DESTINATION"));
}

TEST(TheEnvironmentOfARun, KeepsADestinationThatATemplateSets) {
  CliRun kamal("# <% ENV[\"KAMAL_DESTINATION\"] = \"eu\" %>");
  kamal.write(".kamal/secrets", "A=$KAMAL_DESTINATION\n");
  EXPECT_EQ(kamal.run({"secrets", "print"}).out, "A=eu\n");
}

TEST(TheEnvironmentOfARun, ExportsVerbosity) {
  CliRun kamal;
  kamal.add_hook("pre-connect");
  kamal.run({"app", "containers", "--version", "v1", "--verbose"});
  EXPECT_EQ(kamal.processes.call(hook).env("VERBOSE"), "1");
}

TEST(TheEnvironmentOfARun, PassesVerbosityToTemplates) {
  CliRun kamal("volumes: [ '<%= ENV[\"VERBOSE\"] %>:/x' ]");
  EXPECT_THAT(kamal.run({"config", "-v", "--version", "v1"}).out, HasSubstr("1:/x"));
}

}  // namespace
}  // namespace kamal
