#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/support/strings.h"
#include "unit/cli/cli_run.h"

namespace kamal::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Args = std::vector<std::string>;

constexpr const char* shop = R"(
servers:
  web:
    - 1.1.1.1
    - 1.1.1.2: [ eu, big ]
  jobs:
    hosts: [ 1.1.1.2, jobs.example.com ]
accessories:
  db: { image: "postgres:17", host: 1.1.1.9 }
  search: { image: opensearch, hosts: [ 1.1.1.7, 1.1.1.8 ] }
aliases:
  console: app exec --interactive --reuse "bin/console"
  tail: app logs
)";

std::string completions(CliRun& project, Args args) {
  args.insert(args.begin(), {"completion", "--words", "--"});
  const CliRun::Result result = project.run(args);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  return result.out;
}

// What is offered for the last argument.
Args offered(CliRun& project, const Args& args) {
  Args offers;
  for (const std::string& line : lines_of(completions(project, args)))
    offers.push_back(line.substr(0, line.find('\t')));
  return offers;
}

Args offered(const Args& args) {
  CliRun project(shop);
  return offered(project, args);
}

TEST(CommandCompletion, OffersCommandsWithSummaries) {
  CliRun project;
  EXPECT_EQ(completions(project, {"lock", ""}),
            "acquire\tAcquire the deploy lock to block deploys\n"
            "release\tForce-release the deploy lock\n"
            "status\tShow who holds the deploy lock\n"
            "tree\tPrint all commands as a tree\n");
}

TEST(CommandCompletion, OffersTopLevelCommands) {
  EXPECT_THAT(offered({""}), AllOf(Contains("deploy"), Contains("app"), Contains("completion")));
  EXPECT_THAT(offered({}), Contains("deploy"));
}

TEST(CommandCompletion, OmitsHiddenOnes) {
  EXPECT_THAT(offered({"app", ""}), AllOf(Contains("remove"), Not(Contains("remove_images"))));
}

TEST(CommandCompletion, OffersAliases) {
  CliRun project(shop);
  EXPECT_THAT(lines_of(completions(project, {""})),
              Contains("console\talias of app exec --interactive --reuse \"bin/console\""));
  EXPECT_THAT(offered(project, {"app", ""}), Not(Contains("console")));
}

TEST(CommandCompletion, ContinuesAfterPrefix) {
  EXPECT_THAT(offered({"loc", ""}), ElementsAre("acquire", "release", "status", "tree"));
}

TEST(CommandCompletion, ContinuesAfterOptions) {
  EXPECT_THAT(offered({"-v", "-d", "staging", "lock", ""}),
              ElementsAre("acquire", "release", "status", "tree"));
}

TEST(CommandCompletion, ContinuesAfterHelp) {
  EXPECT_THAT(offered({"help", "lock", ""}), ElementsAre("acquire", "release", "status", "tree"));
  EXPECT_THAT(offered({"lock", "help", ""}), ElementsAre("acquire", "release", "status", "tree"));
  EXPECT_THAT(offered({"help", ""}), AllOf(Contains("deploy"), Not(Contains("console"))));
  EXPECT_THAT(offered({"help", "lock", "status", ""}), IsEmpty());
}

TEST(CommandCompletion, IsEmptyAfterUnknownCommand) {
  EXPECT_THAT(offered({"lock", ""}), Contains("acquire"));
  EXPECT_THAT(offered({"lock", "pick", ""}), IsEmpty());
  EXPECT_THAT(offered({"fly", ""}), IsEmpty());
}

TEST(OptionCompletion, OffersOptionsOfCommandAndGlobalOnes) {
  CliRun project;
  const std::string lines = completions(project, {"lock", "acquire", "-"});
  EXPECT_THAT(lines_of(lines),
              AllOf(Contains("--message\tReason, shown in the lock status"),
                    Contains("-m\tReason, shown in the lock status"), Contains("--skip-hooks\tSkip hooks"),
                    Contains("-H\tSkip hooks"), Contains("--help\tShow this help")));
}

