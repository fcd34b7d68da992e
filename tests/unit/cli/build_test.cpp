#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/there.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::vector<std::string> push = {"build", "push", "--version", "v1"};

TEST(BuildPush, BuildsFromACleanClone) {
  CliRun kamal;
  kamal.processes.answer("git -C", [](const Process& process) {
    return test::says(test::last(process.argv) == "HEAD" ? std::string(40, 'a') + "\n" : "");
  });
  std::filesystem::create_directory("tmp");
  kamal.environment["TMPDIR"] = (std::filesystem::current_path() / "tmp").string();
  EXPECT_EQ(kamal.run(push).status, 0);
  const auto build = kamal.processes.call("docker buildx build");
  EXPECT_THAT(build.process.directory.value().string(), HasSubstr("/tmp/kamal-clones/shop-"));
}

TEST(BuildPush, ChecksDockerLogsInAndBuilds) {
  CliRun kamal("builder: { arch: amd64, context: . }");
  EXPECT_EQ(kamal.run(push).status, 0);
  EXPECT_THAT(
      kamal.asked("here"),
      ElementsAre("docker --version", "docker buildx version", "docker login -u robot --password-stdin",
                  "docker buildx inspect kamal-local-docker-container",
                  AllOf(StartsWith("docker buildx build --output=type=registry --platform linux/amd64"),
                        HasSubstr("-t acme/shop:v1 -t acme/shop:latest"))));
}

TEST(BuildPush, ShowsTheOutputOfTheBuild) {
  CliRun kamal("builder: { arch: amd64, context: . }");
  kamal.processes.answer("docker buildx build", test::says("#5 RUN bundle install\n"));
  EXPECT_THAT(kamal.run(push).out, HasSubstr("#5 RUN bundle install"));
}

TEST(BuildPush, CreatesABuilderThatIsMissing) {
  CliRun kamal("builder: { arch: amd64, context: . }");
  kamal.processes.answer("docker buildx inspect",
                         test::fails(1, "ERROR: no builder \"kamal-local-docker-container\" found\n"));
  EXPECT_EQ(kamal.run(push).status, 0);
  EXPECT_THAT(kamal.story.of({"docker buildx inspect", "docker buildx rm", "docker buildx create",
                              "docker buildx build"}),
              ElementsAre(HasSubstr("inspect"), HasSubstr("rm"),
                          HasSubstr("create --name kamal-local-docker-container"), HasSubstr("build")));
}

