#include "template_fixture.h"

namespace kamal::test {
namespace {

using TemplateEnvironment = TemplateTest;

TEST_F(TemplateEnvironment, ReturnsItsVariables) {
  context_.environment["REGION"] = "eu";
  EXPECT_EQ(render("<%= ENV[\"REGION\"] %>/<%= ENV.fetch(\"REGION\") %>/<%= ENV.key?(\"REGION\") %>"),
            "eu/eu/true");
}

TEST_F(TemplateEnvironment, HasNoOtherVariables) {
  EXPECT_EQ(render("<%= ENV[\"REGION\"].inspect %> <%= ENV[\"REGION\"] || \"us\" %>"), "nil us");
}

TEST_F(TemplateEnvironment, FallsBackToADefaultOrABlock) {
  EXPECT_EQ(render("<%= ENV.fetch(\"A\", \"x\") %><%= ENV.fetch(\"B\") { |name| name.downcase } %>"), "xb");
}

TEST_F(TemplateEnvironment, RefusesToFetchAMissingVariable) {
  EXPECT_EQ(problem("a: 1\nservice: <%= ENV.fetch(\"NOT_SET\") %>\n"),
            "config/deploy.yml:2: `ENV.fetch(\"NOT_SET\")`: key not found: \"NOT_SET\" (KeyError)");
}

TEST_F(TemplateEnvironment, IsChangedByAssignments) {
  EXPECT_EQ(render("<% ENV[\"TIER\"] ||= \"web\" %><%= ENV[\"TIER\"] %>"), "web");
  EXPECT_EQ(context_.environment.at("TIER"), "web");
}

TEST_F(TemplateEnvironment, IsExtendedByADotenvFile) {
  context_.environment["SET"] = "outside";
  const std::string path =
      file("env", "# comment\nexport A=1\nB=\"two $A\" # more\nC='${A}'\nSET=inside\nD=${SET}\n");
  EXPECT_EQ(render("<% require \"dotenv\" %><% Dotenv.load(\"" + path +
                   "\") %><%= %w[A B C SET D].map { |name| ENV[name] }.join(\"|\") %>"),
            "1|two 1|${A}|outside|outside");
  EXPECT_EQ(context_.environment.at("B"), "two 1");
}

TEST_F(TemplateEnvironment, TakesTheFirstOfSeveralDotenvFiles) {
  const std::string files = "(\"" + file("one", "A=1\n") + "\", \"" + file("two", "A=2\nB=2\n") + "\")";
  EXPECT_EQ(render("<% Dotenv.load" + files + " %><%= ENV[\"A\"] + ENV[\"B\"] %>"), "12");
}

TEST_F(TemplateEnvironment, StaysAsItIsWhenADotenvFileIsOnlyParsed) {
  const std::string path = file("env", "A=1\n");
  EXPECT_EQ(render("<%= Dotenv.parse(\"" + path + "\")[\"A\"] %><%= ENV[\"A\"].inspect %>"), "1nil");
}

TEST_F(TemplateEnvironment, DoesNotMissADotenvFileThatIsNotThere) {
  EXPECT_EQ(render("<%= Dotenv.load(\"/nowhere/.env\").size %>"), "0");
}

TEST_F(TemplateEnvironment, TakesTheOutputOfADotenvCommandLiterally) {
  processes_.answer = {0, "$HOME \\n\n", "", false};
  const std::string path = file("env", "A=$(vault read it || true)\n");
  EXPECT_EQ(render("<% Dotenv.load(\"" + path + "\") %><%= ENV[\"A\"] %>"), "$HOME \\n");
}

TEST_F(TemplateEnvironment, IsLeftAloneByTheParserOfDotenv) {
  context_.environment["B"] = "outside";
  EXPECT_EQ(render("<%= Dotenv::Parser.call(\"Z=1\\nB=2\\nA=$Z\").to_a.inspect %>"),
            "[[\"Z\", \"1\"], [\"B\", \"outside\"], [\"A\", \"1\"]]");
  EXPECT_EQ(context_.environment.count("Z"), 0U);
}

TEST_F(TemplateEnvironment, KnowsTheCommandLine) {
  context_.arguments = {"deploy", "-d", "staging"};
  EXPECT_EQ(render("<%= ARGV.join(\" \") %> <%= ARGV.include?(\"-d\") %> <%= ARGV[0] %>"),
            "deploy -d staging true deploy");
}

TEST_F(TemplateEnvironment, LosesWhatIsDeleted) {
  context_.environment["STAGE"] = "late";
  EXPECT_EQ(render("<%= ENV.delete(\"STAGE\") %> <%= ENV.delete(\"STAGE\").inspect %>"), "late nil");
  EXPECT_FALSE(context_.environment.contains("STAGE"));
}

TEST_F(TemplateEnvironment, LosesWhatIsSetToNil) {
  context_.environment["STAGE"] = "late";
  EXPECT_EQ(render("<% ENV[\"STAGE\"] = nil %><%= ENV.key?(\"STAGE\") %>"), "false");
}

}  // namespace
}  // namespace kamal::test
