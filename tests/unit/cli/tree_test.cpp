#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/support/strings.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Tree, OfGroupHasThorsFormat) {
  const CliRun::Result result = CliRun().run({"prune", "tree"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(split(result.out, '\n'),
              ElementsAre("kamal:cli:prune", StartsWith("  ├─ all ("), StartsWith("  ├─ containers ("),
                          StartsWith("  └─ images ("), ""));
}

TEST(Tree, OfKamalShowsCommandsThenGroups) {
  const CliRun::Result result = CliRun().run({"tree"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out,
              AllOf(StartsWith("kamal:cli:main\n  ├─ accessory ("), HasSubstr("\n  └─ version ("),
                    HasSubstr("\n  kamal:cli:app\n    ├─ boot ("), HasSubstr("\n    └─ version (")));
}

TEST(Tree, OmitsThorsOwnCommands) {
  const std::string text = CliRun().run({"tree"}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("─ deploy ("), Not(HasSubstr("─ tree")), Not(HasSubstr("─ help")),
                          Not(HasSubstr("─ remove_images"))));
}

TEST(Tree, NeedsNoConfiguration) {
  CliRun kamal;
  kamal.write("config/deploy.yml", "{");
  for (const char* group :
       {"accessory", "app", "build", "lock", "proxy", "prune", "registry", "secrets", "server"}) {
    const CliRun::Result result = kamal.run({group, "tree"});
    EXPECT_EQ(result.status, 0) << group << result.err;
    EXPECT_THAT(result.out, StartsWith(std::string("kamal:cli:") + group + "\n"));
  }
}

TEST(Tree, RejectsArgument) {
  const CliRun::Result result = CliRun().run({"app", "tree", "boot"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Unexpected argument \"boot\". Usage: kamal app tree"));
}

TEST(Alias, MayBeNamedTree) {
  CliRun kamal("aliases: { tree: app containers }");
  EXPECT_EQ(kamal.run({"app", "containers"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(HasSubstr("docker container ls")));
}

}  // namespace
}  // namespace kamal
