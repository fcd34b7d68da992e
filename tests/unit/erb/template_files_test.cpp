#include <sys/stat.h>

#include "template_fixture.h"

namespace kamal::test {
namespace {

using TemplateFiles = TemplateTest;

TEST_F(TemplateFiles, AreRead) {
  const std::string path = file("release", "v1\n");
  EXPECT_EQ(render("<%= File.read(\"" + path + "\").strip %> <%= File.exist?(\"" + path + "\") %>"),
            "v1 true");
  EXPECT_EQ(render("<%= File.readlines(\"" + path + "\", chomp: true).inspect %>"), "[\"v1\"]");
}

TEST_F(TemplateFiles, AreFoundInTheHomeDirectory) {
  context_.environment["HOME"] = "/home/me";
  EXPECT_EQ(render("<%= File.expand_path(\"~\") %> <%= File.expand_path(\"~/a\") %>"), "/home/me /home/me/a");
}

TEST_F(TemplateFiles, AreErrorsWhenTheyAreNotThere) {
  EXPECT_EQ(problem("<%= File.read(\"/nowhere/release\") %>"),
            "config/deploy.yml:1: `File.read(\"/nowhere/release\")`: No such file or directory @ rb_sysopen "
            "- /nowhere/release "
            "(Errno::ENOENT)");
}

TEST_F(TemplateFiles, MayBeMissedOnPurpose) {
  EXPECT_EQ(render("<%= File.read(\"/nowhere/release\") rescue \"none\" %>"), "none");
}

TEST_F(TemplateFiles, OfJsonAreLoaded) {
  const std::string path = file("hosts.json", "{\"web\": [\"a\", \"b\"], \"n\": 1}");
  EXPECT_EQ(render("<% JSON.parse(File.read(\"" + path +
                   "\"))[\"web\"].each do |host| -%>\n- <%= host %>\n<% end -%>\n"),
            "- a\n- b\n");
}

TEST_F(TemplateFiles, OfYamlAreLoaded) {
  const std::string path =
      file("hosts.yml", "web: &web\n  hosts: [a, b]\n  ssl: yes\njobs: *web\n:deep: :symbol\n");
  EXPECT_EQ(render("<% hosts = YAML.load_file(\"" + path +
                   "\", aliases: true) %><%= hosts.dig(\"jobs\", \"hosts\").join(\",\") %> "
                   "<%= hosts[\"web\"][\"ssl\"] %> <%= hosts[:deep].inspect %>"),
            "a,b true :symbol");
}

TEST_F(TemplateFiles, ThatAreNoYamlAreErrors) {
  const std::string path = file("hosts.yml", "a: [b\n");
  EXPECT_NE(problem("<%= YAML.load_file(\"" + path + "\") %>").find("(Psych::SyntaxError)"),
            std::string::npos);
}

TEST_F(TemplateFiles, NeverWaitForAWriter) {
  const std::string path = (folder_ / "pipe").string();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(render("<%= File.read(\"" + path + "\").inspect %>"), "\"\"");
}

}  // namespace
}  // namespace kamal::test
