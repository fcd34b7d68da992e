#include <gtest/gtest.h>

#include "config_fixture.h"

namespace kamal::config {
namespace {

using test::configure;
using test::names;
using test::Pairs;
using test::role;
using test::Words;

Role jobs(const std::string& settings) {
  return role(configure("servers:\n  web: [ a ]\n  jobs:\n    hosts: [ b ]\n" + settings), "jobs");
}

TEST(RoleKeys, HostsAreUniqueInFileOrder) {
  const Configuration configuration = configure("servers: { web: { hosts: [ b, a, b ] } }");
  EXPECT_EQ(names(role(configuration, "web").host_names()), (Words{"b", "a"}));
}

TEST(RoleKeys, HostsMayHaveTags) {
  const Role web = role(configure("servers: { web: [ { a: canary }, { b: [ canary, eu ] }, c ] }"), "web");
  EXPECT_EQ(web.hosts.at(0).tags, Words{"canary"});
  EXPECT_EQ(web.hosts.at(1).tags, (Words{"canary", "eu"}));
  EXPECT_EQ(web.hosts.at(2).tags, Words());
}

TEST(RoleKeys, RepeatedHostKeepsItsLastTags) {
  const Role web = role(configure("servers: { web: [ { a: one }, { a: [ two, three ] } ] }"), "web");
  ASSERT_EQ(web.hosts.size(), 1u);
  EXPECT_EQ(web.hosts.at(0).tags, (Words{"two", "three"}));
}

TEST(RoleKeys, CmdReplacesTheImageDefault) {
  EXPECT_EQ(jobs("    cmd: bin/jobs --all").cmd, "bin/jobs --all");
  EXPECT_FALSE(jobs("").cmd);
}

TEST(RoleKeys, OptionsAreForDockerRun) {
  const DockerOptions expected = {
      {"memory", "2g"},    {"cpus", "0.5"},     {"init", {}}, {"read-only", "false"},
      {"add-host", "a:1"}, {"add-host", "b:2"}, {"tty", {}}};
  EXPECT_EQ(
      jobs("    options: { memory: 2g, cpus: 0.5, init: true, read-only: false, add-host: [ 'a:1', 'b:2' ], "
           "tty: }")
          .options,
      expected);
}

TEST(RoleKeys, RestartIsAPolicyNotAnOption) {
  const Role role = jobs("    options: { restart: \"on-failure:3\", memory: 2g }");
  EXPECT_EQ(role.restart_policy, "on-failure:3");
  EXPECT_EQ(role.options, (DockerOptions{{"memory", "2g"}}));
  EXPECT_EQ(jobs("").restart_policy, "unless-stopped");
}

TEST(RoleKeys, LabelsOverrideTheRoots) {
  const Configuration configuration = configure(
      "labels: { team: pay, tier: front }\n"
      "servers: { web: { hosts: [ a ], labels: { tier: back, more: 1 } } }");
  const Labels expected = {{"service", "shop"}, {"role", "web"},  {"destination", {}},
                           {"team", "pay"},     {"tier", "back"}, {"more", "1"}};
  EXPECT_EQ(role(configuration, "web").labels, expected);
}

TEST(RoleKeys, EnvOverridesTheRoots) {
  const Configuration configuration = configure(
      "env: { clear: { A: 1, B: 2 }, secret: [ S ] }\n"
      "servers: { web: { hosts: [ a ], env: { clear: { B: 3, C: 4 }, secret: [ T, S ] } } }");
  EXPECT_EQ(role(configuration, "web").env.clear, (Pairs{{"A", "1"}, {"B", "3"}, {"C", "4"}}));
  EXPECT_EQ(role(configuration, "web").env.secret, (Words{"S", "T"}));
}

TEST(RoleKeys, LoggingIsMergedWithTheRoots) {
  const Configuration configuration = configure(
      "logging: { driver: local, options: { max-size: 10m, max-file: 3 } }\n"
      "servers: { web: { hosts: [ a ], logging: { driver: json-file, options: { max-size: 5m } } } }");
  const Logging& logging = role(configuration, "web").logging;
  EXPECT_EQ(logging.driver, "json-file");
  EXPECT_EQ(logging.options, (DockerOptions{{"max-size", "5m"}, {"max-file", "3"}}));
}

TEST(RoleKeys, RootLoggingAppliesToEveryRole) {
  EXPECT_EQ(role(configure("logging: { driver: local }"), "web").logging.driver, "local");
}

TEST(RoleKeys, StopTimeoutOverridesTheRoots) {
  const Configuration configuration =
      configure("stop_timeout: 45\nservers: { web: [ a ], jobs: { hosts: [ b ], stop_timeout: 60 } }");
  EXPECT_EQ(role(configuration, "web").stop_timeout, std::chrono::seconds(45));
  EXPECT_EQ(role(configuration, "jobs").stop_timeout, std::chrono::seconds(60));
}

TEST(RoleKeys, AssetPathOverridesTheRoots) {
  const Configuration configuration =
      configure("asset_path: /root\nservers: { web: { hosts: [ a ], asset_path: '/own:z' }, jobs: [ b ] }");
  EXPECT_EQ(role(configuration, "web").asset_path.value().path, "/own");
  EXPECT_EQ(role(configuration, "web").asset_path.value().options, "z");
  EXPECT_EQ(role(configuration, "jobs").asset_path.value().path, "/root");
}

TEST(RoleKeys, BlankAssetPathDisablesAssets) {
  EXPECT_FALSE(role(configure("asset_path: /root\nservers: { web: { hosts: [ a ], asset_path: '' } }"), "web")
                   .asset_path);
  EXPECT_FALSE(role(configure("asset_path: ':ro'"), "web").asset_path);
}

TEST(RoleKeys, AssetPathFalseInheritsTheRoots) {
  const Role web =
      role(configure("asset_path: /root\nservers: { web: { hosts: [ a ], asset_path: false } }"), "web");
  EXPECT_EQ(web.asset_path.value().path, "/root");
}

TEST(RoleKeys, OnlyThePrimaryRoleIsProxiedByDefault) {
  const Configuration configuration =
      configure("servers: { web: [ a ], jobs: [ b ], api: { hosts: [ c ] } }");
  EXPECT_TRUE(role(configuration, "web").running_proxy());
  EXPECT_FALSE(role(configuration, "jobs").running_proxy());
  EXPECT_FALSE(role(configuration, "api").running_proxy());
}

TEST(RoleKeys, ProxySettingOverridesTheDefault) {
  const Configuration configuration = configure(
      "servers:\n"
      "  web: { hosts: [ a ], proxy: false }\n"
      "  api: { hosts: [ b ], proxy: true }\n"
      "  site: { hosts: [ c ], proxy: { app_port: 3000 } }\n"
      "  bare: { hosts: [ d ], proxy: {} }\n"
      "  jobs: { hosts: [ e ], proxy: false }\n");
  EXPECT_FALSE(role(configuration, "web").running_proxy());
  EXPECT_TRUE(role(configuration, "api").running_proxy());
  EXPECT_TRUE(role(configuration, "site").running_proxy());
  EXPECT_TRUE(role(configuration, "bare").running_proxy());
  EXPECT_FALSE(role(configuration, "jobs").running_proxy());
  EXPECT_EQ(names(configuration.proxy_hosts()), (Words{"b", "d", "c"}));
}

TEST(RoleKeys, ProxySettingsOverrideTheRoots) {
  const Configuration configuration = configure(
      "proxy: { response_timeout: 15, healthcheck: { path: /up, interval: 3 } }\n"
      "servers: { web: { hosts: [ a ], proxy: { healthcheck: { interval: 9 } } } }");
  const Proxy& proxy = *role(configuration, "web").proxy;
  EXPECT_EQ(proxy.response_timeout, std::chrono::seconds(15));
  EXPECT_EQ(proxy.healthcheck_path, "/up");
  EXPECT_EQ(proxy.healthcheck_interval, std::chrono::seconds(9));
}

TEST(RoleKeys, HostReplacesTheRootsHosts) {
  const Configuration configuration = configure(
      "proxy: { hosts: [ a.test, b.test ] }\n"
      "servers: { web: { hosts: [ a ], proxy: { host: c.test } }, api: { hosts: [ b ], proxy: true } }");
  EXPECT_EQ(role(configuration, "web").proxy.value().hosts, Words{"c.test"});
  EXPECT_EQ(role(configuration, "api").proxy.value().hosts, (Words{"a.test", "b.test"}));
}

TEST(RoleKeys, RootPathPrefixesBeatRolePathPrefix) {
  const Configuration configuration = configure(
      "proxy: { path_prefixes: [ /a, /b ] }\n"
      "servers: { web: { hosts: [ a ], proxy: { path_prefix: /c } } }");
  EXPECT_EQ(role(configuration, "web").proxy.value().path_prefixes, (Words{"/a", "/b"}));
}

TEST(RoleKeys, PathPrefixesReplaceTheRootsPathPrefix) {
  const Configuration configuration = configure(
      "proxy: { path_prefix: /a }\n"
      "servers: { web: { hosts: [ a ], proxy: { path_prefixes: [ /b ] } } }");
  EXPECT_EQ(role(configuration, "web").proxy.value().path_prefixes, Words{"/b"});
}

TEST(RoleKeys, FindsAllRolesOnAHost) {
  const Configuration configuration = configure("servers: { web: [ a, b ], jobs: [ b ] }");
  EXPECT_EQ(configuration.roles_on(Host("b")).size(), 2u);
  EXPECT_EQ(configuration.roles_on(Host("a")).size(), 1u);
  EXPECT_EQ(names(configuration.app_hosts()), (Words{"b", "a"}));
  EXPECT_FALSE(role(configuration, "jobs").runs_on(Host("a")));
}

}  // namespace
}  // namespace kamal::config
