#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/config/container.h"
#include "kamal/config/image.h"
#include "kamal/yaml/value.h"
#include "support/secret_fakes.h"

namespace kamal::config {
namespace {

using test::error_of;
using ::testing::ElementsAre;
using ::testing::Pair;

class FixedSecrets : public Secrets {
 public:
  FixedSecrets(std::initializer_list<std::pair<std::string, std::string>> values) : values_(values) {}

  std::string get(const std::string& name, const std::string& wanted_by) const override {
    for (const auto& [known, value] : values_) {
      if (known == name) return value;
    }
    throw ConfigurationError(wanted_by + " wants " + name);
  }
  bool has(const std::string& name) const override {
    return std::any_of(values_.begin(), values_.end(), [&](const auto& e) { return e.first == name; });
  }
  const std::vector<std::pair<std::string, std::string>>& all() const override { return values_; }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

std::string key_of(const std::string& entry) { return "the key of " + entry; }

std::string env_file(const std::string& value) {
  return env_file_text({{}, {"A"}}, FixedSecrets{{"A", value}}, key_of);
}

TEST(EnvFile, HasOneLinePerSecret) {
  EXPECT_EQ(env_file_text({{{"CLEAR", "0"}}, {"B", "A"}}, FixedSecrets{{"A", "1"}, {"B", "2"}}, key_of),
            "B=2\nA=1\n");
}

TEST(EnvFile, IsANewlineWithoutSecrets) { EXPECT_EQ(env_file_text({}, FixedSecrets{}, key_of), "\n"); }

TEST(EnvFile, KeepsValues) {
  EXPECT_EQ(env_file("say \"hi\" it's C:\\new $HOME #{x} \t é☕ "),
            "A=say \"hi\" it's C:\\new $HOME #{x} \t é☕ \n");
}

TEST(EnvFile, EscapesNewlines) { EXPECT_EQ(env_file("one\ntwo\r\n"), "A=one\\ntwo\\r\\n\n"); }

TEST(EnvSecrets, MapToOtherNamesInTheSecretsFile) {
  EXPECT_THAT(resolve_secrets({{}, {"DB:MAIN_DB", "A"}}, FixedSecrets{{"A", "1"}, {"MAIN_DB", "2"}}, key_of),
              ElementsAre(Pair("DB", "2"), Pair("A", "1")));
}

TEST(EnvSecrets, LastOfOneNameWins) {
  EXPECT_THAT(resolve_secrets({{}, {"DB:MAIN", "A", "DB:EU"}}, FixedSecrets{{"A", "1"}, {"EU", "2"}}, key_of),
              ElementsAre(Pair("DB", "2"), Pair("A", "1")));
}

TEST(EnvSecrets, MissingOnesNameTheirKey) {
  EXPECT_EQ(error_of<ConfigurationError>([] {
              resolve_secrets({{}, {"A:B"}}, FixedSecrets{}, key_of);
            }),
            "the key of A:B wants B");
}

TEST(Credential, IsItsText) {
  EXPECT_EQ((Credential{"robot", false}.resolve(FixedSecrets{{"robot", "x"}}, "registry/username")), "robot");
}

TEST(Credential, ResolvesItsSecret) {
  EXPECT_EQ((Credential{"PASSWORD", true}.resolve(FixedSecrets{{"PASSWORD", "x"}}, "registry/password")),
            "x");
  EXPECT_EQ(error_of<ConfigurationError>([] {
              Credential{"PASSWORD", true}.resolve(FixedSecrets{}, "registry/password");
            }),
            "registry/password wants PASSWORD");
}

}  // namespace
}  // namespace kamal::config
