#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/secrets/adapters.h"
#include "kamal/support/quoting.h"
#include "support/secret_fakes.h"

namespace kamal {
namespace {

using test::error_of;
using ::testing::ElementsAre;
using ::testing::Optional;

class FixedAdapter : public SecretAdapter {
 public:
  explicit FixedAdapter(SecretValues values) : values_(std::move(values)) {}
  SecretValues fetch(const SecretRequest&) override { return values_; }

 private:
  SecretValues values_;
};

std::string fetched(SecretValues values) {
  FixedAdapter adapter(std::move(values));
  return secrets_fetch_json(adapter, {});
}

TEST(SecretsFetch, PrintsJsonInTheOrderOfTheVault) {
  EXPECT_EQ(fetched({{"b", "2"}, {"a", "1"}, {"none", std::nullopt}}), R"({"b":"2","a":"1","none":null})");
}

TEST(SecretsFetch, EscapesAsRubyDoes) {
  EXPECT_EQ(fetched({{"a", "\"\\/\b\f\n\r\t\x01\x7f é☕"}}),
            "{\"a\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f é☕\"}");
}

TEST(SecretsFetch, PrintsAnEmptyObjectForNothing) { EXPECT_EQ(fetched({}), "{}"); }

TEST(SecretsFetch, RejectsBinaryValues) {
  EXPECT_EQ(error_of<std::runtime_error>([] {
              fetched({{"a", "\xff"}});
            }),
            "The value of a is not UTF-8 (encode it with base64)");
}

TEST(SecretsFetch, IsOneShellWordInASecretsFile) {
  FixedAdapter adapter(SecretValues{{"a", "it's (p)\n$x"}});
  const std::string word = secrets_fetch_word(adapter, {});
  EXPECT_EQ(word, R"(\{\"a\":\"it\'s\ \(p\)\\n\$x\"\})");
  EXPECT_THAT(shell_split(word), Optional(ElementsAre(R"({"a":"it's (p)\n$x"})")));
}

TEST(Shellwords, EscapesEachOddCharacter) {
  EXPECT_EQ(shellwords_escape("a-Z_0.,:+/@"), "a-Z_0.,:+/@");
  EXPECT_EQ(shellwords_escape("a b=é\n"), "a\\ b\\=\\é'\n'");
  EXPECT_EQ(shellwords_escape(""), "''");
}

TEST(SecretsExtract, FindsTheName) { EXPECT_EQ(secrets_extract("A", R"({"x/A":"2","A":"1"})"), "1"); }

TEST(SecretsExtract, FindsTheFirstNameThatEndsInIt) {
  EXPECT_EQ(secrets_extract("A", R"({"xA":"0","x/A":"1","y/A":"2"})"), "1");
  EXPECT_EQ(secrets_extract("b/A", R"({"x/b/A":"3"})"), "3");
}

TEST(SecretsExtract, FindsEmptyValues) { EXPECT_EQ(secrets_extract("A", R"({"A":""})"), ""); }

TEST(SecretsExtract, ShowsOtherValuesAsJson) {
  EXPECT_EQ(secrets_extract("A", R"({"A":[1,true]})"), "[1,true]");
}

TEST(SecretsExtract, NamesTheMissingSecret) {
  const std::string missing = "No secret A in the fetched values";
  EXPECT_EQ(error_of<std::runtime_error>([] { secrets_extract("A", R"({"B":"1"})"); }), missing);
  EXPECT_EQ(error_of<std::runtime_error>([] { secrets_extract("A", R"({"A":null,"x/A":null})"); }), missing);
}

TEST(SecretsExtract, RejectsOtherInputWithoutQuotingIt) {
  const std::string refused = "No secret A: the input is not the output of `kamal secrets fetch`";
  for (const char* const text : {"", "hunter2", "[\"hunter2\"]", "{\"A\":\"hunter2\""})
    EXPECT_EQ(error_of<std::runtime_error>([&] { secrets_extract("A", text); }), refused);
}

}  // namespace
}  // namespace kamal
