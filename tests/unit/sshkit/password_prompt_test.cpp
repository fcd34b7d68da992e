#include <gtest/gtest.h>

#include "sshkit/ssh/authentication.h"
#include "sshkit/ssh/keyring.h"

namespace kamal::sshkit {
namespace {

TEST(PasswordPrompt, DiffersFromOtherPrompts) {
  for (const char* prompt : {"Password: ", "password:", " Password for deploy@web: ", "deploy's Password: "})
    EXPECT_TRUE(asks_for_password(prompt)) << prompt;
  for (const char* prompt : {"Verification code: ", "One-time password (OATH) for `deploy': ",
                             "Enter PASSCODE: ", "New password: ", ""})
    EXPECT_FALSE(asks_for_password(prompt)) << prompt;
}

TEST(PasswordPrompt, DropsControlCharacters) {
  EXPECT_EQ(without_controls("a\x1b[31mb\tc\nd\x7f"), "a [31mb c\nd ");
}

}  // namespace
}  // namespace kamal::sshkit
