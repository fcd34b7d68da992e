#include "cli/output/table.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

TEST(Table, AlignsColumns) {
  cli::Table table({"HOST", "ROLE", "STATE"});
  table.add({"1.1.1.1", "web", "running"});
  table.add({"web-02.example.com", "background", "exited with status 1"});
  EXPECT_EQ(table.text(),
            "HOST                ROLE        STATE\n"
            "1.1.1.1             web         running\n"
            "web-02.example.com  background  exited with status 1\n");
}

TEST(Table, CountsTerminalColumns) {
  cli::Table table({"HOST", "STATE"});
  table.add({"käse", "a"});
  table.add({"起司", "b"});
  table.add({"cheese", ""});
  EXPECT_EQ(table.text(),
            "HOST    STATE\n"
            "käse    a\n"
            "起司    b\n"
            "cheese\n");
}

}  // namespace
}  // namespace kamal
