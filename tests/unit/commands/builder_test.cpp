#include "kamal/commands/builder.h"

#include <gtest/gtest.h>

#include "unit/commands/builder_of.h"

namespace kamal::commands {
namespace {

const std::string start =
    "docker buildx build --output=type=registry --platform linux/amd64 --builder kamal-local-docker-container"
    " -t acme/shop:v1 -t acme/shop:latest";
const std::string label = " --label service=shop";
const std::string file = " --file Dockerfile";

std::string push(const std::string& settings) {
  return pushed(configured("builder: { arch: amd64, " + settings + " }")).shell_text();
}

TEST(BuilderPush, BuildsAndPushesBothTags) {
  EXPECT_EQ(pushed(configured()).shell_text(),
            "docker buildx build --output=type=registry --platform linux/amd64 --builder "
            "kamal-local-docker-container "
            "-t acme/shop:v1 -t acme/shop:latest --label service=shop --file Dockerfile .");
}

TEST(BuilderPush, NamesTheDestinationInTheLatestTag) {
  EXPECT_EQ(pushed(configured("", "staging")).shell_text(),
            "docker buildx build --output=type=registry --platform linux/amd64 --builder "
            "kamal-local-docker-container "
            "-t acme/shop:v1 -t acme/shop:latest-staging --label service=shop --file Dockerfile .");
}

TEST(BuilderPush, SupportsOtherOutputs) {
  PushOptions options;
  options.output = "docker";
  EXPECT_EQ(pushed(configured(), options).shell_text(),
            "docker buildx build --output=type=docker --platform linux/amd64 --builder "
            "kamal-local-docker-container "
            "-t acme/shop:v1 -t acme/shop:latest --label service=shop --file Dockerfile .");
}

TEST(BuilderPush, SupportsDirtyTagAndNoCache) {
  PushOptions options;
  options.tagging = Tagging::dirty;
  options.caching = BuildCaching::skip;
  EXPECT_EQ(
      pushed(configured(), options).shell_text(),
      "docker buildx build --output=type=registry --platform linux/amd64 --builder "
      "kamal-local-docker-container "
      "-t acme/shop:v1-dirty -t acme/shop:latest-dirty --label service=shop --file Dockerfile --no-cache .");
}

TEST(BuilderPush, Args) {
  EXPECT_EQ(
      push("args: { VERSION: \"1.10\", GREETING: hello world, PRICE: $5, DEBUG: false, HOME: \"${HOME}\" }"),
      start + label +
          " --build-arg VERSION=1.10 --build-arg \"GREETING=hello world\" --build-arg \"PRICE=\\$5\""
          " --build-arg DEBUG=false --build-arg \"HOME=${HOME}\"" +
          file + " .");
}

TEST(BuilderPush, ArgsWithoutAValueComeFromTheEnvironment) {
  EXPECT_EQ(push("args: { VERSION: }"), start + label + " --build-arg VERSION" + file + " .");
  EXPECT_EQ(push("args: { VERSION: ' ' }"), start + label + " --build-arg VERSION" + file + " .");
}

TEST(BuilderPush, RedactsArgs) {
  EXPECT_EQ(
      pushed(configured("builder: { arch: amd64, args: { TOKEN: sesame, WHERE: \"${HOME}\" } }")).display(),
      start + label + " --build-arg TOKEN=[REDACTED] --build-arg WHERE=[REDACTED]" + file + " .");
}

TEST(BuilderPush, PassesSecretsInTheEnvironment) {
  const Command command = pushed(configured("builder: { arch: amd64, secrets: [ NPM_TOKEN ] }"));
  EXPECT_EQ(command.shell_text(), start + label + " --secret id=NPM_TOKEN" + file + " .");
  EXPECT_EQ(command.env(), (std::vector<std::pair<std::string, std::string>>{{"NPM_TOKEN", "n p m"}}));
}

TEST(BuilderPush, CacheOfGitHubActions) {
  EXPECT_EQ(push("cache: { type: gha, options: \"mode=max,scope=shop\" }"),
            start + " --cache-to type=gha,mode=max,scope=shop --cache-from type=gha,scope=shop" + label +
                file + " .");
}

TEST(BuilderPush, CacheInTheRegistry) {
  EXPECT_EQ(push("cache: { type: registry }"), start +
                                                   " --cache-to type=registry,ref=acme/shop-build-cache"
                                                   " --cache-from type=registry,ref=acme/shop-build-cache" +
                                                   label + file + " .");
}

TEST(BuilderPush, CacheInTheRegistryWithANameAndOptions) {
  EXPECT_EQ(
      pushed(
          configured("registry: { server: registry.test, username: u, password: p }\n"
                     "builder: { arch: amd64, cache: { type: registry, image: cache, options: mode=max } }"))
          .shell_text(),
      "docker buildx build --output=type=registry --platform linux/amd64 --builder "
      "kamal-local-docker-container "
      "-t registry.test/acme/shop:v1 -t registry.test/acme/shop:latest "
      "--cache-to type=registry,ref=registry.test/cache,mode=max "
      "--cache-from type=registry,ref=registry.test/cache --label service=shop --file Dockerfile .");
}

TEST(BuilderPush, RedactsCacheTokens) {
  const config::Configuration config =
      configured("builder: { arch: amd64, cache: { type: gha, options: \"token=sesame\" } }");
  EXPECT_EQ(pushed(config).display(),
            start + " --cache-to [REDACTED] --cache-from [REDACTED]" + label + file + " .");
}

TEST(BuilderPush, DriverDocker) {
  EXPECT_EQ(
      pushed(configured("builder: { arch: amd64, driver: docker }")).shell_text(),
      "docker buildx build --output=type=registry --platform linux/amd64 -t acme/shop:v1 -t acme/shop:latest "
      "--label service=shop --file Dockerfile .");
}

TEST(BuilderOnServers, CleansPullsAndChecks) {
  const config::Configuration config = configured();
  const Builder builder = builder_of(config);
  EXPECT_EQ(builder.clean().shell_text(), "docker image rm --force acme/shop:v1");
  EXPECT_EQ(builder.pull().shell_text(), "docker pull acme/shop:v1");
  EXPECT_EQ(builder.validate_image().shell_text(),
            "docker inspect -f '{{ .Config.Labels.service }}' acme/shop:v1 | grep -x shop || "
            "(echo 'Image acme/shop:v1 is missing the '\\''service'\\'' label' && exit 1)");
  EXPECT_EQ(builder.first_mirror().shell_text(),
            "docker info --format '{{index .RegistryConfig.Mirrors 0}}'");
}

TEST(BuilderClone, IsInTheTempDirectory) {
  const config::Configuration config = configured();
  const Builder builder = builder_of(config);
  EXPECT_TRUE(builder.git_clone());
  EXPECT_EQ(builder.clone_directory(), "/tmp/kamal-clones/shop-0123456789abc");
  EXPECT_EQ(builder.build_directory(), "/tmp/kamal-clones/shop-0123456789abc/my repo/apps/shop");
  EXPECT_EQ(builder.clone().shell_text(),
            "git -C /tmp/kamal-clones/shop-0123456789abc clone '/home/ada/my repo' --recurse-submodules");
}

TEST(BuilderClone, IsReset) {
  const config::Configuration config = configured();
  std::vector<std::string> steps;
  for (const Command& step : builder_of(config).clone_reset_steps()) steps.push_back(step.shell_text());
  const std::string git = "git -C '/tmp/kamal-clones/shop-0123456789abc/my repo/apps/shop' ";
  EXPECT_EQ(steps,
            (std::vector<std::string>{git + "remote set-url origin '/home/ada/my repo'", git + "fetch origin",
                                      git + "reset --hard c0ffee", git + "clean -fdx",
                                      git + "submodule update --init", git + "gc --auto --quiet"}));
}

TEST(BuilderClone, IsChecked) {
  const config::Configuration config = configured();
  EXPECT_EQ(builder_of(config).clone_status().shell_text(),
            "git -C '/tmp/kamal-clones/shop-0123456789abc/my repo/apps/shop' status --porcelain");
  EXPECT_EQ(builder_of(config).clone_revision().shell_text(),
            "git -C '/tmp/kamal-clones/shop-0123456789abc/my repo/apps/shop' rev-parse HEAD");
}

TEST(BuilderClone, IsSkippedWithContextOrWithoutGit) {
  const config::Configuration with_context = configured("builder: { arch: amd64, context: . }");
  EXPECT_FALSE(builder_of(with_context).git_clone());
  EXPECT_EQ(builder_of(with_context).build_directory(), ".");
  const config::Configuration config = configured();
  BuildLocation no_repository = place();
  no_repository.git_used = false;
  EXPECT_FALSE(Builder(config, Version("v1"), no_repository).git_clone());
}

}  // namespace
}  // namespace kamal::commands
