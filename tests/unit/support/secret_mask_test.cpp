#include "kamal/support/readable.h"

#include <gtest/gtest.h>

#include "kamal/support/encoding.h"

namespace kamal {
namespace {

std::string masked(const std::vector<std::string>& secrets, std::string_view text) {
  SecretMask mask;
  for (const std::string& secret : secrets) mask.add(secret);
  return mask.apply(text);
}

TEST(SecretMask, RedactsASecretWhereverItIs) {
  EXPECT_EQ(masked({"opensesame"}, "opensesame a=opensesame, opensesameopensesame."),
            "[REDACTED] a=[REDACTED], [REDACTED][REDACTED].");
}

TEST(SecretMask, LeavesOtherTextAlone) {
  EXPECT_EQ(masked({}, "opensesame"), "opensesame");
  EXPECT_EQ(masked({"opensesame"}, "opensesam opensesamE"), "opensesam opensesamE");
}

TEST(SecretMask, LeavesShortSecretsAlone) {
  EXPECT_EQ(masked({"sesame7", "  sesame7 \n"}, "sesame7"), "sesame7");
  EXPECT_EQ(masked({"sesame_8"}, "sesame_8"), "[REDACTED]");
}

TEST(SecretMask, RedactsTheWholeOfASecretThatStartsWithAnother) {
  EXPECT_EQ(masked({"opensesame", "opensesame-again"}, "opensesame-again opensesame"),
            "[REDACTED] [REDACTED]");
}

TEST(SecretMask, RedactsOverlappingSecretsAsOne) {
  EXPECT_EQ(masked({"opensesame", "sesame-street"}, "a opensesame-street b"), "a [REDACTED] b");
  EXPECT_EQ(masked({"a-very-long-secret", "long-sec"}, "a-very-long-secret."), "[REDACTED].");
  EXPECT_EQ(masked({"aaaaaaaa"}, "aaaaaaaaaaab"), "[REDACTED]b");
}

TEST(SecretMask, RedactsUnicode) { EXPECT_EQ(masked({"пароль"}, "a=пароль"), "a=[REDACTED]"); }

TEST(SecretMask, RedactsEachLineOfASecret) {
  EXPECT_EQ(masked({"first line\r\n  second line\nshort\n"}, "first line|second line|short"),
            "[REDACTED]|[REDACTED]|short");
  EXPECT_EQ(masked({"first line\nsecond line"}, "first line\r\nsecond line\r\n"),
            "[REDACTED]\r\n[REDACTED]\r\n");
}

TEST(SecretMask, RedactsBase64) {
  EXPECT_EQ(masked({"opensesame"}, base64("opensesame")), "[REDACTED]");
  EXPECT_EQ(masked({"open\nsesame"}, base64("open\nsesame")), "[REDACTED]");
  EXPECT_EQ(masked({"?>?>?>?>"}, "Pz4_Pj8-Pz4"), "[REDACTED]");  // for URLs
}

TEST(SecretMask, RedactsBase64OfALongerText) {
  for (const std::string before : {"", "u", "ab", "user:"}) {
    const std::string text = masked({"opensesame"}, base64(before + "opensesame, and more"));
    EXPECT_NE(text.find("[REDACTED]"), std::string::npos) << before;
    EXPECT_EQ(masked({"opensesame"}, base64(before + "something else")), base64(before + "something else"));
  }
}

TEST(SecretMask, RedactsUrlEncodedSecrets) {
  EXPECT_EQ(masked({"p@ss/wörd"}, "https://me:p%40ss%2Fw%C3%B6rd@host p%40ss%2fw%c3%b6rd"),
            "https://me:[REDACTED]@host [REDACTED]");
  EXPECT_EQ(masked({"open sesame"}, "a=open+sesame&b=open%20sesame"), "a=[REDACTED]&b=[REDACTED]");
}

TEST(SecretMask, IsFastOnLongTexts) {
  SecretMask mask;
  for (int i = 0; i < 1000; ++i) mask.add("secret number " + std::to_string(i));
  const std::string text(4 << 20, 's');
  EXPECT_EQ(mask.apply(text), text);
}

}  // namespace
}  // namespace kamal
