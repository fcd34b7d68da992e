#include "kamal/commands/server.h"

#include <gtest/gtest.h>

#include "support/deploy_file.h"

namespace kamal::commands {
namespace {

using test::configured;

LockDetails details(const std::string& holder = "") {
  return {"Ada", "2026-01-02T03:04:05Z", Version("v1"), "it's slow", holder};
}

// The text below in base64.
const std::string encoded =
    "TG9ja2VkIGJ5OiBBZGEgYXQgMjAyNi0wMS0wMlQwMzowNDowNVoKVmVyc2lvbjogdjEKTWVzc2FnZTogaXQncyBzbG93";

TEST(Lock, RecordsItsHolder) {
  EXPECT_EQ(details().text(), "Locked by: Ada at 2026-01-02T03:04:05Z\nVersion: v1\nMessage: it's slow");
}

TEST(Lock, AcquiresADirectoryAtomically) {
  const config::Configuration config = configured();
  EXPECT_EQ(Lock(config).acquire(details()).shell_text(),
            "trap '' TERM; if mkdir .kamal/lock-shop ; then echo " + encoded +
                " > .kamal/lock-shop/details || { rm -r .kamal/lock-shop ; (exit 1) ; } "
                "; elif [ -d .kamal/lock-shop ]; then (exit 75) ; else (exit 1) ; fi");
}

TEST(Lock, RecordsTheHoldersProcessInAFileOfItsOwn) {
  const config::Configuration config = configured();
  EXPECT_EQ(Lock(config).acquire(details("{\"pid\":7}")).shell_text(),
            "trap '' TERM; if mkdir .kamal/lock-shop ; then echo " + encoded +
                " > .kamal/lock-shop/details && printf '%s\\n' '{\"pid\":7}' > .kamal/lock-shop/holder "
                "|| { rm -r .kamal/lock-shop ; (exit 1) ; } "
                "; elif [ -d .kamal/lock-shop ]; then (exit 75) ; else (exit 1) ; fi");
  EXPECT_EQ(Lock(config).holder().shell_text(), "cat .kamal/lock-shop/holder");
}

TEST(Lock, ReleasesUnconditionally) {
  const config::Configuration config = configured("", "staging");
  EXPECT_EQ(Lock(config).release().shell_text(),
            "if [ -d .kamal/lock-shop-staging ]; then rm -r .kamal/lock-shop-staging ; else (exit 74) ; fi");
}

TEST(Lock, ReleasesOnlyIfOwner) {
  const config::Configuration config = configured();
  EXPECT_EQ(Lock(config).release_if_owner(details()).shell_text(),
            "if [ ! -d .kamal/lock-shop ]; then (exit 74) "
            "; elif trap '' TERM; [ \"$(cat .kamal/lock-shop/details | tr -d '\\n')\" = " +
                encoded + " ] ; then rm -r .kamal/lock-shop ; else (exit 75) ; fi");
}

TEST(Lock, OfTheSameUserAndSecondIsDistinguishedByItsHolder) {
  const config::Configuration config = configured();
  EXPECT_EQ(Lock(config).release_if_owner(details("{\"pid\":7}")).shell_text(),
            "if [ ! -d .kamal/lock-shop ]; then (exit 74) "
            "; elif trap '' TERM; [ \"$(cat .kamal/lock-shop/details | tr -d '\\n')\" = " +
                encoded +
                " ] && [ \"$(cat .kamal/lock-shop/holder)\" = '{\"pid\":7}' ] "
                "; then rm -r .kamal/lock-shop ; else (exit 75) ; fi");
}

TEST(Lock, ReportsDetails) {
  const config::Configuration config = configured();
  EXPECT_EQ(
      Lock(config).status().shell_text(),
      "if [ -d .kamal/lock-shop ]; then cat .kamal/lock-shop/details | base64 -d ; else (exit 74) ; fi");
}

}  // namespace
}  // namespace kamal::commands
