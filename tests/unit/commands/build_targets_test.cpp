#include <gtest/gtest.h>

#include "unit/commands/builder_of.h"

namespace kamal::commands {
namespace {

const std::string suffix = "ssh---app-build-test-2222";

config::Configuration remote() {
  return configured("builder: { arch: arm64, remote: \"ssh://app@build.test:2222\" }");
}
config::Configuration hybrid() {
  return configured("builder: { arch: [ amd64, arm64 ], remote: \"ssh://app@build.test:2222\" }");
}
config::Configuration cloud() {
  return configured("builder: { arch: amd64, driver: cloud acme/big-builder }");
}
config::Configuration pack() {
  return configured(
      "builder: { arch: amd64, context: ., args: { MODE: production }, secrets: [ NPM_TOKEN ],"
      " pack: { builder: acme/pack-builder:24, buildpacks: [ acme/nodejs, acme/procfile ] } }");
}

std::string name(const config::Configuration& config) { return builder_of(config).name(); }

TEST(BuilderName, ReflectsTheBuildLocation) {
  EXPECT_EQ(name(configured()), "local");
  EXPECT_EQ(name(remote()), "remote");
  EXPECT_EQ(name(hybrid()), "hybrid");
  EXPECT_EQ(name(cloud()), "cloud");
  EXPECT_EQ(name(pack()), "pack");
}

TEST(BuilderName, IsLocalForThisMachinesArchitecture) {
  EXPECT_EQ(name(configured("builder: { arch: amd64, remote: \"ssh://app@build.test\" }")), "local");
}

TEST(BuilderName, LocalFalseBuildsEverythingRemotely) {
  EXPECT_EQ(name(configured("builder: { arch: amd64, local: false, remote: \"ssh://app@build.test\" }")),
            "remote");
}

TEST(LocalBuild, CreatesInspectsAndRemovesABuilder) {
  const config::Configuration config = configured();
  const Builder builder = builder_of(config);
  EXPECT_EQ(builder.create().shell_text(),
            "docker buildx create --name kamal-local-docker-container --driver=docker-container");
  EXPECT_EQ(builder.inspect_builder().shell_text(), "docker buildx inspect kamal-local-docker-container");
  EXPECT_EQ(builder.remove().shell_text(), "docker buildx rm kamal-local-docker-container");
  EXPECT_EQ(builder.info().shell_text(), "docker context ls && docker buildx ls");
  EXPECT_TRUE(builder.login_to_registry_locally());
  EXPECT_TRUE(builder.needs_dockerfile());
}

TEST(LocalBuild, LocalRegistryUsesTheHostNetwork) {
  const config::Configuration config = configured("registry: { server: \"localhost:5555\" }");
  EXPECT_EQ(builder_of(config).create().shell_text(),
            "docker buildx create --name kamal-local-registry-docker-container --driver=docker-container "
            "--driver-opt network=host");
  EXPECT_EQ(pushed(config).shell_text(),
            "docker buildx build --output=type=registry --platform linux/amd64 "
            "--builder kamal-local-registry-docker-container -t localhost:5555/acme/shop:v1 "
            "-t localhost:5555/acme/shop:latest --label service=shop --file Dockerfile .");
}

TEST(LocalBuild, WithTheDockerDriverNeedsNoBuilder) {
  const config::Configuration config = configured("builder: { arch: amd64, driver: docker }");
  EXPECT_TRUE(builder_of(config).create().empty());
  EXPECT_TRUE(builder_of(config).remove().empty());
  EXPECT_TRUE(builder_of(config).inspect_builder().empty());
}

TEST(RemoteBuild, CreatesAndRemovesAContextAndABuilder) {
  const config::Configuration config = remote();
  EXPECT_EQ(builder_of(config).create().shell_text(), "docker context create kamal-remote-" + suffix +
                                                          "-context --description 'kamal-remote-" + suffix +
                                                          " host' --docker host=ssh://app@build.test:2222 ; "
                                                          "docker buildx create --name kamal-remote-" +
                                                          suffix + " kamal-remote-" + suffix + "-context");
  EXPECT_EQ(
      builder_of(config).remove().shell_text(),
      "docker context rm kamal-remote-" + suffix + "-context ; docker buildx rm kamal-remote-" + suffix);
  EXPECT_EQ(builder_of(config).info().shell_text(), "docker context ls ; docker buildx ls");
}

TEST(RemoteBuild, IsInspectedWithItsContext) {
  EXPECT_EQ(builder_of(remote()).inspect_builder().shell_text(),
            "docker buildx inspect kamal-remote-" + suffix + " | grep -q 'Endpoint:.*kamal-remote-" + suffix +
                "-context' && docker context inspect kamal-remote-" + suffix +
                "-context --format '{{.Endpoints.docker.Host}}' | grep -xqF -e ssh://app@build.test:2222 || "
                "(echo no compatible builder && exit 1)");
}

TEST(RemoteBuild, PushesWithItsOwnCredentials) {
  const config::Configuration config = remote();
  const Command command = pushed(config);
  EXPECT_EQ(command.shell_text(),
            "docker buildx build --output=type=registry --platform linux/arm64 "
            "--builder kamal-remote-" +
                suffix +
                " -t acme/shop:v1 -t acme/shop:latest --label service=shop "
                "--file Dockerfile .");
  EXPECT_EQ(command.env(),
            (std::vector<std::pair<std::string, std::string>>{{"BUILDKIT_NO_CLIENT_TOKEN", "1"}}));
  EXPECT_FALSE(builder_of(config).login_to_registry_locally());
}

TEST(RemoteBuild, DirtyImageKeepsTheClientsCredentials) {
  const config::Configuration config = remote();
  EXPECT_TRUE(pushed(config, {"docker", Tagging::dirty, BuildCaching::use}).env().empty());
}

TEST(RemoteBuild, LocalRegistryHasItsOwnName) {
  const config::Configuration config = configured(
      "registry: { server: \"localhost:5555\" }\nbuilder: { arch: arm64, remote: \"ssh://app@build.test\" }");
  EXPECT_EQ(builder_of(config).remove().shell_text(),
            "docker context rm kamal-remote-ssh---app-build-test-local-registry-context ; "
            "docker buildx rm kamal-remote-ssh---app-build-test-local-registry");
}

TEST(HybridBuild, AppendsTheRemoteBuilderToTheLocalOne) {
  const std::string builder = "kamal-hybrid-docker-container-" + suffix;
  EXPECT_EQ(builder_of(hybrid()).create().shell_text(),
            "docker buildx create --platform linux/amd64 --name " + builder +
                " --driver=docker-container && "
                "docker context create " +
                builder + "-context --description '" + builder +
                " host' --docker host=ssh://app@build.test:2222 && "
                "docker buildx create --platform linux/arm64 --append --name " +
                builder + " " + builder + "-context");
}

TEST(HybridBuild, PushesForAllArchitectures) {
  EXPECT_EQ(pushed(hybrid()).shell_text(),
            "docker buildx build --output=type=registry --platform linux/amd64,linux/arm64 "
            "--builder kamal-hybrid-docker-container-" +
                suffix + " -t acme/shop:v1 -t acme/shop:latest --label service=shop --file Dockerfile .");
}

TEST(CloudBuild, NamesItsBuilderAfterTheDriver) {
  const config::Configuration config = cloud();
  EXPECT_EQ(builder_of(config).create().shell_text(), "docker buildx create --driver cloud acme/big-builder");
  EXPECT_EQ(builder_of(config).inspect_builder().shell_text(),
            "docker buildx inspect cloud-acme-big-builder");
  EXPECT_EQ(builder_of(config).remove().shell_text(), "docker buildx rm cloud-acme-big-builder");
  EXPECT_EQ(
      pushed(config).shell_text(),
      "docker buildx build --output=type=registry --platform linux/amd64 --builder cloud-acme-big-builder "
      "-t acme/shop:v1 -t acme/shop:latest --label service=shop --file Dockerfile .");
}

TEST(PackBuild, BuildsThenPushesBothTags) {
  const config::Configuration config = pack();
  const Command command = pushed(config);
  EXPECT_EQ(command.shell_text(),
            "pack build acme/shop --platform linux/amd64 --creation-time now --builder acme/pack-builder:24 "
            "--buildpack acme/nodejs --buildpack acme/procfile --buildpack paketo-buildpacks/image-labels "
            "-t acme/shop:v1 -t acme/shop:latest --env BP_IMAGE_LABELS=service=shop --env MODE=production "
            "--env NPM_TOKEN --path . && docker push acme/shop:v1 && docker push acme/shop:latest");
  EXPECT_EQ(command.env(), (std::vector<std::pair<std::string, std::string>>{{"NPM_TOKEN", "n p m"}}));
}

TEST(PackBuild, ShowsNoArgs) {
  EXPECT_EQ(pushed(pack()).display(),
            "pack build acme/shop --platform linux/amd64 --creation-time now --builder acme/pack-builder:24 "
            "--buildpack acme/nodejs --buildpack acme/procfile --buildpack paketo-buildpacks/image-labels "
            "-t acme/shop:v1 -t acme/shop:latest --env BP_IMAGE_LABELS=service=shop --env MODE=[REDACTED] "
            "--env NPM_TOKEN --path . && docker push acme/shop:v1 && docker push acme/shop:latest");
}

TEST(PackBuild, SupportsLocalOutput) {
  PushOptions options;
  options.output = "docker";
  options.tagging = Tagging::dirty;
  options.caching = BuildCaching::skip;
  EXPECT_EQ(
      pushed(pack(), options).shell_text(),
      "pack build acme/shop --platform linux/amd64 --creation-time now --builder acme/pack-builder:24 "
      "--buildpack acme/nodejs --buildpack acme/procfile --buildpack paketo-buildpacks/image-labels "
      "-t acme/shop:v1-dirty -t acme/shop:latest-dirty --clear-cache --env BP_IMAGE_LABELS=service=shop "
      "--env MODE=production --env NPM_TOKEN --path .");
}

TEST(PackBuild, NeedsNoBuilderAndNoDockerfile) {
  const config::Configuration config = pack();
  EXPECT_TRUE(builder_of(config).create().empty());
  EXPECT_TRUE(builder_of(config).remove().empty());
  EXPECT_EQ(builder_of(config).inspect_builder().shell_text(), "pack builder inspect acme/pack-builder:24");
  EXPECT_FALSE(builder_of(config).needs_dockerfile());
}

}  // namespace
}  // namespace kamal::commands
