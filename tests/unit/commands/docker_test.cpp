#include "kamal/commands/docker.h"

#include <gtest/gtest.h>

namespace kamal::commands {
namespace {

TEST(Docker, IsInstalledByItsScript) {
  EXPECT_EQ(install_docker().shell_text(),
            "sh -c 'curl -fsSL https://get.docker.com || wget -O - https://get.docker.com || echo '\\''exit "
            "1'\\''' "
            "| sh");
}

TEST(Docker, DetectsDocker) { EXPECT_EQ(docker_installed().shell_text(), "docker -v"); }

TEST(Docker, ChecksPermissions) {
  EXPECT_EQ(superuser().shell_text(), "[ \"${EUID:-$(id -u)}\" -eq 0 ] || sudo -nl usermod > /dev/null");
  EXPECT_EQ(root().shell_text(), "[ \"${EUID:-$(id -u)}\" -eq 0 ]");
  EXPECT_EQ(in_docker_group().shell_text(), "id -nG \"${USER:-$(id -un)}\" | grep -qw docker");
  EXPECT_EQ(add_to_docker_group().shell_text(), "sudo -n usermod -aG docker \"${USER:-$(id -un)}\"");
}

TEST(Docker, HasANetworkForAllContainers) {
  EXPECT_EQ(create_network().shell_text(), "docker network create kamal");
}

TEST(Docker, DetectsLocalDocker) {
  EXPECT_EQ(local_docker_installed().shell_text(), "docker --version");
  EXPECT_EQ(local_buildx_installed().shell_text(), "docker buildx version");
}

TEST(Docker, ListsTheFilesOfABuildContext) {
  EXPECT_EQ(build_context_check("/tmp/Dockerfile").shell_text(),
            "docker buildx build -t=kamal-local-build-check -f=/tmp/Dockerfile .");
  EXPECT_EQ(list_context_check().shell_text(), "docker run --rm kamal-local-build-check");
  EXPECT_EQ(context_check_dockerfile(),
            "FROM busybox\nCOPY . /context\nWORKDIR /context\nCMD find . -type f | cut -c3-\n");
}

}  // namespace
}  // namespace kamal::commands
