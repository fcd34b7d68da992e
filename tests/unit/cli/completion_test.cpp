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

using Words = std::vector<std::string>;

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

std::string answer(CliRun& project, Words words) {
  words.insert(words.begin(), {"completion", "--words", "--"});
  const CliRun::Result result = project.run(words);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  return result.out;
}

// The words that are offered in the place of the last one.
Words offered(CliRun& project, const Words& words) {
  Words offers;
  for (const std::string& line : lines_of(answer(project, words)))
    offers.push_back(line.substr(0, line.find('\t')));
  return offers;
}

Words offered(const Words& words) {
  CliRun project(shop);
  return offered(project, words);
}

TEST(CompletionOfCommands, HasThemAndTheirSummaries) {
  CliRun project;
  EXPECT_EQ(answer(project, {"lock", ""}),
            "acquire\tTake the deploy lock, so that nobody deploys\n"
            "release\tGive the deploy lock back, whoever took it\n"
            "status\tShow who holds the deploy lock\n"
            "tree\tPrint all commands as a tree\n");
}

TEST(CompletionOfCommands, HasThoseOfKamalInTheFirstPlace) {
  EXPECT_THAT(offered({""}), AllOf(Contains("deploy"), Contains("app"), Contains("completion")));
  EXPECT_THAT(offered({}), Contains("deploy"));
}

TEST(CompletionOfCommands, LeavesHiddenOnesOut) {
  EXPECT_THAT(offered({"app", ""}), AllOf(Contains("remove"), Not(Contains("remove_images"))));
}

TEST(CompletionOfCommands, HasTheAliases) {
  CliRun project(shop);
  EXPECT_THAT(lines_of(answer(project, {""})),
              Contains("console\talias of app exec --interactive --reuse \"bin/console\""));
  EXPECT_THAT(offered(project, {"app", ""}), Not(Contains("console")));
}

TEST(CompletionOfCommands, GoesOnBehindABeginning) {
  EXPECT_THAT(offered({"loc", ""}), ElementsAre("acquire", "release", "status", "tree"));
}

TEST(CompletionOfCommands, GoesOnBehindOptions) {
  EXPECT_THAT(offered({"-v", "-d", "staging", "lock", ""}),
              ElementsAre("acquire", "release", "status", "tree"));
}

TEST(CompletionOfCommands, GoesOnBehindHelp) {
  EXPECT_THAT(offered({"help", "lock", ""}), ElementsAre("acquire", "release", "status", "tree"));
  EXPECT_THAT(offered({"lock", "help", ""}), ElementsAre("acquire", "release", "status", "tree"));
  EXPECT_THAT(offered({"help", ""}), AllOf(Contains("deploy"), Not(Contains("console"))));
  EXPECT_THAT(offered({"help", "lock", "status", ""}), IsEmpty());
}

TEST(CompletionOfCommands, HasNothingBehindAWordThatIsNone) {
  EXPECT_THAT(offered({"lock", ""}), Contains("acquire"));
  EXPECT_THAT(offered({"lock", "pick", ""}), IsEmpty());
  EXPECT_THAT(offered({"fly", ""}), IsEmpty());
}

TEST(CompletionOfOptions, HasThoseOfTheCommandAndOfEveryCommand) {
  CliRun project;
  const std::string lines = answer(project, {"lock", "acquire", "-"});
  EXPECT_THAT(lines_of(lines),
              AllOf(Contains("--message\tWhy, for those who find it"),
                    Contains("-m\tWhy, for those who find it"), Contains("--skip-hooks\tRun no hooks"),
                    Contains("-H\tRun no hooks"), Contains("--help\tDescribe the command")));
}

TEST(CompletionOfOptions, LeavesHiddenOnesOut) {
  EXPECT_THAT(offered({"secrets", "print", "-"}), Not(Contains("--inline")));
  EXPECT_THAT(offered({"secrets", "fetch", "-"}), AllOf(Contains("--adapter"), Not(Contains("--inline"))));
}

TEST(CompletionOfOptions, HasTheOppositeOfWhatIsOnAnyhow) {
  EXPECT_THAT(offered({"proxy", "boot_config", "set", "--"}),
              AllOf(Contains("--no-publish"), Not(Contains("--publish")), Contains("--http-port")));
}

TEST(CompletionOfOptions, HasThoseOfEveryCommandInFrontOfTheCommand) {
  EXPECT_THAT(offered({"-"}), AllOf(Contains("--destination"), Contains("-d"), Not(Contains("--message"))));
}

TEST(CompletionOfOptions, HasThoseOfEveryCommandBehindAGroup) {
  EXPECT_THAT(offered({"lock", "-"}),
              AllOf(Contains("--destination"), Contains("-d"), Not(Contains("--message"))));
}

TEST(CompletionOfCommands, GoesOnBehindOptionsOfAGroup) {
  EXPECT_THAT(offered({"lock", "-d", "staging", ""}), ElementsAre("acquire", "release", "status", "tree"));
}

