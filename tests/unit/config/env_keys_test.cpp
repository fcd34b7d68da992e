#include <gtest/gtest.h>

#include "config_fixture.h"

namespace kamal::config {
namespace {

using test::configure;
using test::Pairs;
using test::role;
using test::Words;

Env env_of(const std::string& yaml) { return configure(yaml).env; }

TEST(EnvKeys, ValuesDirectlyUnderEnvAreClear) {
  const Env env = env_of("env: { HOST: db, PORT: 3306 }");
  EXPECT_EQ(env.clear, (Pairs{{"HOST", "db"}, {"PORT", "3306"}}));
  EXPECT_EQ(env.secret, Words());
}

TEST(EnvKeys, ClearAndSecretAreSeparate) {
  const Env env = env_of("env: { clear: { HOST: db }, secret: [ PASSWORD, 'TOKEN:OTHER' ] }");
  EXPECT_EQ(env.clear, (Pairs{{"HOST", "db"}}));
  EXPECT_EQ(env.secret, (Words{"PASSWORD", "TOKEN:OTHER"}));
}

TEST(EnvKeys, SecretAloneHasNoClearValues) {
  EXPECT_EQ(env_of("env: { secret: [ PASSWORD ] }").clear, Pairs());
  EXPECT_EQ(env_of("env: { tags: { a: { B: 1 } } }").clear, Pairs());
}

TEST(EnvKeys, ValuesAreAsYamlReadsThem) {
  const Env env = env_of(
      "env:\n  A: yes\n  B: 1.50\n  C: 0x1f\n  D: 1_000\n  E: \"0644\"\n  F: ''\n  G: 12:30\n  H: "
      "two words\n");
  EXPECT_EQ(env.clear, (Pairs{{"A", "true"},
                              {"B", "1.5"},
                              {"C", "31"},
                              {"D", "1000"},
                              {"E", "0644"},
                              {"F", ""},
                              {"G", "45000"},
                              {"H", "two words"}}));
}

constexpr const char* tagged =
    "servers: { web: [ { a: [ canary, eu ] }, { b: eu }, { c: unknown }, d ] }\n"
    "env:\n"
    "  clear: { REGION: us, PORT: 1 }\n"
    "  secret: [ PASSWORD ]\n"
    "  tags:\n"
    "    canary: { FLAG: x, REGION: nowhere }\n"
    "    eu: { clear: { REGION: eu }, secret: [ 'PASSWORD:EU', EXTRA ] }\n";

Env on(const std::string& host) {
  const Configuration configuration = configure(tagged);
  return configuration.env_of(role(configuration, "web"), Host(host));
}

TEST(EnvKeys, HostTagsOverrideInOrder) {
  EXPECT_EQ(on("a").clear, (Pairs{{"REGION", "eu"}, {"PORT", "1"}, {"FLAG", "x"}}));
  EXPECT_EQ(on("b").clear, (Pairs{{"REGION", "eu"}, {"PORT", "1"}}));
}

TEST(EnvKeys, SecretsOfTagsAreAdded) {
  EXPECT_EQ(on("b").secret, (Words{"PASSWORD", "PASSWORD:EU", "EXTRA"}));
  EXPECT_EQ(on("d").secret, Words{"PASSWORD"});
}

TEST(EnvKeys, SecretKeyIsWhereItIsDefined) {
  const Configuration configuration = configure(
      "servers: { web: { hosts: [ { a: eu } ], env: { secret: [ ROOT, ROLE ] } } }\n"
      "env: { secret: [ ROOT ], tags: { eu: { secret: [ 'ROLE:EU', ROLE ] } } }");
  const auto key_of = [&](const char* entry) {
    return configuration.secret_key(role(configuration, "web"), Host("a"), entry);
  };
  EXPECT_EQ(key_of("ROOT"), "env/secret");
  EXPECT_EQ(key_of("ROLE"), "servers/web/env/secret");
  EXPECT_EQ(key_of("ROLE:EU"), "env/tags/eu/secret");
}

TEST(EnvKeys, UndefinedTagsAreIgnored) {
  EXPECT_EQ(on("c").clear, (Pairs{{"REGION", "us"}, {"PORT", "1"}}));
  const Configuration configuration = configure("servers: [ { a: some } ]");
  EXPECT_EQ(configuration.env_of(role(configuration, "web"), Host("a")).clear, Pairs());
}

TEST(EnvKeys, TagsOverrideTheRole) {
  const Configuration configuration = configure(
      "servers: { web: { hosts: [ { a: t } ], env: { X: role } } }\nenv: { tags: { t: { X: tag } } }");
  EXPECT_EQ(configuration.env_of(role(configuration, "web"), Host("a")).clear, (Pairs{{"X", "tag"}}));
}

TEST(EnvKeys, MergeKeepsTheBaseOrder) {
  const Env below{{{"A", "1"}, {"B", "2"}}, {"S", "T"}};
  const Env merged = below.merge({{{"C", "3"}, {"A", "4"}}, {"U", "S"}});
  EXPECT_EQ(merged.clear, (Pairs{{"A", "4"}, {"B", "2"}, {"C", "3"}}));
  EXPECT_EQ(merged.secret, (Words{"S", "T", "U"}));
}

}  // namespace
}  // namespace kamal::config