// So that nothing asks about the server's key later.
TEST(BuildCreate, LogsInToTheServerOfARemoteBuilderFirst) {
  CliRun kamal("builder: { arch: arm64, remote: \"ssh://app@1.1.1.9:2222\" }");
  EXPECT_EQ(kamal.run({"build", "create", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.story.of({"true", "create"}),
      ElementsAre("app@1.1.1.9:2222: true", AllOf(StartsWith("here: "), HasSubstr("docker buildx create"))));
}

TEST(BuildCreate, LeavesTheBuilderAloneWhereItsServerCantBeReached) {
  CliRun kamal("builder: { arch: arm64, remote: \"ssh://app@1.1.1.9\" }");
  kamal.servers.unreachable("app@1.1.1.9");
  const CliRun::Result result = kamal.run({"build", "create", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Can't connect to app@1.1.1.9"));
  EXPECT_THAT(kamal.story.of({"docker buildx create"}), IsEmpty());
}

TEST(BuildPush, DoesNotCreateABuilderWhereDockerIsDown) {
  CliRun kamal("builder: { arch: amd64, context: . }");
  kamal.processes.answer("docker buildx inspect", test::fails(1, "Cannot connect to the Docker daemon\n"));
  const CliRun::Result result = kamal.run(push);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Cannot connect to the Docker daemon"));
  EXPECT_THAT(kamal.story.of({"create"}), IsEmpty());
}

TEST(BuildPush, WithoutDockerSaysSo) {
  CliRun kamal;
  kamal.processes.answer("docker --version", test::fails(127));
  const CliRun::Result result = kamal.run(push);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Docker is not installed on this machine"));
}

TEST(BuildPush, WithoutBuildxSaysSo) {
  CliRun kamal;
  kamal.processes.answer("docker buildx version", test::fails(1));
  EXPECT_THAT(kamal.run(push).err, HasSubstr("buildx"));
}

TEST(BuildPush, WithoutADockerfileSaysSoAndBuildsNothing) {
  CliRun kamal("builder: { arch: amd64, dockerfile: Dockerfile.prod }");
  const CliRun::Result result = kamal.run(push);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Dockerfile.prod"), HasSubstr("builder/dockerfile")));
  EXPECT_THAT(kamal.story.of({"buildx build"}), IsEmpty());
}

TEST(BuildPush, ThePreBuildHookMayWriteTheDockerfile) {
  CliRun kamal("builder: { arch: amd64, dockerfile: Dockerfile.prod }");
  kamal.add_hook("pre-build");
  kamal.processes.answer(".kamal/hooks/pre-build", [&](const Process&) {
    kamal.write("Dockerfile.prod", "FROM scratch\n");
    return ProcessResult();
  });
  EXPECT_EQ(kamal.run(push).status, 0);
  EXPECT_THAT(kamal.asked("here"), Contains(HasSubstr("docker buildx build")));
}

TEST(BuildPush, FindsADockerfileInTheHomeDirectory) {
  CliRun kamal("builder: { arch: amd64, dockerfile: ~/Dockerfile.prod }");
  kamal.write("home/Dockerfile.prod", "FROM scratch\n");
  kamal.environment["HOME"] = (std::filesystem::current_path() / "home").string();
  EXPECT_EQ(kamal.run(push).status, 0);
  EXPECT_THAT(kamal.processes.call("sh -c docker buildx build").line(),
              HasSubstr("--file \"${HOME}/Dockerfile.prod\""));
}

TEST(BuildPush, WarnsOfChangesThatAreLeftOut) {
  CliRun kamal;
  kamal.processes.answer("git status --porcelain", test::says(" M app.rb\n"));
  EXPECT_THAT(kamal.run(push).out,
              AllOf(HasSubstr("ignoring these uncommitted changes"), HasSubstr("M app.rb")));
}

TEST(BuildPush, WarnsOfChangesThatAreBuiltIn) {
  CliRun kamal("builder: { arch: amd64, context: . }");
  kamal.processes.answer("git status --porcelain", test::says(" M app.rb\n"));
  EXPECT_THAT(kamal.run(push).out, HasSubstr("Building with uncommitted changes:\n M app.rb"));
}

TEST(BuildPush, GivesSecretsToTheBuildByItsEnvironment) {
  CliRun kamal("builder: { arch: amd64, context: ., secrets: [ GITHUB_TOKEN ] }");
  kamal.write(".kamal/secrets", "GITHUB_TOKEN=teapot\n");
  kamal.run(push);
  const auto build = kamal.processes.call("docker buildx build");
  EXPECT_EQ(build.env("GITHUB_TOKEN"), "teapot");
  EXPECT_THAT(build.line(), AllOf(HasSubstr("--secret id=GITHUB_TOKEN"), Not(HasSubstr("teapot"))));
}

TEST(BuildPush, WithoutASecretStopsBeforeTheBuilder) {
  CliRun kamal("builder: { arch: amd64, context: ., secrets: [ GITHUB_TOKEN ] }");
  const CliRun::Result result = kamal.run(push);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("GITHUB_TOKEN"));
  EXPECT_THAT(kamal.story.of({"buildx inspect", "buildx build"}), IsEmpty());
}

TEST(BuildPush, MayRebuildEveryLayer) {
  CliRun kamal("builder: { arch: amd64, context: . }");
  kamal.run({"build", "push", "--version", "v1", "--no-cache"});
  EXPECT_THAT(kamal.processes.call("docker buildx build").line(), HasSubstr("--no-cache"));
}

TEST(BuildPush, StartsALocalRegistryAndForwardsNothing) {
  CliRun kamal("registry: { server: \"localhost:5000\" }\nbuilder: { arch: amd64, context: . }\n");
  EXPECT_EQ(kamal.run(push).status, 0);
  EXPECT_THAT(kamal.story.of({"registry:3", "docker login"}),
              ElementsAre(AllOf(StartsWith("here: sh -c"), HasSubstr("registry:3"))));
  EXPECT_THAT(kamal.servers.forwards, IsEmpty());
}

TEST(BuildPull, ForwardsALocalRegistryToEveryServer) {
  CliRun kamal("registry: { server: \"localhost:5000\" }\nservers: [ 1.1.1.1, 1.1.1.2 ]\n");
  EXPECT_EQ(kamal.run({"build", "pull", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.servers.forwards, ::testing::UnorderedElementsAre(::testing::Pair("1.1.1.1", 5000),
                                                                      ::testing::Pair("1.1.1.2", 5000)));
  EXPECT_THAT(kamal.story.of({"docker login"}), IsEmpty());
}

TEST(BuildPull, SeedsAMirrorBeforeTheOtherServersPull) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2, 1.1.1.3 ]");
  kamal.servers.answer("*", "RegistryConfig.Mirrors", {0, "https://mirror.example\n", ""});
  EXPECT_EQ(kamal.run({"build", "pull", "--version", "v1"}).status, 0);
  const std::vector<std::string> pulls = kamal.story.of({"docker pull"});
  ASSERT_THAT(pulls, ::testing::SizeIs(3));
  const std::string seed = pulls.at(0).substr(0, 7);
  const std::vector<std::string> others = kamal.story.of({"docker inspect -f"});
  EXPECT_THAT(others.at(0), StartsWith(seed));
}

TEST(BuildPull, PullsEverywhereAtOnceWithoutAMirror) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("*", "RegistryConfig.Mirrors",
                       {1, "", "template: :1:2: error calling index: reflect: slice index out of range\n"});
  EXPECT_EQ(kamal.run({"build", "pull", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker pull"}), ::testing::SizeIs(2));
}

TEST(BuildPull, RefusesAnImageOfAnotherService) {
  CliRun kamal;
  kamal.servers.answer("*", "docker inspect -f",
                       {1, "Image acme/shop:v1 is missing the 'service' label\n", ""});
  const CliRun::Result result = kamal.run({"build", "pull", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("is missing the 'service' label"));
}

TEST(BuildDev, BuildsTheWorkingDirectoryAsDirty) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"build", "dev", "--version", "v1"}).status, 0);
  EXPECT_THAT(test::last(kamal.processes.lines()),
              AllOf(StartsWith("docker buildx build --output=type=docker"),
                    HasSubstr("-t acme/shop:v1-dirty -t acme/shop:latest-dirty")));
}

TEST(BuildDev, WarnsOfUncommittedFilesInTheImage) {
  CliRun kamal;
  kamal.processes.answer("docker run --rm kamal-local-build-check",
                         test::says("app.rb\nnotes.txt\nlib.rb\n"));
  kamal.processes.answer("git ls-files --modified", test::says("app.rb\nold.rb\n"));
  kamal.processes.answer("git ls-files --others", test::says("notes.txt\nx.log\n"));
  EXPECT_THAT(
      kamal.run({"build", "dev", "--version", "v1"}).out,
      AllOf(HasSubstr("Files with uncommitted changes will be present in the dev container:\n  app.rb\n"),
            HasSubstr("Untracked files will be present in the dev container:\n  notes.txt\n"),
            Not(HasSubstr("old.rb")), Not(HasSubstr("x.log"))));
}

TEST(BuildDev, BuildsWhereTheFilesOfTheImageCantBeListed) {
  CliRun kamal;
  kamal.processes.answer("docker run --rm kamal-local-build-check", test::fails(125, "no such runtime\n"));
  EXPECT_EQ(kamal.run({"build", "dev", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.asked("here"), Contains(HasSubstr("docker buildx build")));
}

TEST(BuildDev, WithoutADockerfileSaysSo) {
  CliRun kamal("builder: { arch: amd64, dockerfile: Dockerfile.prod }");
  EXPECT_THAT(kamal.run({"build", "dev", "--version", "v1"}).err, HasSubstr("No Dockerfile.prod in"));
}

class OfTheBuilder : public ::testing::TestWithParam<const char*> {};

TEST_P(OfTheBuilder, WorksWhereThereIsNoVersion) {
  CliRun kamal;
  kamal.processes.answer("git rev-parse", test::fails(128, "fatal: not a git repository\n"));
  EXPECT_EQ(kamal.run({"build", GetParam()}).status, 0);
  EXPECT_THAT(kamal.asked("here"), Contains(HasSubstr("docker")));
}

INSTANTIATE_TEST_SUITE_P(Commands, OfTheBuilder, ::testing::Values("create", "details", "remove"));

TEST(BuildCreateAndRemove, ChangeTheBuilderOnly) {
  CliRun kamal;
  kamal.run({"build", "create"});
  kamal.run({"build", "remove"});
  EXPECT_THAT(kamal.asked("here"),
              ElementsAre(StartsWith("docker buildx create --name kamal-local-docker-container"),
                          "docker buildx rm kamal-local-docker-container"));
}

TEST(BuildDetails, NameTheBuilder) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"build", "details", "--version", "v1"}).out, HasSubstr("Builder: local\n"));
}