TEST(OptionCompletion, OmitsHiddenOnes) {
  EXPECT_THAT(offered({"secrets", "print", "-"}), Not(Contains("--inline")));
  EXPECT_THAT(offered({"secrets", "fetch", "-"}), AllOf(Contains("--adapter"), Not(Contains("--inline"))));
}

TEST(OptionCompletion, NegatesFlagThatIsOnByDefault) {
  EXPECT_THAT(offered({"proxy", "boot_config", "set", "--"}),
              AllOf(Contains("--no-publish"), Not(Contains("--publish")), Contains("--http-port")));
}

TEST(OptionCompletion, OffersGlobalOptionsBeforeCommand) {
  EXPECT_THAT(offered({"-"}), AllOf(Contains("--destination"), Contains("-d"), Not(Contains("--message"))));
}

TEST(OptionCompletion, OffersGlobalOptionsAfterGroup) {
  EXPECT_THAT(offered({"lock", "-"}),
              AllOf(Contains("--destination"), Contains("-d"), Not(Contains("--message"))));
}

TEST(CommandCompletion, ContinuesAfterGroupOptions) {
  EXPECT_THAT(offered({"lock", "-d", "staging", ""}), ElementsAre("acquire", "release", "status", "tree"));
}

TEST(OptionCompletion, IsEmptyAfterTwoDashes) {
  EXPECT_THAT(offered({"app", "exec", "-"}), Contains("--reuse"));
  EXPECT_THAT(offered({"app", "exec", "--", "ls", "-"}), IsEmpty());
}

TEST(OptionCompletion, ContinuesAfterAlias) {
  EXPECT_THAT(offered({"tail", "--"}), AllOf(Contains("--grep"), Contains("--follow")));
  EXPECT_THAT(offered({"tail", "-r", ""}), ElementsAre("web", "jobs"));
}

TEST(OptionCompletion, StopsAtCircularAliases) {
  CliRun project("aliases: { one: two, two: one, three: deploy }");
  EXPECT_THAT(offered(project, {"three", "-"}), Not(IsEmpty()));
  EXPECT_THAT(offered(project, {"one", "-"}), IsEmpty());
}

TEST(ValueCompletion, OffersChoicesOfOption) {
  EXPECT_THAT(offered({"config", "--format", ""}), ElementsAre("yaml", "json"));
  EXPECT_THAT(offered({"build", "push", "--output", ""}), ElementsAre("registry", "docker", "image"));
}

TEST(ValueCompletion, ContinuesAfterEqualsSign) {
  EXPECT_THAT(offered({"config", "--format="}), ElementsAre("--format=yaml", "--format=json"));
  EXPECT_THAT(offered({"deploy", "--skip-push="}), IsEmpty());
}