TEST(CompletionOfOptions, HasNoneBehindTwoDashes) {
  EXPECT_THAT(offered({"app", "exec", "-"}), Contains("--reuse"));
  EXPECT_THAT(offered({"app", "exec", "--", "ls", "-"}), IsEmpty());
}

TEST(CompletionOfOptions, GoesOnBehindAnAlias) {
  EXPECT_THAT(offered({"tail", "--"}), AllOf(Contains("--grep"), Contains("--follow")));
  EXPECT_THAT(offered({"tail", "-r", ""}), ElementsAre("web", "jobs"));
}

TEST(CompletionOfOptions, EndsInACircleOfAliases) {
  CliRun project("aliases: { one: two, two: one, three: deploy }");
  EXPECT_THAT(offered(project, {"three", "-"}), Not(IsEmpty()));
  EXPECT_THAT(offered(project, {"one", "-"}), IsEmpty());
}

TEST(CompletionOfValues, HasTheChoicesOfAnOption) {
  EXPECT_THAT(offered({"config", "--format", ""}), ElementsAre("yaml", "json"));
  EXPECT_THAT(offered({"build", "push", "--output", ""}), ElementsAre("registry", "docker", "image"));
}

TEST(CompletionOfValues, BelongsToItsOptionBehindAnEqualsSign) {
  EXPECT_THAT(offered({"config", "--format="}), ElementsAre("--format=yaml", "--format=json"));
  EXPECT_THAT(offered({"deploy", "--skip-push="}), IsEmpty());
}

