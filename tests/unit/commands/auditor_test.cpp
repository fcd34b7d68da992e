#include "kamal/commands/server.h"

#include <gtest/gtest.h>

#include "support/deploy_file.h"

namespace kamal::commands {
namespace {

using test::configured;

AuditMetadata facts() { return {"2026-01-02T03:04:05Z", "ada@example.com", std::nullopt}; }

TEST(Auditor, AppendsALineToTheLog) {
  const config::Configuration config = configured();
  EXPECT_EQ(
      Auditor(config).record("Booted app version v1", facts()).shell_text(),
      "mkdir -p .kamal && printf '%s\\n' '[2026-01-02T03:04:05Z] [ada@example.com] Booted app version v1' "
      ">> .kamal/shop-audit.log");
}

TEST(Auditor, NamesDestinationAndRole) {
  const config::Configuration config = configured("", "staging");
  AuditMetadata web = facts();
  web.role = RoleName("web");
  EXPECT_EQ(Auditor(config).record("Stopped app", web).shell_text(),
            "mkdir -p .kamal && printf '%s\\n' '[2026-01-02T03:04:05Z] [ada@example.com] [staging] [web] "
            "Stopped app' "
            ">> .kamal/shop-staging-audit.log");
}

TEST(Auditor, KeepsUserTextOnOneLine) {
  const config::Configuration config = configured();
  EXPECT_EQ(Auditor(config).record("Executed cmd 'a\nb $(c) \\d'", facts()).shell_text(),
            "mkdir -p .kamal && printf '%s\\n' '[2026-01-02T03:04:05Z] [ada@example.com] Executed cmd "
            "'\\''a\\nb $(c) "
            "\\d'\\''' >> .kamal/shop-audit.log");
}

TEST(Auditor, EscapesTabs) {
  const config::Configuration config = configured();
  EXPECT_EQ(Auditor(config).record("a\tb", facts()).shell_text(),
            "mkdir -p .kamal && printf '%s\\n' '[2026-01-02T03:04:05Z] [ada@example.com] a\\tb' "
            ">> .kamal/shop-audit.log");
}

TEST(Auditor, ShowsTheLastLines) {
  const config::Configuration config = configured();
  EXPECT_EQ(Auditor(config).reveal().shell_text(), "tail -n 50 .kamal/shop-audit.log");
}

}  // namespace
}  // namespace kamal::commands
