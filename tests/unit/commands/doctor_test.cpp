#include "kamal/commands/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/deploy_file.h"

namespace kamal::commands {
namespace {

using test::configured;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(DockerVersion, EndsIfDockerHangs) {
  EXPECT_EQ(docker_version().shell_text(), "timeout 10 docker version --format '{{.Server.Version}}'");
  EXPECT_TRUE(docker_version().is_question());
}

TEST(DockerStorage, LooksAtDockersDirectoryIfDockerAnswers) {
  EXPECT_EQ(docker_storage(configured()).shell_text(),
            "if [ -n \"$docker_version\" ]; then timeout 20 sh -c 'root=$(docker info --format "
            "'\\''{{.DockerRootDir}}'\\'') && df -Pk \"$root\" ; df -Pi \"$root\" ; image=$(docker image ls "
            "--quiet "
            "acme/shop | head -n 1) ; if [ -n \"$image\" ]; then docker inspect --type image --format "
            "'\\''image={{.Size}}'\\'' $image ; fi' ; fi");
}

TEST(ProbeRegistry, PullsAnImageThatCannotExist) {
  const Command probe = probe_registry(configured("registry: { server: r.test, username: a, password: b }"));
  EXPECT_THAT(probe.shell_text(), HasSubstr("timeout 15 docker pull --quiet r.test/acme/shop@sha256:0000"));
  EXPECT_TRUE(probe.is_question());
}

TEST(LogLimits, AreThoseOfTheAppTheAccessoriesAndTheProxy) {
  const config::Configuration config = configured("accessories: { db: { image: postgres, host: 1.1.1.1 } }");
  EXPECT_THAT(log_limits(config, Host("1.1.1.1")).shell_text(),
              AllOf(HasSubstr("label=service=shop "), HasSubstr("label=service=shop-db"),
                    HasSubstr("name=^kamal-proxy$"), HasSubstr("LogConfig")));
}

}  // namespace
}  // namespace kamal::commands