TEST(CompletionOfValues, HasTheChoicesOfAnArgument) {
  EXPECT_THAT(offered({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(offered({"proxy", "boot_config", ""}), ElementsAre("set", "get", "reset"));
  EXPECT_THAT(offered({"docs", ""}), AllOf(Contains("proxy"), Contains("env")));
}

TEST(CompletionOfValues, HasNothingBehindTheArgument) {
  EXPECT_THAT(offered({"completion", ""}), Contains("bash"));
  EXPECT_THAT(offered({"completion", "bash", ""}), IsEmpty());
  EXPECT_THAT(offered({"deploy", ""}), IsEmpty());
  EXPECT_THAT(offered({"app", "logs", "--lines", ""}), IsEmpty());
}

TEST(CompletionOfValues, AsksForFilesWhereOneIsWanted) {
  EXPECT_THAT(offered({"deploy", "-c", ""}), ElementsAre(":files"));
  EXPECT_THAT(offered({"deploy", "--config-file=con"}), ElementsAre(":files"));
}

TEST(CompletionFromTheProject, HasDestinations) {
  CliRun project;
  project.write("config/deploy.staging.yml", "{}\n");
  project.write("config/deploy.production.yml", "{}\n");
  EXPECT_THAT(offered(project, {"deploy", "-d", ""}), ElementsAre("production", "staging"));
  EXPECT_THAT(offered(project, {"deploy", "-vd", ""}), ElementsAre("production", "staging"));
  EXPECT_THAT(offered(project, {"--destination", ""}), ElementsAre("production", "staging"));
  EXPECT_THAT(offered(project, {"deploy", "--destination="}),
              ElementsAre("--destination=production", "--destination=staging"));
}

TEST(CompletionFromTheProject, HasRoles) {
  EXPECT_THAT(offered({"deploy", "-r", ""}), ElementsAre("web", "jobs"));
  CliRun one_list("servers: [ 1.1.1.1 ]");
  EXPECT_THAT(offered(one_list, {"deploy", "--roles", ""}), ElementsAre("web"));
}

TEST(CompletionFromTheProject, HasHostsAndWhatRunsOnThem) {
  CliRun project(shop);
  EXPECT_EQ(answer(project, {"app", "details", "-h", ""}),
            "1.1.1.1\tweb\n"
            "1.1.1.2\tweb, jobs\n"
            "jobs.example.com\tjobs\n"
            "1.1.1.9\tdb\n"
            "1.1.1.7\tsearch\n"
            "1.1.1.8\tsearch\n");
  CliRun one_list("servers: [ 2.2.2.2, 2.2.2.3: eu ]");
  EXPECT_THAT(offered(one_list, {"deploy", "--hosts", ""}), ElementsAre("2.2.2.2", "2.2.2.3"));
}

TEST(CompletionFromTheProject, GoesOnBehindAComma) {
  EXPECT_THAT(offered({"deploy", "-r", "web,"}), ElementsAre("web,jobs"));
  EXPECT_THAT(
      offered({"deploy", "--hosts=1.1.1.1,1.1.1.2,1.1.1.9,j"}),
      ElementsAre("--hosts=1.1.1.1,1.1.1.2,1.1.1.9,jobs.example.com",
                  "--hosts=1.1.1.1,1.1.1.2,1.1.1.9,1.1.1.7", "--hosts=1.1.1.1,1.1.1.2,1.1.1.9,1.1.1.8"));
}

TEST(CompletionFromTheProject, HasAccessories) {
  CliRun project(shop);
  EXPECT_EQ(answer(project, {"accessory", "logs", ""}), "db\tpostgres:17\nsearch\topensearch\n");
}

TEST(CompletionFromTheProject, HasAllOfTheAccessoriesWhereThatIsPossible) {
  EXPECT_THAT(offered({"accessory", "reboot", ""}), ElementsAre("db", "search", "all"));
}

TEST(CompletionFromTheProject, ReadsTheFileThatTheLineNames) {
  CliRun project(shop);
  project.write("other.yml", "accessories: { cache: {} }\n");
  EXPECT_THAT(offered(project, {"-c", "other.yml", "accessory", "boot", ""}), ElementsAre("cache", "all"));
  EXPECT_THAT(offered(project, {"accessory", "boot", "--config_file=other.yml", ""}),
              ElementsAre("cache", "all"));
}

TEST(CompletionFromTheProject, ReadsTheDestinationThatTheLineNames) {
  CliRun project(shop);
  project.write("config/deploy.staging.yml", "servers: { tests: [ 3.3.3.3 ] }\n");
  EXPECT_THAT(offered(project, {"-d", "staging", "deploy", "-r", ""}), ElementsAre("web", "jobs", "tests"));
  EXPECT_THAT(offered(project, {"deploy", "-dstaging", "-r", ""}), ElementsAre("web", "jobs", "tests"));
}

TEST(CompletionFromTheProject, DoesWithoutADestinationThatIsNotThere) {
  EXPECT_THAT(offered({"-d", "nowhere", "deploy", "-r", ""}), ElementsAre("web", "jobs"));
}

TEST(CompletionFromTheProject, HasOnlyCommandsAndOptionsWithoutAConfiguration) {
  CliRun project(shop);
  EXPECT_THAT(offered(project, {"-c", "nowhere.yml", "accessory", "boot", ""}), ElementsAre("all"));
  EXPECT_THAT(offered(project, {"-c", "nowhere.yml", "lock", ""}),
              ElementsAre("acquire", "release", "status", "tree"));
}

TEST(CompletionFromTheProject, IsSilentAboutABrokenConfiguration) {
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

TEST(CompletionFromTheProject, EvaluatesTemplatesButRunsNothing) {
  CliRun project("servers: { web: [ <%= ENV['FIRST'] %> ], jobs: [ '<%= `dig server | head` %>' ] }");
  project.environment["FIRST"] = "1.1.1.1";
  EXPECT_THAT(offered(project, {"deploy", "-h", ""}), ElementsAre("1.1.1.1"));
  EXPECT_THAT(offered(project, {"deploy", "-r", ""}), ElementsAre("web", "jobs"));
  EXPECT_THAT(project.asked("here"), IsEmpty());
}

TEST(CompletionFromTheProject, OffersNoNamesThatAShellWouldRun) {
  CliRun project("aliases: { '$(reboot)': app logs, 'a b': app logs, good-one: app logs }");
  const Words words = offered(project, {""});
  EXPECT_THAT(words, AllOf(Contains("good-one"), Not(Contains("$(reboot)")), Not(Contains("a b"))));
}

TEST(CompletionFromTheProject, DescribesInOneLine) {
  CliRun project(R"(aliases: { one: "app\tlogs\n\e[31m" })");
  EXPECT_THAT(lines_of(answer(project, {""})), Contains("one\talias of app logs  [31m"));
}

TEST(CompletionScript, IsThereForThreeShells) {
  CliRun project;
  EXPECT_THAT(lines_of(project.run({"completion", "bash"}).out), Contains("complete -F _kamal kamal"));
  EXPECT_THAT(lines_of(project.run({"completion", "zsh"}).out), Contains("#compdef kamal"));
  EXPECT_THAT(lines_of(project.run({"completion", "fish"}).out),
              Contains("complete -c kamal -f -a '(__kamal_candidates)'"));
}

TEST(CompletionScript, IsNotThereForOthers) {
  CliRun project;
  const CliRun::Result result = project.run({"completion", "tcsh"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "  ERROR There is no completion script for tcsh (there are: bash, zsh, fish)\n");
}

TEST(CompletionScript, IsForOneShell) {
  CliRun project;
  EXPECT_EQ(project.run({"completion", "bash", "zsh"}).err,
            "  ERROR kamal completion takes the name of one shell. Usage: kamal completion SHELL\n");
  EXPECT_EQ(project.run({"completion"}).status, 1);
}

TEST(CompletionScript, NeedsNoConfiguration) {
  CliRun project;
  std::filesystem::remove_all("config");
  const CliRun::Result result = project.run({"completion", "bash"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("complete "));
}

TEST(CompletionCommand, LeavesItsBeginningsToConfig) {
  CliRun project;
  const CliRun::Result result = project.run({"co"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("shop"));
  EXPECT_EQ(result.out, project.run({"config"}).out);
}

}  // namespace
}  // namespace kamal::test
