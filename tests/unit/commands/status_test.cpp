#include "kamal/commands/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/deploy_file.h"

namespace kamal::commands {
namespace {

using test::configured;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* with_db = "accessories: { db: { image: postgres, host: 1.1.1.1 } }";

TEST(DescribeHost, AsksAboutAppAccessoriesAndProxyAtOnce) {
  const config::Configuration config = configured(with_db);
  EXPECT_THAT(describe_host(config, Host("1.1.1.1")).shell_text(),
              AllOf(StartsWith("timeout 20 sh -c 'containers=$(docker ps --all --quiet --filter "
                               "label=service=shop --filter label=destination= && docker ps -a -q --filter "
                               "label=service=shop-db && docker container ls --all --filter "),
                    HasSubstr("docker inspect --format"), HasSubstr("docker image inspect --format"),
                    Not(HasSubstr("Env"))));
}

TEST(DescribeHost, LeavesOutAccessoriesOfOtherHosts) {
  const config::Configuration config = configured(with_db, "staging");
  EXPECT_THAT(describe_host(config, Host("1.1.1.2")).shell_text(),
              AllOf(HasSubstr("label=destination=staging"), Not(HasSubstr("shop-db"))));
}

TEST(ListProxyServices, EndsIfDockerHangs) {
  const config::Configuration config = configured();
  EXPECT_EQ(list_proxy_services(config, Host("1.1.1.1")).shell_text(),
            "timeout 10 docker exec kamal-proxy kamal-proxy list");
}

TEST(MeasureUsage, EndsIfDockerHangs) {
  EXPECT_EQ(measure_usage().shell_text(),
            "timeout 10 docker stats --no-stream --no-trunc --format '{{.ID}}|{{.CPUPerc}}|{{.MemUsage}}'");
}

TEST(InspectHost, AsksAboutTheServiceInAnyDestination) {
  const config::Configuration config = configured(with_db, "staging");
  EXPECT_THAT(inspect_host(config, Host("1.1.1.1")).shell_text(),
              AllOf(StartsWith("timeout 7 sh -c 'containers=$(docker ps --all --quiet --filter "
                               "label=service=shop && docker ps -a -q --filter label=service=shop-db && "),
                    HasSubstr("docker image inspect --format"), Not(HasSubstr("destination"))));
}

TEST(ReadProxyState, NeedsNoRoot) {
  EXPECT_EQ(read_proxy_state().shell_text(),
            "timeout 3 sh -c 'cat \"$(docker volume inspect --format '\\''{{.Mountpoint}}'\\'' "
            "kamal-proxy-config)/kamal-proxy.state\" 2> /dev/null || docker cp "
            "kamal-proxy:/home/kamal-proxy/.config/kamal-proxy/kamal-proxy.state - | tar -xO'");
}

TEST(PrintArguments, LeavesExpansionsToTheShell) {
  const Command run{"docker", "run", Argument::expanding("A=${HOME} b"), Argument::syntax("sh -c \"a b\"")};
  EXPECT_EQ(print_arguments(run).shell_text(), R"(printf '%s\n' docker run "A=${HOME} b" sh -c "a b")");
  EXPECT_TRUE(print_arguments(run).is_question());
}

TEST(PrintArguments, ShowsNoValuesOfEnv) {
  const Command run{"docker", "run", "--env", Argument::expanding("A=${HOME} b"), "--env", "B=c",
                    "--env",  "D",   "e=f"};
  EXPECT_EQ(print_arguments(run).shell_text(),
            R"(printf '%s\n' docker run --env "A=${HOME} b" --env B=c --env D e=f)");
  EXPECT_EQ(print_arguments(run).display(),
            R"(printf '%s\n' docker run --env A=[REDACTED] --env B=[REDACTED] --env D e=f)");
}

TEST(PrintArguments, RunsNothing) {
  for (const char* cmd : {"a; b", "a && b", "a | b", "a `b`", "a $(b)", "a > b", "a\nb"})
    EXPECT_EQ(print_arguments({"docker", Argument::syntax(cmd)}).shell_text(), R"(printf '%s\n' docker)")
        << cmd;
  EXPECT_EQ(print_arguments({Argument::expanding("${A:-$(b)}")}).shell_text(),
            R"(printf '%s\n' '${A:-$(b)}')");
}

}  // namespace
}  // namespace kamal::commands