TEST(ValueCompletion, OffersChoicesOfArgument) {
  EXPECT_THAT(offered({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(offered({"proxy", "boot_config", ""}), ElementsAre("set", "get", "reset"));
  EXPECT_THAT(offered({"docs", ""}), AllOf(Contains("proxy"), Contains("env")));
}

TEST(ValueCompletion, IsEmptyAfterArgument) {
  EXPECT_THAT(offered({"completion", ""}), Contains("bash"));
  EXPECT_THAT(offered({"completion", "bash", ""}), IsEmpty());
  EXPECT_THAT(offered({"deploy", ""}), IsEmpty());
  EXPECT_THAT(offered({"app", "logs", "--lines", ""}), IsEmpty());
}

TEST(ValueCompletion, AsksShellForFiles) {
  EXPECT_THAT(offered({"deploy", "-c", ""}), ElementsAre(":files"));
  EXPECT_THAT(offered({"deploy", "--config-file=con"}), ElementsAre(":files"));
}

TEST(ProjectCompletion, OffersDestinations) {
  CliRun project;
  project.write("config/deploy.staging.yml", "{}\n");
  project.write("config/deploy.production.yml", "{}\n");
  EXPECT_THAT(offered(project, {"deploy", "-d", ""}), ElementsAre("production", "staging"));
  EXPECT_THAT(offered(project, {"deploy", "-vd", ""}), ElementsAre("production", "staging"));
  EXPECT_THAT(offered(project, {"--destination", ""}), ElementsAre("production", "staging"));
  EXPECT_THAT(offered(project, {"deploy", "--destination="}),
              ElementsAre("--destination=production", "--destination=staging"));
}

TEST(ProjectCompletion, OffersRoles) {
  EXPECT_THAT(offered({"deploy", "-r", ""}), ElementsAre("web", "jobs"));
  CliRun one_list("servers: [ 1.1.1.1 ]");
  EXPECT_THAT(offered(one_list, {"deploy", "--roles", ""}), ElementsAre("web"));
}

TEST(ProjectCompletion, OffersHostsWithTheirRoles) {
  CliRun project(shop);
  EXPECT_EQ(completions(project, {"app", "details", "-h", ""}),
            "1.1.1.1\tweb\n"
            "1.1.1.2\tweb, jobs\n"
            "jobs.example.com\tjobs\n"
            "1.1.1.9\tdb\n"
            "1.1.1.7\tsearch\n"
            "1.1.1.8\tsearch\n");
  CliRun one_list("servers: [ 2.2.2.2, 2.2.2.3: eu ]");
  EXPECT_THAT(offered(one_list, {"deploy", "--hosts", ""}), ElementsAre("2.2.2.2", "2.2.2.3"));
}

TEST(ProjectCompletion, ContinuesAfterComma) {
  EXPECT_THAT(offered({"deploy", "-r", "web,"}), ElementsAre("web,jobs"));
  EXPECT_THAT(
      offered({"deploy", "--hosts=1.1.1.1,1.1.1.2,1.1.1.9,j"}),
      ElementsAre("--hosts=1.1.1.1,1.1.1.2,1.1.1.9,jobs.example.com",
                  "--hosts=1.1.1.1,1.1.1.2,1.1.1.9,1.1.1.7", "--hosts=1.1.1.1,1.1.1.2,1.1.1.9,1.1.1.8"));
}

TEST(ProjectCompletion, OffersAccessories) {
  CliRun project(shop);
  EXPECT_EQ(completions(project, {"accessory", "logs", ""}), "db\tpostgres:17\nsearch\topensearch\n");
}

TEST(ProjectCompletion, OffersAllIfSupported) {
  EXPECT_THAT(offered({"accessory", "reboot", ""}), ElementsAre("db", "search", "all"));
}

TEST(ProjectCompletion, ReadsConfigFileOption) {
  CliRun project(shop);
  project.write("other.yml", "accessories: { cache: {} }\n");
  EXPECT_THAT(offered(project, {"-c", "other.yml", "accessory", "boot", ""}), ElementsAre("cache", "all"));
  EXPECT_THAT(offered(project, {"accessory", "boot", "--config_file=other.yml", ""}),
              ElementsAre("cache", "all"));
}

TEST(ProjectCompletion, ReadsDestinationOption) {
  CliRun project(shop);
  project.write("config/deploy.staging.yml", "servers: { tests: [ 3.3.3.3 ] }\n");
  EXPECT_THAT(offered(project, {"-d", "staging", "deploy", "-r", ""}), ElementsAre("web", "jobs", "tests"));
  EXPECT_THAT(offered(project, {"deploy", "-dstaging", "-r", ""}), ElementsAre("web", "jobs", "tests"));
}

TEST(ProjectCompletion, IgnoresMissingDestination) {
  EXPECT_THAT(offered({"-d", "nowhere", "deploy", "-r", ""}), ElementsAre("web", "jobs"));
}

TEST(ProjectCompletion, OffersCommandsWithoutConfiguration) {
  CliRun project(shop);
  EXPECT_THAT(offered(project, {"-c", "nowhere.yml", "accessory", "boot", ""}), ElementsAre("all"));
  EXPECT_THAT(offered(project, {"-c", "nowhere.yml", "lock", ""}),
              ElementsAre("acquire", "release", "status", "tree"));
}

TEST(ProjectCompletion, IgnoresInvalidConfiguration) {
  CliRun project(shop);
  for (const char* broken :
       {"servers: [", "- a list", "", "<% raise 'no' %>", "servers: { web: { hosts: { a: 1 } } }",
        "servers: 5\naccessories: [ 1 ]\naliases: text"}) {
    project.write("config/deploy.yml", broken);
    EXPECT_THAT(offered(project, {"accessory", "boot", ""}), ElementsAre("all")) << broken;
    EXPECT_THAT(offered(project, {"deploy", "-h", ""}), IsEmpty()) << broken;
    EXPECT_THAT(offered(project, {"no-such-alias", ""}), IsEmpty()) << broken;
  }
}

TEST(ProjectCompletion, EvaluatesTemplatesWithoutRunningCommands) {
  CliRun project("servers: { web: [ <%= ENV['FIRST'] %> ], jobs: [ '<%= `dig server | head` %>' ] }");
  project.environment["FIRST"] = "1.1.1.1";
  EXPECT_THAT(offered(project, {"deploy", "-h", ""}), ElementsAre("1.1.1.1"));
  EXPECT_THAT(offered(project, {"deploy", "-r", ""}), ElementsAre("web", "jobs"));
  EXPECT_THAT(project.asked("here"), IsEmpty());
}

TEST(ProjectCompletion, OmitsNamesUnsafeInShell) {
  CliRun project("aliases: { '$(reboot)': app logs, 'a b': app logs, good-one: app logs }");
  const Args names = offered(project, {""});
  EXPECT_THAT(names, AllOf(Contains("good-one"), Not(Contains("$(reboot)")), Not(Contains("a b"))));
}

TEST(ProjectCompletion, DescribesOnOneLine) {
  CliRun project(R"(aliases: { one: "app\tlogs\n\e[31m" })");
  EXPECT_THAT(lines_of(completions(project, {""})), Contains("one\talias of app logs  [31m"));
}

TEST(CompletionScript, SupportsThreeShells) {
  CliRun project;
  EXPECT_THAT(lines_of(project.run({"completion", "bash"}).out), Contains("complete -F _kamal kamal"));
  EXPECT_THAT(lines_of(project.run({"completion", "zsh"}).out), Contains("#compdef kamal"));
  EXPECT_THAT(lines_of(project.run({"completion", "fish"}).out),
              Contains("complete -c kamal -f -a '(__kamal_candidates)'"));
}

TEST(CompletionScript, RejectsOtherShells) {
  CliRun project;
  const CliRun::Result result = project.run({"completion", "tcsh"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "  ERROR No completion script for tcsh (available: bash, zsh, fish)\n");
}

TEST(CompletionScript, RequiresOneShell) {
  CliRun project;
  EXPECT_EQ(project.run({"completion", "bash", "zsh"}).err,
            "  ERROR Exactly one shell is required. Usage: kamal completion SHELL\n");
  EXPECT_EQ(project.run({"completion"}).status, 1);
}

TEST(CompletionScript, NeedsNoConfiguration) {
  CliRun project;
  std::filesystem::remove_all("config");
  const CliRun::Result result = project.run({"completion", "bash"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("complete "));
}

TEST(CompletionCommand, LeavesItsPrefixesToConfig) {
  CliRun project;
  const CliRun::Result result = project.run({"co"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("shop"));
  EXPECT_EQ(result.out, project.run({"config"}).out);
}

}  // namespace
}  // namespace kamal::test
