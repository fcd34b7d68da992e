#include "kamal/support/readable.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

TEST(Printable, LeavesTextAlone) {
  EXPECT_EQ(printable("a\tb\nc\n"), "a\tb\nc\n");
  EXPECT_EQ(printable("größer → 🐫"), "größer → 🐫");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, KeepsColorsOnlyIfAskedTo) {
  EXPECT_EQ(printable("\x1b[1;31mred\x1b[0m \x1b[38:5:1mx", Colors::keep),
            "\x1b[1;31mred\x1b[0m \x1b[38:5:1mx");
  EXPECT_EQ(printable("\x1b[1;31mred\x1b[0m \x1b[38:5:1mx"), "red x");
  EXPECT_EQ(printable("\x1b[>4;2mx", Colors::keep), "x");  // a setting of the keyboard
}

TEST(Printable, RemovesEscapeSequences) {
  EXPECT_EQ(printable("a\x1b[2J\x1b[H\x1b[?25lb", Colors::keep), "ab");  // clears the screen
  EXPECT_EQ(printable("a\x1b"
                      "c\x1b(B\x1b#8b"),
            "ab");  // reset, character sets
  EXPECT_EQ(printable("a\x1b[12"), "a");
}

TEST(Printable, RemovesTitlesAndClipboardAccess) {
  EXPECT_EQ(printable("a\x1b]52;c;c2VzYW1l\x07"
                      "b\x1b]0;title\x1b\\c\x1bPdata\x1b\\d"),
            "abcd");
  EXPECT_EQ(printable("a\x1b]0;no end"), "a0;no end");
  EXPECT_EQ(printable("\x1b]\x1b]\x1b[2Jx"), "x");
}

TEST(Printable, ShowsOtherControlCharacters) {
  EXPECT_EQ(printable("a\x07\b\x7f" + std::string(1, '\0')), "a^G^H^?^@");
  EXPECT_EQ(printable("a\x1b"), "a^[");
  EXPECT_EQ(printable("\x9b"
                      "2J \xc2\x9b"
                      "2J \xff"),
            "\\x9b2J \\x9b2J \\xff");
}

TEST(Printable, ShowsTheLastStateOfAProgressLine) {
  EXPECT_EQ(printable("1%\r50%\r100%\nnext\r\n"), "100%\nnext\n");
  EXPECT_EQ(printable("done\r\x1b[K"), "done");
  EXPECT_EQ(printable("\r\r"), "");
}

}  // namespace
}  // namespace kamal