class WordsOfAMissingBuilder : public ::testing::TestWithParam<const char*> {};

TEST_P(WordsOfAMissingBuilder, MakeKamalCreateOne) {
  CliRun kamal("builder: { arch: amd64, context: . }");
  kamal.processes.answer("docker buildx inspect", test::fails(1, GetParam()));
  kamal.processes.answer("docker buildx rm", test::fails(1, "ERROR: no builder found\n"));
  EXPECT_EQ(kamal.run(push).status, 0);
  EXPECT_THAT(kamal.story.of({"docker buildx create", "docker buildx build"}),
              ElementsAre(HasSubstr("create"), HasSubstr("build")));
}

INSTANTIATE_TEST_SUITE_P(OfDocker, WordsOfAMissingBuilder,
                         ::testing::Values("context not found\n", "ERROR: no builder \"x\" found\n",
                                           "no compatible builder\n", "context \"x\" does not exist\n"));

TEST(BuildPush, LogsInBeforeThePreBuildHook) {
  CliRun kamal;
  kamal.add_hook("pre-build");
  EXPECT_EQ(kamal.run(push).status, 0);
  EXPECT_THAT(kamal.story.of({"docker login", "pre-build"}),
              ElementsAre(HasSubstr("docker login"), HasSubstr("pre-build")));
}

