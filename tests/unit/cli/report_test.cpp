#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/report/recorder.h"
#include "cli/report/report.h"
#include "kamal/support/files.h"
#include "support/json_schema.h"
#include "unit/cli/cli_run.h"

// --report writes what a run did, whatever its outcome.

namespace kamal {
namespace {

using nlohmann::json;
using test::CliRun;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::string two_hosts = "servers: [ 1.1.1.1, 1.1.1.2 ]";

struct ReportOf : ::testing::Test {
  ReportOf() {
    for (const char* host : {"1.1.1.1", "1.1.1.2"}) kamal.servers.docker(host).add("shop-web-v1");
  }

  // The report of a run, which is as documented.
  json report(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--report", "report.json"});
    result = kamal.run(arguments);
    json written = json::parse(read_file("report.json"));
    const test::JsonSchema schema(
        json::parse(read_file(std::string(KAMAL_DOCUMENTS) + "/report.schema.json")));
    EXPECT_THAT(schema.problems(written), IsEmpty());
    return written;
  }
  json report_of_deploy() { return report({"deploy", "-P", "--version", "v2"}); }

  static json step(const json& report, const std::string& host, const std::string& command) {
    for (const json& step : report.at("steps")) {
      if (step.at("host") == host && step.at("command").get<std::string>().starts_with(command)) return step;
    }
    throw std::runtime_error("no step " + command + " on " + host);
  }

