// What public deploy.yml files hold, a row for each construct that was found in them: none of it needs Ruby.
#include "template_fixture.h"

namespace kamal::test {
namespace {

struct SampleRow {
  const char* text;
  const char* rendered;
};

// clang-format off: a row is a line
constexpr SampleRow sample_rows[] = {
    {R"(<%= ENV["HOST"] %>)", "example.com"},
    {R"(<%= ENV["A"] || ENV["B"] || "d" %>)", "d"},
    {R"(<%= ENV.fetch("HOST") %>)", "example.com"},
    {R"(<%= ENV.fetch("A", "x") %>|<%= ENV.fetch("A", 3) %>|<%= ENV.fetch("A", "") %>|<%= ENV.fetch("A", 60 * 24) %>)",
     "x|3||1440"},
    {R"(<%= ENV.fetch("HOST") { raise "no host" } %>|<%= ENV.fetch("A") { `a; b`.strip } %>)",
     "example.com|answer"},
    {R"(<% ENV["A"] = "1"; k = "B"; ENV[k] = "2" %><%= ENV["A"] + ENV["B"] %>)", "12"},
    {R"(<% require "dotenv"; Dotenv.load(".env.nowhere") %>x)", "x"},
    {R"(<% require "dotenv"; Dotenv.load(".env") if File.exist?("/nowhere/.env") %>x)", "x"},
    {"<% begin\n  require \"dotenv\"\n  Dotenv.load(\".env.nowhere\")\nrescue LoadError\nend %>x", "x"},
    {R"(<%= Dotenv::Parser.call("TAG=v1.2-rc\n").fetch("TAG").match(/v(\d+)\.(\d+)/)[1] %>)", "1"},
    {R"(<% Dotenv::Parser.call(`a; b`).each { |k, v| ENV[k] = v } %>x)", "x"},
    {R"(<%= "#{ENV["HOST"]}:#{80 + 1}" %>)", "example.com:81"},
    {R"(<%= "#{RUBY_ENGINE}-#{RUBY_ENGINE_VERSION}" %>)", "ruby-3.4.7"},
    {R"(<%= `git rev-parse HEAD; true`.strip %>|<%= %x(date; true).strip %>)", "answer|answer"},
    {R"(<%= File.exist?("/nowhere") %>|<%= File.expand_path("~/x") %>|<%= File.join("a", "b") %>|<%= File.expand_path("/a/../b", __dir__) %>)",
     "false|/home/me/x|a/b|/b"},
    {"<% if ENV[\"HOST\"] == \"a\" -%>\na\n<% elsif ENV[\"HOST\"] -%>\nb\n<% else -%>\nc\n<% end -%>\n",
     "b\n"},
    {"<% unless ENV[\"A\"] -%>\nx\n<% end -%>\n", "x\n"},
    {R"(<%= "a" if ENV["HOST"] %>|<%= "b" unless ENV["HOST"] %>)", "a|"},
    {R"(<%= ENV["HOST"] == "x" ? 1 : 2 %>|<%= ENV["HOST"] != "x" %>)", "2|true"},
    {R"([<%= " a, ,b ".split(",").map(&:strip).reject(&:empty?).join(", ") %>])", "[a, b]"},
    {"<% %w[a b].each do |host| -%>\n- <%= host %>\n<% end -%>\n", "- a\n- b\n"},
    {R"(<%= [[1], [2, 3]].flatten.first %>|<%= ["a", "b"][0] %>)", "1|a"},
    {R"(<%= 1.to_s + "0" %>|<%= "8".to_i + 1 %>|<%= "".empty? %>|<%= nil %>)", "10|9|true|"},
    {R"(<%= ENV["A"].present? %>|<%= ENV["HOST"].present? %>)", "false|true"},
    {R"(<%= ENV["HOST"].inspect %>|<%= ["a", 1, nil].to_json %>)", R"("example.com"|["a",1,null])"},
    {R"(<%= "a/b".sub("/", "-") %>|<%= "a_b".tr("_", "-") %>|<%= "v1".sub(/\Av/, "") %>)", "a-b|a-b|1"},
    {R"(<%= "a=1 b=2".scan(/(\w)=(\d)/).inspect %>)", R"([["a", "1"], ["b", "2"]])"},
    {R"(<% tag = "v1" %><%= tag %>)", "v1"},
    {R"(<% @hosts = { "web" => [{ ip: "10.0.0.1" }] } %><%= @hosts["web"][0][:ip] %>)", "10.0.0.1"},
    {R"(<% raise "no host" unless ENV["HOST"] %><% %w[HOST].each do |key| raise key unless ENV[key] end %>x)",
     "x"},
    {R"(<%= Time.now.to_i > 1_600_000_000 %>)", "true"},
    {R"(<% require "json" %>x)", "x"},
    {"<%# note %>a <%% b\n  <%- 1 -%>\nc", "a <% b\nc"},
};
// clang-format on

class TemplateSample : public TemplateTest {
 protected:
  TemplateSample() {
    context_.environment["HOST"] = "example.com";
    context_.environment["HOME"] = "/home/me";
    processes_.answer = {0, "answer\n", "", false};
  }
};

TEST_F(TemplateSample, NeedsNoRuby) {
  const EnvironmentMap environment = context_.environment;
  for (const SampleRow& row : sample_rows) {
    context_.environment = environment;
    EXPECT_EQ(render(row.text), row.rendered) << row.text;
  }
}

TEST_F(TemplateSample, ReadsFiles) {
  const std::string version = file("version", "1.2\n");
  EXPECT_EQ(render("<%= File.read(\"" + version + "\").strip %>"), "1.2");
  const std::string env = file("env", "TAG=v7\n");
  EXPECT_EQ(render("<%= Dotenv.parse(\"" + env + "\").fetch(\"TAG\") %>"), "v7");
  EXPECT_EQ(render("<% Dotenv.load(\"" + env + "\") %><%= ENV[\"TAG\"] %>"), "v7");
}

TEST_F(TemplateSample, NamesWhatIsMissing) {
  EXPECT_EQ(problem("a\n<%= ENV.fetch(\"X\") %>"),
            "config/deploy.yml:2: `ENV.fetch(\"X\")`: key not found: \"X\" (KeyError)");
}

TEST_F(TemplateSample, AsksForRailsWithoutHavingIt) {
  EXPECT_EQ(render("<%= defined?(Rails) ? Rails.env : \"x\" %>"), "x");
}

}  // namespace
}  // namespace kamal::test
