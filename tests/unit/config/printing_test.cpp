#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config_fixture.h"
#include "kamal/config/printing.h"

// `kamal config`
namespace kamal::config {
namespace {

using test::configure;

std::string yaml_of(std::string_view more) { return configuration_yaml(configure(more), Version("v1")); }

TEST(ConfigCommand, PrintsLikeKamal) {
  EXPECT_EQ(yaml_of("ssh: { port: 2222, keys: [ ../keys/client ], keys_only: true }"),
            "---\n"
            ":roles:\n"
            "- web\n"
            ":hosts:\n"
            "- 192.0.2.1\n"
            "- 192.0.2.2\n"
            ":primary_host: 192.0.2.1\n"
            ":version: v1\n"
            ":repository: acme/shop\n"
            ":absolute_image: acme/shop:v1\n"
            ":service_with_version: shop-v1\n"
            ":volume_args: []\n"
            ":ssh_options:\n"
            "  :user: root\n"
            "  :port: 2222\n"
            "  :keepalive: true\n"
            "  :keepalive_interval: 30\n"
            "  :keys_only: true\n"
            "  :keys:\n"
            "  - \"../keys/client\"\n"
            "  :log_level: :fatal\n"
            ":sshkit: {}\n"
            ":builder:\n"
            "  arch: amd64\n"
            ":logging:\n"
            "- \"--log-opt\"\n"
            "- max-size=\"10m\"\n");
}

// The lines between two keys.
std::string part(const std::string& yaml, const std::string& from, const std::string& to) {
  const size_t start = yaml.find(from);
  return yaml.substr(start, yaml.find(to) - start);
}

TEST(ConfigCommand, PrintsVolumesAndLogOptionsAsArguments) {
  EXPECT_EQ(part(yaml_of("volumes: [ '/a:/b', 'data:/data' ]"), ":volume_args", ":ssh_options"),
            ":volume_args:\n- \"--volume\"\n- \"/a:/b\"\n- \"--volume\"\n- data:/data\n");
  const std::string yaml = yaml_of("logging: { driver: local, options: { max-size: 5m, tag: '$x\"y' } }");
  EXPECT_EQ(
      yaml.substr(yaml.find(":logging")),
      ":logging:\n- \"--log-driver\"\n- '\"local\"'\n- \"--log-opt\"\n- max-size=\"5m\"\n- \"--log-opt\"\n"
      "- tag=\"\\$x\\\"y\"\n");
}

TEST(ConfigCommand, PrintsSshSettingsAsWritten) {
  EXPECT_EQ(part(yaml_of("ssh: { user: app, port: \"2200\", proxy: jump, config: [ a ], forward_agent: "
                         "false, log_level: "
                         "debug, key_data: [ KEY ] }"),
                 ":ssh_options", ":sshkit"),
            ":ssh_options:\n  :user: app\n  :port: '2200'\n  :proxy: !ruby/object:Net::SSH::Proxy::Jump\n    "
            "jump_proxies: root@jump\n  :keepalive: true\n"
            "  :keepalive_interval: 30\n  :key_data:\n  - KEY\n  :config:\n  - a\n  :forward_agent: false\n"
            "  :log_level: debug\n");
}

TEST(ConfigCommand, PrintsAProxyCommandAsRubyDoes) {
  EXPECT_EQ(part(yaml_of("ssh: { proxy_command: nc %h }"), "  :proxy", "  :keepalive"),
            "  :proxy: !ruby/object:Net::SSH::Proxy::Command\n    command_line_template: nc %h\n"
            "    command_line:\n    timeout: 60\n");
}

TEST(ConfigCommand, PrintsEmptyKeyData) {
  EXPECT_NE(yaml_of("ssh: { key_data: [] }").find("  :key_data: []\n"), std::string::npos);
}

TEST(ConfigCommand, PrintsFalseOfALogOptionWithoutQuotes) {
  const std::string yaml = yaml_of("logging: { options: { a: false, b: 'false' } }");
  EXPECT_EQ(yaml.substr(yaml.find(":logging")),
            ":logging:\n- \"--log-opt\"\n- a=false\n- \"--log-opt\"\n- b=\"false\"\n");
}

TEST(ConfigCommand, PrintsAccessoriesAsWritten) {
  EXPECT_EQ(part(yaml_of("accessories:\n  db:\n    image: mysql:8\n    host: h\n    port: 3306\n    env: { "
                         "clear: { A: yes }, secret: [ B ] }"),
                 ":accessories", ":logging"),
            ":accessories:\n  db:\n    image: mysql:8\n    host: h\n    port: 3306\n    env:\n      clear:\n"
            "        A: true\n      secret:\n      - B\n");
}

TEST(ConfigCommand, OmitsUnsetKeys) {
  const Configuration configuration =
      build_configuration(test::without("servers", "accessories: { db: { image: x, host: h } }"), {});
  EXPECT_EQ(configuration_yaml(configuration, Version("v1")).find(":primary_host"), std::string::npos);
  EXPECT_EQ(yaml_of("").find(":accessories"), std::string::npos);
}

TEST(ConfigCommand, ShowsNoSecrets) {
  const std::string yaml = yaml_of(
      "registry: { password: hunter2 }\n"
      "accessories: { db: { image: x, host: h, registry: { username: u, password: hunter2 } } }\n"
      "ssh: { key_data: [ '-----BEGIN OPENSSH PRIVATE KEY----- hunter2' ] }");
  EXPECT_EQ(yaml.find("hunter2"), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("password: \"[REDACTED]\""), std::string::npos);
}

TEST(ConfigCommand, ShowsSecretNames) {
  const std::string yaml = yaml_of(
      "accessories: { db: { image: x, host: h, registry: { username: u, password: [ DB_REGISTRY ] } } }");
  EXPECT_NE(yaml.find("- DB_REGISTRY"), std::string::npos);
}

TEST(ConfigCommand, PrintsJsonWithTheSameKeys) {
  const auto json = nlohmann::json::parse(configuration_json(
      configure("builder: { args: { A: 1.5, B: } }\nssh: { proxy: jump }"), Version("v1")));
  EXPECT_EQ(json["ssh_options"]["proxy"], "root@jump");
  EXPECT_EQ(json["roles"], nlohmann::json({"web"}));
  EXPECT_EQ(json["ssh_options"]["log_level"], "fatal");
  EXPECT_EQ(json["ssh_options"]["port"], 22);
  EXPECT_EQ(json["builder"]["args"]["A"], 1.5);
  EXPECT_EQ(json["builder"]["args"]["B"], nullptr);
  EXPECT_EQ(json["absolute_image"], "acme/shop:v1");
}

}  // namespace
}  // namespace kamal::config