  CliRun kamal{two_hosts};
  CliRun::Result result;
};

TEST_F(ReportOf, DeployHasVersionsPhasesAndSteps) {
  kamal.servers.answer("1.1.1.2", "docker pull", {0, "Pulled\n", "a warning\n"});
  kamal.servers.before("1.1.1.1", "docker pull", [&] { kamal.clock.sleep(std::chrono::seconds(7)); });
  const json written = report_of_deploy();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, EndsWith("Report written to report.json\n"));
  EXPECT_EQ(written.at("command"), "kamal deploy");
  EXPECT_EQ(written.at("service"), "shop");
  EXPECT_EQ(written.at("outcome"), "succeeded");
  EXPECT_EQ(written.at("started_at"), "2026-01-02T03:04:05Z");
  EXPECT_GE(written.at("seconds"), 7);
  EXPECT_EQ(written.at("hosts").at(1), json::parse(R"({ "host": "1.1.1.2", "roles": [ "web" ] })"));
  EXPECT_EQ(written.at("versions"), json::parse(R"([
    { "host": "1.1.1.1", "role": "web", "before": "v1", "after": "v2" },
    { "host": "1.1.1.2", "role": "web", "before": "v1", "after": "v2" }
  ])"));
  EXPECT_THAT(written.at("failures"), IsEmpty());
  std::vector<std::string> phases;
  for (const json& phase : written.at("phases")) phases.push_back(phase.at("name"));
  EXPECT_THAT(phases,
              ElementsAre("login", "lock", "pull", "pre-deploy", "proxy", "boot", "prune", "post-deploy"));
  EXPECT_GE(written.at("phases").at(2).at("seconds"), 7);
  const json pull = step(written, "1.1.1.2", "docker pull acme/shop:v2");
  EXPECT_EQ(pull.at("phase"), "pull");
  EXPECT_EQ(pull.at("outcome"), "succeeded");
  EXPECT_EQ(pull.at("status"), 0);
  EXPECT_EQ(pull.at("output"), "Pulled\na warning\n");
}

TEST_F(ReportOf, FailureHasCauseClosingBlockAndWhatRuns) {
  kamal.servers.answer("1.1.1.2", "docker run --detach", {.status = 125, .err = "no space left on device\n"});
  const json written = report_of_deploy();
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(written.at("outcome"), "failed");
  const json& failure = written.at("failures").at(0);
  EXPECT_EQ(failure.at("host"), "1.1.1.2");
  EXPECT_EQ(failure.at("reason"), "docker run: no space left on device");
  EXPECT_THAT(failure.at("message").get<std::string>(), HasSubstr("exit status: 125"));
  EXPECT_THAT(written.at("closing_block").get<std::string>(),
              AllOf(StartsWith("The deploy of v2 failed on 1.1.1.2"), HasSubstr("Next: ")));
  EXPECT_EQ(written.at("versions").at(1),
            json::parse(R"({ "host": "1.1.1.2", "role": "web", "before": "v1", "after": "v1" })"));
  const json run = step(written, "1.1.1.2", "docker run --detach");
  EXPECT_EQ(run.at("outcome"), "failed");
  EXPECT_EQ(run.at("status"), 125);
  EXPECT_EQ(run.at("output"), "no space left on device\n");
}

TEST_F(ReportOf, FailureBeforeTheBootHasWhatRunsAsBeforeAndAfter) {
  kamal.servers.answer("1.1.1.2", "docker pull", {.status = 1});
  EXPECT_EQ(report_of_deploy().at("versions").at(0),
            json::parse(R"({ "host": "1.1.1.1", "role": "web", "before": "v1", "after": "v1" })"));
}

TEST_F(ReportOf, InterruptedRunIsWrittenToo) {
  kamal.servers.before("1.1.1.1", "docker pull", [&] { kamal.interruption.request(SIGINT); });
  const json written = report_of_deploy();
  EXPECT_EQ(result.status, 130);
  EXPECT_EQ(written.at("outcome"), "interrupted");
  EXPECT_THAT(written.at("closing_block").get<std::string>(), StartsWith("The deploy of v2 was interrupted"));
}

TEST_F(ReportOf, BrokenConfigurationHasTheError) {
  kamal.write("config/deploy.yml", "service: shop\nnonsense: 1\n");
  const json written = report_of_deploy();
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(written.at("outcome"), "failed");
  EXPECT_EQ(written.at("service"), nullptr);
  EXPECT_THAT(written.at("failures").at(0).at("message").get<std::string>(), HasSubstr("nonsense"));
}

TEST_F(ReportOf, OtherCommandNamesItsArguments) {
  const json written = report({"app", "exec", "echo \"a b\""});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(written.at("command"), "kamal app exec 'echo \"a b\"'");
  EXPECT_THAT(written.at("phases"), IsEmpty());
  EXPECT_EQ(step(written, "1.1.1.1", "docker run").at("phase"), nullptr);
}

TEST_F(ReportOf, HoldsNoSecret) {
  kamal.write("config/deploy.yml", read_file("config/deploy.yml") + "\nenv: { secret: [ API_KEY ] }\n");
  kamal.write(".kamal/secrets", "API_KEY=secret-of-app\n", 0600);
  kamal.servers.answer("1.1.1.2", "docker run --detach", {1, "", "API_KEY is secret-of-app\n"});
  const json written = report_of_deploy();
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(step(written, "1.1.1.2", "docker run --detach").at("output"), "API_KEY is [REDACTED]\n");
  EXPECT_THAT(written.dump(), AllOf(Not(HasSubstr("secret-of-app")), Not(HasSubstr("sesame"))));
}

TEST_F(ReportOf, FileIsForTheUserOnly) {
  kamal.write("report.json", "an older one", 0644);
  report_of_deploy();
  struct stat found {};
  ASSERT_EQ(stat("report.json", &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST_F(ReportOf, QuietRunIsNotMentioned) {
  report({"deploy", "-P", "--version", "v2", "-q"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
}

TEST_F(ReportOf, FullDiskIsAWarning) {
  std::filesystem::create_directory("reports");
  kamal.servers.before("1.1.1.1", "docker pull", [] { std::filesystem::remove("reports"); });
  result = kamal.run({"deploy", "-P", "--version", "v2", "--report", "reports/report.html"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, EndsWith("WARNING: No report: Can't write reports/report.html: "
                                   "No such file or directory\n"));
}

TEST(Report, IsRefusedBeforeAnythingRunsIfItCannotBeWritten) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"deploy", "--report", "report.pdf"}, "--report must end in .html or .json, not \"report.pdf\""},
      {{"deploy", "--report", "missing/report.html"},
       "--report: Can't write missing/report.html: No such file or directory"},
      {{"deploy", "--report", "directory.html"}, "--report: Can't write directory.html: Is a directory"},
      {{"deploy", "--report", "report.html", "--dry-run"}, "--report can't be used with --dry-run"},
      {{"init", "--report", "report.html"}, "kamal init does not support --report"},
  };
  for (const auto& [arguments, error] : cases) {
    CliRun kamal;
    std::filesystem::create_directory("directory.html");
    const CliRun::Result result = kamal.run(arguments);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, StartsWith("  ERROR " + error));
    EXPECT_THAT(kamal.processes.lines(), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists("report.html"));
  }
}

// ---- The page

std::string embedded_json(const std::string& page) {
  const std::string start = "<script type=\"application/json\" id=\"report\">";
  const size_t begin = page.find(start) + start.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

TEST(ReportPage, IsNotBrokenByWhatServersPrint) {
  const std::string hostile = "</script><script>alert(1)</script><!-- {{nonce}} & \u2028 \u2029 \"'\\";
  cli::Report report;
  report.command = "kamal app exec '<b>'";
  report.steps.push_back({.host = "1.1.1.1", .command = hostile, .output = hostile});
  report.closing_block = hostile;
  const std::string page = cli::report_page(report, "abc");
  const std::string text = embedded_json(page);
  for (const char* character : {"<", ">", "&", "\u2028", "\u2029"})
    EXPECT_THAT(text, Not(HasSubstr(character)));
  EXPECT_EQ(json::parse(text).at("steps").at(0).at("output"), hostile);
  EXPECT_EQ(json::parse(text).at("closing_block"), hostile);
  EXPECT_THAT(page, HasSubstr("<title>kamal app exec '&lt;b>': no service</title>"));
  EXPECT_THAT(page, Not(HasSubstr("alert(1)</script>")));
  EXPECT_THAT(page, AllOf(HasSubstr("<script nonce=\"abc\">"), HasSubstr("script-src 'nonce-abc'"),
                          EndsWith("</html>\n")));
}

TEST(ReportPage, LoadsNothing) {
  const std::string page = cli::report_page({}, "abc");
  for (const char* reference : {"src=", "<link", "@import", "url(", "https://", "innerHTML"})
    EXPECT_THAT(page, Not(HasSubstr(reference)));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(ReportPage, ReplacesWhatIsNotUtf8) {
  cli::Report report;
  report.steps.push_back({.host = "1.1.1.1", .command = "cat", .output = "\xff"});
  EXPECT_EQ(json::parse(embedded_json(cli::report_page(report, ""))).at("steps").at(0).at("output"),
            "\ufffd");
}

// ---- Limits

struct RecorderLimits : ::testing::Test {
  static constexpr size_t line = 100;  // bytes, with its end

  void run(cli::Recorder& recorder, const std::string& id, int status, size_t lines) const {
    recorder.started(id, "1.1.1.1", "command " + id);
    for (size_t i = 0; i < lines; ++i) {
      std::string text = std::to_string(i);
      text.resize(line - 1, '.');
      recorder.printed(id, "1.1.1.1", Stream::out, text);
    }
    recorder.finished(id, "1.1.1.1", {.seconds = 1, .status = status});
  }
  static cli::Report report_of(const cli::Recorder& recorder) {
    cli::Report report;
    recorder.add_to(report);
    return report;
  }

  Interruption interruption;
  test::FakeClock clock{interruption};
};

TEST_F(RecorderLimits, KeepBeginningAndEndOfALongOutput) {
  cli::Recorder recorder(clock);
  run(recorder, "a", 0, 1000);
  const cli::Report report = report_of(recorder);
  const std::string& output = report.steps.at(0).output;
  EXPECT_THAT(output, AllOf(StartsWith("0..."), HasSubstr("\n39."), HasSubstr("\n[838 lines omitted]\n878."),
                            HasSubstr("\n999.")));
  EXPECT_LE(output.size(), cli::OutputExcerpt::max_bytes + line);
  EXPECT_EQ(report.steps.at(0).omitted_lines, 838U);
}

TEST_F(RecorderLimits, ShortenLongLinesAndCommands) {
  cli::Recorder recorder(clock);
  recorder.started("a", "1.1.1.1", std::string(5000, 'c'));
  recorder.printed("a", "1.1.1.1", Stream::out, std::string(1 << 20, 'x'));
  const cli::Report report = report_of(recorder);
  EXPECT_EQ(report.steps.at(0).command, std::string(4096, 'c') + "...");
  EXPECT_EQ(report.steps.at(0).output, std::string(2000, 'x') + "...\n");
  EXPECT_FALSE(report.steps.at(0).ending);
}

TEST_F(RecorderLimits, DropOldOutputOfSuccessesBeforeThatOfFailures) {
  cli::Recorder recorder(clock, {.output = 50 * line});
  run(recorder, "failed", 1, 20);
  run(recorder, "old", 0, 20);
  run(recorder, "new", 0, 20);
  const cli::Report report = report_of(recorder);
  EXPECT_EQ(report.steps.at(0).omitted_lines, 0U);
  EXPECT_EQ(report.steps.at(1).omitted_lines, 20U);
  EXPECT_EQ(report.steps.at(1).output, "");
  EXPECT_EQ(report.steps.at(2).omitted_lines, 0U);
}

TEST_F(RecorderLimits, HoldEvenIfEverythingFails) {
  cli::Recorder recorder(clock, {.output = 50 * line});
  for (int i = 0; i < 10; ++i) run(recorder, std::to_string(i), 1, 20);
  size_t kept = 0;
  for (const cli::Report::Step& step : report_of(recorder).steps) kept += step.output.size();
  EXPECT_GT(kept, 40 * line);
  EXPECT_LE(kept, 50 * line + 10 * std::string("[20 lines omitted]\n").size());
}

TEST_F(RecorderLimits, CountStepsBeyondTheLimit) {
  cli::Recorder recorder(clock, {.steps = 3});
  for (int i = 0; i < 5; ++i) run(recorder, std::to_string(i), 0, 1);
  EXPECT_EQ(report_of(recorder).steps.size(), 3U);
  EXPECT_EQ(report_of(recorder).omitted_steps, 2U);
}

TEST_F(RecorderLimits, TellCommandsOfTheSameIdOnSeveralHostsApart) {
  cli::Recorder recorder(clock);
  recorder.started("a", "1.1.1.1", "one");
  recorder.started("a", "1.1.1.2", "other");
  recorder.printed("a", "1.1.1.1", Stream::out, "of one");
  recorder.finished("a", "1.1.1.2", {});
  const cli::Report report = report_of(recorder);
  EXPECT_EQ(report.steps.at(0).output, "of one\n");
  EXPECT_FALSE(report.steps.at(0).ending);
  EXPECT_TRUE(report.steps.at(1).ending);
}

}  // namespace
}  // namespace kamal