TEST(BuildPush, ByARemoteBuilderNeedsNoCredentialsHere) {
  CliRun kamal(
      "registry: { username: robot, password: [ PASSWORD ] }\n"
      "builder: { arch: arm64, remote: \"ssh://app@1.1.1.9\", context: . }\n");
  kamal.processes.answer("docker info", test::says("x86_64\n"));
  const CliRun::Result result = kamal.run(push);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(kamal.asked("here"), Contains(HasSubstr("docker buildx build")));
}

TEST(BuildPush, ForwardsALocalRegistryToARemoteBuilder) {
  CliRun kamal(
      "registry: { server: \"localhost:5000\" }\n"
      "builder: { arch: arm64, remote: \"ssh://app@1.1.1.9/run/docker.sock\", context: . }\n");
  kamal.processes.answer("docker info", test::says("x86_64\n"));
  EXPECT_EQ(kamal.run(push).status, 0);
  EXPECT_THAT(kamal.servers.forwards, ElementsAre(::testing::Pair("app@1.1.1.9", 5000)));
  EXPECT_THAT(kamal.servers.forwarded, IsEmpty());
}

struct Machine {
  const char* docker;    // what it calls its architecture
  const char* platform;  // that is built here, the other one there
};

class HybridBuilder : public ::testing::TestWithParam<Machine> {};

TEST_P(HybridBuilder, BuildsThePlatformOfThisMachineHere) {
  CliRun kamal("builder: { arch: [ amd64, arm64 ], remote: \"ssh://app@1.1.1.9\" }");
  kamal.processes.answer("docker info", test::says(std::string(GetParam().docker) + "\n"));
  EXPECT_EQ(kamal.run({"build", "create"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker buildx create"}),
              ElementsAre(HasSubstr(std::string("docker buildx create --platform ") + GetParam().platform +
                                    " --name ")));
}

INSTANTIATE_TEST_SUITE_P(Machines, HybridBuilder,
                         ::testing::Values(Machine{"x86_64", "linux/amd64"},
                                           Machine{"aarch64", "linux/arm64"}));

TEST(BuildPull, FailsIfAMirrorCantBeAskedFor) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("1.1.1.2", "RegistryConfig.Mirrors", {1, "", "Cannot connect to the Docker daemon\n"});
  const CliRun::Result result = kamal.run({"build", "pull", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Cannot connect to the Docker daemon"));
  EXPECT_THAT(kamal.story.of({"docker pull"}), IsEmpty());
}

TEST(BuildPull, TakesAnEmptyReplyForNoMirror) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("*", "RegistryConfig.Mirrors", {0, "\n", ""});
  const CliRun::Result result = kamal.run({"build", "pull", "--version", "v1"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, Not(HasSubstr("seed")));
  EXPECT_THAT(kamal.story.of({"docker pull"}), ::testing::SizeIs(2));
}

TEST(BuildPull, WorksWhereTheOldImageCantBeRemoved) {
  CliRun kamal;
  kamal.servers.answer("*", "docker image rm --force", {1, "", "image is being used\n"});
  EXPECT_EQ(kamal.run({"build", "pull", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker pull"}), ::testing::SizeIs(1));
}

TEST(BuildDev, LeavesNoTemporaryFiles) {
  for (const bool fails : {false, true}) {
    CliRun kamal;
    std::filesystem::create_directory("tmp");
    kamal.environment["TMPDIR"] = (std::filesystem::current_path() / "tmp").string();
    bool there = false;
    kamal.processes.answer("docker buildx build -t=kamal-local-build-check", [&](const Process&) {
      there = !std::filesystem::is_empty("tmp");
      return fails ? test::fails(1) : test::says("");
    });
    EXPECT_EQ(kamal.run({"build", "dev", "--version", "v1"}).status, fails ? 1 : 0);
    EXPECT_TRUE(there);
    EXPECT_TRUE(std::filesystem::is_empty("tmp")) << fails;
  }
}

}  // namespace
}  // namespace kamal
