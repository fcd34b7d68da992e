#include "cli/help/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <set>

#include "cli/arguments/options.h"
#include "cli/command_table.h"
#include "cli/help/help.h"
#include "kamal/secrets/adapters.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "support/committed_document.h"
#include "support/fake_effects.h"
#include "support/there.h"
#include "unit/support/on_this_machine.h"

namespace kamal::cli {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

using Names = std::vector<std::string>;

void for_each_command(const CommandSpec& group, const Names& path,
                      const std::function<void(const CommandSpec&, const Names&)>& look) {
  for (const CommandSpec& command : group.commands) {
    Names names = path;
    names.push_back(command.name);
    look(command, names);
    for_each_command(command, names, look);
  }
}

void for_each_command(const std::function<void(const CommandSpec&, const Names&)>& look) {
  for_each_command(command_table(), {}, look);
}

TEST(CommandTable, RunsEveryCommand) {
  for_each_command([](const CommandSpec& command, const Names& path) {
    EXPECT_EQ(std::holds_alternative<std::monostate>(command.run), command.group()) << join(path, " ");
  });
}

TEST(CommandTable, HasAnExampleForEveryCommand) {
  for_each_command([](const CommandSpec& command, const Names& path) {
    EXPECT_EQ(command.examples.empty(), command.group()) << join(path, " ");
  });
}

TEST(CommandTable, IsSorted) {
  for_each_command([](const CommandSpec& command, const Names& path) {
    EXPECT_TRUE(std::is_sorted(command.commands.begin(), command.commands.end(),
                               [](const auto& one, const auto& other) { return one.name < other.name; }))
        << join(path, " ");
  });
}

TEST(CommandTable, ExplainsEveryCommandAndOption) {
  for_each_command([](const CommandSpec& command, const Names& path) {
    EXPECT_NE(command.summary, "") << join(path, " ");
    EXPECT_THAT(command.summary, Not(::testing::EndsWith("."))) << "it gets one where sentences end with one";
    for (const OptionSpec& option : options_of(command)) EXPECT_NE(option.help, "") << option.name;
  });
}

TEST(CommandTable, HasUniqueShortNames) {
  for_each_command([](const CommandSpec& command, const Names& path) {
    std::set<char> letters;
    for (const std::vector<OptionSpec>* options : {&global_options(), &command.options}) {
      for (const OptionSpec& option : *options) {
        if (option.short_name == 0) continue;
        EXPECT_TRUE(letters.insert(option.short_name).second) << join(path, " ") << option.short_name;
      }
    }
  });
}

TEST(CommandTable, ListsSecretAdapters) {
  test::FakeProcesses processes;
  const CommandSpec* const fetch = test::there(command_table().find("secrets")).find("fetch");
  const OptionSpec* const adapter = find_option("--adapter", fetch->options);
  ASSERT_EQ(adapter->choices.size(), 9U);
  for (const std::string& name : adapter->choices)
    EXPECT_NO_THROW(make_secret_adapter(name, processes, {})) << name;
}

TEST(Layout, WrapsBetweenNames) { EXPECT_EQ(wrapped("one two three", 2, 10), "  one two\n  three\n"); }

TEST(Layout, KeepsLongWordWhole) { EXPECT_EQ(wrapped("a 0123456789 b", 0, 5), "a\n0123456789\nb\n"); }

TEST(Layout, WrapsSecondColumn) {
  EXPECT_EQ(columns({{"-a", "one two"}, {"--long", "three"}}, 16),
            "  -a      one\n"
            "          two\n"
            "  --long  three\n");
}

TEST(Layout, ShowsNameWithoutText) {
  EXPECT_EQ(columns({{"-a", ""}, {"--long", "x"}}, 20), "  -a\n  --long  x\n");
}

TEST(CommandsDocument, MatchesCommittedFile) { test::expect_committed("commands.md", commands_document()); }

TEST(CommandsDocument, ListsEveryCommand) {
  const std::string document = commands_document();
  for_each_command([&](const CommandSpec& command, const Names& path) {
    if (command.group()) return;
    EXPECT_THAT(document, HasSubstr("`kamal " + join(path, " "))) << "hidden or not";
  });
}

TEST(CommandsDocument, ListsOptionsOfCommand) {
  EXPECT_THAT(commands_document(), HasSubstr(R"(
### kamal lock acquire

    kamal lock acquire [OPTIONS] --message TEXT

Example: `kamal lock acquire -m "Migrating the database"`

| Option | Description |
|---|---|
| `-m`, `--message TEXT` | Reason, shown in the lock status (required) |
)"));
}

TEST(CommandsDocument, EscapesBars) {
  EXPECT_THAT(commands_document(), HasSubstr("| `kamal proxy boot_config set\\|get\\|reset` |"));
}

TEST(ManPage, ListsVisibleCommands) {
  const std::string page = replace_all(man_page(), "\\-", "-");
  for_each_command([&](const CommandSpec& command, const Names& path) {
    const std::string entry = "\\fBkamal " + join(path, " ") + "\\fR";
    if (command.group()) return;
    EXPECT_EQ(page.find(entry) == std::string::npos, command.hidden) << entry;
  });
}

TEST(ManPage, ListsOptionsOfCommand) {
  EXPECT_THAT(man_page(), HasSubstr(R"(.TP
\fBkamal lock acquire\fR
Acquire the deploy lock to block deploys.
.IP
Example: \fBkamal lock acquire \-m "Migrating the database"\fR
.RS
.TP
\fB\-m\fR, \fB\-\-message TEXT\fR
Reason, shown in the lock status (required)
.RE
)"));
}

TEST(ManPage, UsesKnownRequestsOnly) {
  std::set<std::string> requests;
  for (const std::string& line : lines_of(man_page())) {
    if (line.starts_with('.')) requests.insert(line.substr(0, line.find(' ')));
  }
  EXPECT_THAT(requests,
              ::testing::UnorderedElementsAre(".TH", ".SH", ".SS", ".TP", ".IP", ".PP", ".RS", ".RE"));
}

TEST(ManPage, PassesGroff) {
  test::OnThisMachine machine;
  const ProcessResult result =
      machine.processes.run({.argv = {"groff", "-man", "-ww", "-Tutf8", "-z"}, .input = man_page()});
  if (result.status == 127) GTEST_SKIP() << "groff is not installed";
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.status, 0);
}

TEST(ManPage, PassesMandoc) {
  test::OnThisMachine machine;
  const ProcessResult result =
      machine.processes.run({.argv = {"mandoc", "-T", "lint", "-W", "error"}, .input = man_page()});
  if (result.status == 127) GTEST_SKIP() << "mandoc is not installed";
  EXPECT_EQ(result.out + result.err, "");
}

}  // namespace
}  // namespace kamal::cli
