#include "config/source_files.h"

#include <gtest/gtest.h>

#include <random>

#include "kamal/yaml/reader.h"
#include "support/there.h"

namespace kamal::config {
namespace {

// The line that a problem there shows, and below it what is marked.
std::string shown(const SourceFiles& files, const Mark& mark) {
  const std::vector<Problem> problems = files.with_excerpts({Problem{mark, "", "wrong"}});
  if (!problems.at(0).excerpt) return "nothing";
  const Excerpt& excerpt = *problems.at(0).excerpt;
  return excerpt.text + "\n" + std::string(excerpt.begin, ' ') + std::string(excerpt.length, '^');
}

std::string shown_of_template(const std::string& text, const std::string& rendered, int line, int column) {
  SourceFiles files;
  files.add("deploy.yml", text);
  files.set_rendered(rendered);
  return shown(files, {"deploy.yml", line, column});
}

std::string shown(const std::string& text, int line, int column) {
  return shown_of_template(text, text, line, column);
}

TEST(SourceFiles, ShowTheKeyOrValue) {
  EXPECT_EQ(shown("service: shop\nboot: { wait: soon }\n", 2, 15),
            "boot: { wait: soon }\n"
            "              ^^^^");
  EXPECT_EQ(shown("boot:\n  limit: 1\n", 2, 3),
            "  limit: 1\n"
            "  ^^^^^");
}

TEST(SourceFiles, ShowASingleCharacterOfAnythingElse) {
  EXPECT_EQ(shown("boot: { wait: 1\n", 1, 7),
            "boot: { wait: 1\n"
            "      ^");
}

TEST(SourceFiles, ShowTheLineWithoutLineEndAndComment) {
  EXPECT_EQ(shown("service: shop  # ours\r\n", 1, 10),
            "service: shop\n"
            "         ^^^^");
}

TEST(SourceFiles, DoNotCountAByteOrderMark) {
  EXPECT_EQ(shown("\xEF\xBB\xBFservice: shop\n", 1, 1),
            "service: shop\n"
            "^^^^^^^");
}

TEST(SourceFiles, MarkTheEndOfALineThatIsTooShort) {
  EXPECT_EQ(shown("service: shop", 1, 50),
            "service: shop\n"
            "             ^");
}

TEST(SourceFiles, ShowNothingWithoutAPosition) {
  EXPECT_EQ(shown("service: shop\n", 0, 0), "nothing");
  EXPECT_EQ(shown("service: shop\n", 1, 0), "nothing");
  EXPECT_EQ(shown("service: shop\n", 2, 1), "nothing");
  EXPECT_EQ(shown("\n  \n# c\n", 1, 1), "nothing");
  EXPECT_EQ(shown("\n  \n# c\n", 2, 1), "nothing");
  EXPECT_EQ(shown("\n  \n# c\n", 3, 1), "nothing");
}

TEST(SourceFiles, ShowNoEndlessLine) {
  EXPECT_EQ(shown("volumes: [" + std::string(100'000, ',') + "]\n", 1, 1), "nothing");
}

TEST(SourceFiles, ShowNoOtherFile) {
  SourceFiles files;
  files.add("deploy.yml", "service: shop\n");
  EXPECT_EQ(shown(files, {".kamal/secrets", 1, 1}), "nothing");
}

TEST(SourceFiles, ShowTheFirstProblemsOnly) {
  SourceFiles files;
  files.add("deploy.yml", "service: shop\n");
  const std::vector<Problem> many(100, Problem{{"deploy.yml", 1, 1}, "", "wrong"});
  const std::vector<Problem> problems = files.with_excerpts(many);
  ASSERT_EQ(problems.size(), 100u);
  EXPECT_TRUE(problems.front().excerpt);
  EXPECT_FALSE(problems.back().excerpt);
}

TEST(SourceFiles, RedactWhatMayBeSecret) {
  EXPECT_EQ(shown("registry: { username: robot, password: sesame }\n", 1, 40),
            "registry: { username: [REDACTED], password: [REDACTED] }\n"
            "                                            ^^^^^^^^^^");
  EXPECT_EQ(shown("env:\n  clear:\n    DB_URL: mysql://u:p@db\n", 3, 5),
            "    DB_URL: [REDACTED]\n"
            "    ^^^^^^");
  EXPECT_EQ(shown("accessories:\n  db:\n    env: { PASSWORD: sesame }\n", 3, 22),
            "    env: { PASSWORD: [REDACTED] }\n"
            "                     ^^^^^^^^^^");
  EXPECT_EQ(shown("builder:\n  args:\n    TOKEN: sesame\n", 3, 12),
            "    TOKEN: [REDACTED]\n"
            "           ^^^^^^^^^^");
  EXPECT_EQ(shown("ssh:\n  key_data:\n    - |\n      -----BEGIN KEY\n      c2VzYW1l\n", 5, 9),
            "      [REDACTED]\n"
            "      ^^^^^^^^^^");
}

// However a password is written, and wherever its line is cut.
TEST(SourceFiles, RedactPasswordsAmongAnyPunctuation) {
  const std::vector<std::string> pieces = {"[",  "]", "{", "}", ",", "&", "*", "!",  "|",  ">",  "'",
                                           "\"", "%", "@", "`", "#", "-", " ", "\t", "<%", "%>", "\\"};
  std::mt19937 random(1);
  const auto junk = [&] {
    std::string text;
    for (size_t count = random() % 5; count > 0; --count) text += pieces.at(random() % pieces.size());
    return text;
  };
  for (int i = 0; i < 4'000; ++i) {
    const std::string value = junk() + "sesame" + junk() + "sesame" + junk();
    const std::string text =
        i % 2 == 0 ? "registry:\n  password: " + value : "registry:\n  password:\n    - " + value;
    const int line = i % 2 == 0 ? 2 : 3;
    for (int column = 1; column <= 20; ++column)
      ASSERT_EQ(shown(text, line, column).find("sesame"), std::string::npos) << text;
  }
}

TEST(SourceFiles, RedactWhatNoSettingHas) {
  EXPECT_EQ(shown("registry:\n  passwrod: sesame\n", 2, 3),
            "  passwrod: [REDACTED]\n"
            "  ^^^^^^^^");
  EXPECT_EQ(shown("x-common: &common\n  PASSWORD: sesame\n", 2, 3),
            "  PASSWORD: [REDACTED]\n"
            "  ^^^^^^^^");
  EXPECT_EQ(shown("registry: sesame\n", 1, 1),
            "registry: [REDACTED]\n"
            "^^^^^^^^");
  EXPECT_EQ(shown("registry:\n  password:sesame\n", 2, 3),
            "  [REDACTED]\n"
            "  ^^^^^^^^^^");
  EXPECT_EQ(shown("registry: {\n  username: robot, password: sesame }\n", 2, 30),
            "  username: [REDACTED]\n"
            "            ^^^^^^^^^^");
}

TEST(SourceFiles, ShowASettingWithoutColon) {
  EXPECT_EQ(shown("image acme/shop\n", 1, 1),
            "image acme/shop\n"
            "^^^^^^^^^^^^^^^");
  EXPECT_EQ(shown("registry:\n  password sesame\n", 2, 3),
            "  [REDACTED]\n"
            "  ^^^^^^^^^^");
}

TEST(SourceFiles, ShowALineOfATemplateAsWritten) {
  EXPECT_EQ(shown_of_template("service: <%= name %>  # c\n", "service: a b  # c\n", 1, 10),
            "service: <%= name %>\n"
            "         ^^^^^^^^^^^");
  EXPECT_EQ(shown_of_template("boot: { limit: <%= n %>, wait: x }\n", "boot: { limit: 5, wait: x }\n", 1, 25),
            "boot: { limit: <%= n %>, wait: x }\n"
            "                               ^");
  EXPECT_EQ(shown_of_template("<% if a %>\nservice: a\n<% end %>\n", "\nservice: a\n\n", 2, 10),
            "service: a\n"
            "         ^");
  EXPECT_EQ(shown_of_template("registry: { password: <%= a %> }\n", "registry: { password: b }\n", 1, 23),
            "registry: { password: [REDACTED] }\n"
            "                      ^^^^^^^^^^");
}

TEST(SourceFiles, ShowNoLineThatATemplateMade) {
  EXPECT_EQ(shown_of_template("<%= a %>\nservice: a\n", "image: b\nservice: b\n", 2, 10), "nothing");
  EXPECT_EQ(shown_of_template("a: <%= b %> c\n", "d: b c\n", 1, 1), "nothing");
  SourceFiles files;
  files.add("deploy.yml", "<% 2.times do %>\nservice: a\n<% end %>\n");
  files.set_rendered("\nservice: a\n\nservice: a\n\n");
  EXPECT_EQ(shown(files, {"deploy.yml (after ERB)", 2, 10}), "nothing");
}

TEST(SourceFiles, ShowTheTagThatFailed) {
  SourceFiles files;
  files.add("deploy.yml", "service: shop\nimage: <%= nothing %>\n<% a %><% b %>\n");
  EXPECT_EQ(shown(files, {"deploy.yml", 2}),
            "image: <%= nothing %>\n"
            "       ^^^^^^^^^^^^^^");
  EXPECT_EQ(shown(files, {"deploy.yml", 3}),
            "<% a %><% b %>\n"
            "^^^^^^^^^^^^^^");
}

}  // namespace
}  // namespace kamal::config
