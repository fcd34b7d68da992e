#include <gtest/gtest.h>

#include "config_fixture.h"

// registry, builder, ssh, sshkit, boot, logging and output.
namespace kamal::config {
namespace {

using test::configure;
using test::Pairs;
using test::Words;

Registry registry(const std::string& settings) {
  return configure("registry: { " + settings + " }").registry;
}
Builder builder(const std::string& settings) { return configure("builder: { " + settings + " }").builder; }
SshOptions ssh(const std::string& settings) { return configure("ssh: { " + settings + " }").ssh; }
Boot boot(const std::string& settings) {
  return configure("servers: [ a, b, c, d ]\nboot: { " + settings + " }").boot;
}

TEST(RegistryKeys, ServerDefaultsToDockerHub) {
  EXPECT_FALSE(configure("").registry.server);
  EXPECT_EQ(registry("server: ghcr.io").server, "ghcr.io");
  EXPECT_EQ(configure("registry: { server: ghcr.io }").repository(), "ghcr.io/acme/shop");
}

TEST(RegistryKeys, CredentialsAreTextOrASecretName) {
  const Registry found = registry("username: [ USER ], password: 'text'");
  EXPECT_EQ(found.username.value().text, "USER");
  EXPECT_TRUE(found.username.value().is_secret);
  EXPECT_EQ(found.password.value().text, "text");
  EXPECT_FALSE(found.password.value().is_secret);
}

TEST(RegistryKeys, LocalhostWithPortIsLocal) {
  EXPECT_TRUE(registry("server: 'localhost:5000'").local());
  EXPECT_EQ(registry("server: 'localhost:5000'").local_port(), "5000");
  EXPECT_FALSE(registry("server: localhost").local());
  EXPECT_FALSE(registry("server: 'localhost.test:5000'").local());
  EXPECT_FALSE(configure("").registry.local());
}

TEST(BuilderKeys, Defaults) {
  const Builder defaults = configure("").builder;
  EXPECT_EQ(defaults.arches, Words{"amd64"});
  EXPECT_EQ(defaults.driver, "docker-container");
  EXPECT_EQ(defaults.dockerfile, "Dockerfile");
  EXPECT_EQ(defaults.context_or_default(), ".");
  EXPECT_TRUE(defaults.local_enabled);
  EXPECT_FALSE(defaults.context);
  EXPECT_FALSE(defaults.cache);
  EXPECT_FALSE(defaults.pack);
}

TEST(BuilderKeys, ArchIsOneOrAList) {
  EXPECT_EQ(builder("arch: arm64").arches, Words{"arm64"});
  EXPECT_EQ(builder("arch: [ amd64, arm64 ]").arches, (Words{"amd64", "arm64"}));
}

TEST(BuilderKeys, BuildsLocallyWithoutRemote) {
  const Builder both = builder("arch: [ amd64, arm64 ]");
  EXPECT_EQ(both.local_arches("amd64"), (Words{"amd64", "arm64"}));
  EXPECT_EQ(both.remote_arches("amd64"), Words());
  EXPECT_TRUE(both.builds_locally("amd64"));
}

TEST(BuilderKeys, RemoteBuildsForeignArchitectures) {
  const Builder hybrid = builder("arch: [ amd64, arm64 ], remote: 'ssh://b'");
  EXPECT_EQ(hybrid.local_arches("amd64"), Words{"amd64"});
  EXPECT_EQ(hybrid.remote_arches("amd64"), Words{"arm64"});
  const Builder remote = builder("arch: arm64, remote: 'ssh://b'");
  EXPECT_FALSE(remote.builds_locally("amd64"));
  EXPECT_TRUE(remote.builds_remotely("amd64"));
  EXPECT_FALSE(remote.builds_remotely("arm64"));
}

TEST(BuilderKeys, LocalFalseBuildsRemotely) {
  const Builder remote = builder("arch: amd64, remote: 'ssh://b', local: false");
  EXPECT_FALSE(remote.local_enabled);
  EXPECT_EQ(remote.local_arches("amd64"), Words());
  EXPECT_EQ(remote.remote_arches("amd64"), Words{"amd64"});
  EXPECT_FALSE(remote.builds_locally("amd64"));
}

TEST(BuilderKeys, Driver) {
  EXPECT_TRUE(builder("driver: docker").docker_driver());
  EXPECT_TRUE(builder("driver: cloud org/name").cloud());
  EXPECT_FALSE(builder("driver: docker").cloud());
}

TEST(BuilderKeys, Cache) {
  const BuildCache cache = *builder("cache: { type: registry, image: me/cache, options: mode=max }").cache;
  EXPECT_EQ(cache.type, "registry");
  EXPECT_EQ(cache.image, "me/cache");
  EXPECT_EQ(cache.options, "mode=max");
}

TEST(BuilderKeys, Pack) {
  const Buildpacks pack = *builder("pack: { builder: 'heroku/builder:24', buildpacks: [ a, b ] }").pack;
  EXPECT_EQ(pack.builder, "heroku/builder:24");
  EXPECT_EQ(pack.buildpacks, (Words{"a", "b"}));
}

TEST(BuilderKeys, ArgsAndSecrets) {
  const Builder found = builder("args: { RUBY: 3.4, FROM_ENV: , DEBUG: true }, secrets: [ A, B ]");
  EXPECT_EQ(found.args, (Pairs{{"RUBY", "3.4"}, {"FROM_ENV", ""}, {"DEBUG", "true"}}));
  EXPECT_EQ(found.secrets, (Words{"A", "B"}));
}

TEST(BuilderKeys, Source) {
  const Builder found = builder("context: ., dockerfile: ops/Dockerfile, target: production");
  EXPECT_EQ(found.context, ".");
  EXPECT_EQ(found.dockerfile, "ops/Dockerfile");
  EXPECT_EQ(found.target, "production");
}

TEST(BuilderKeys, SshProvenanceAndSbom) {
  const Builder found = builder("ssh: default=$SSH_AUTH_SOCK, provenance: false, sbom: true");
  EXPECT_EQ(found.ssh, "default=$SSH_AUTH_SOCK");
  EXPECT_EQ(found.provenance, "false");
  EXPECT_EQ(found.sbom, "true");
}

TEST(BuilderKeys, FalseUnsetsText) {
  const Builder found = builder("remote: false, dockerfile: false, target: false, ssh: false");
  EXPECT_FALSE(found.remote);
  EXPECT_EQ(found.dockerfile, "Dockerfile");
  EXPECT_FALSE(found.target);
  EXPECT_FALSE(found.ssh);
}

TEST(BuilderKeys, ContextFalseIsTheWorkingTree) { EXPECT_EQ(builder("context: false").context, "."); }

TEST(BuilderKeys, FalseUnsetsTheCacheType) {
  EXPECT_EQ(builder("cache: { type: false }").cache.value().type, "");
}

TEST(SshKeys, Defaults) {
  const SshOptions defaults = configure("").ssh;
  EXPECT_EQ(defaults.user, "root");
  EXPECT_FALSE(defaults.user_is_set);
  EXPECT_EQ(defaults.port, 22);
  EXPECT_FALSE(defaults.port_is_set);
  EXPECT_EQ(defaults.log_level, "fatal");
  EXPECT_TRUE(defaults.use_config);
  EXPECT_FALSE(defaults.keys_only);
  EXPECT_FALSE(defaults.forward_agent);
}

TEST(SshKeys, UserAndPort) {
  const SshOptions found = ssh("user: app, port: \"2222\"");
  EXPECT_EQ(found.user, "app");
  EXPECT_TRUE(found.user_is_set);
  EXPECT_EQ(found.port, 2222);
  EXPECT_TRUE(found.port_is_set);
  EXPECT_EQ(ssh("port: 2200").port, 2200);
}

TEST(SshKeys, JumpHostUserDefaultsToRoot) {
  EXPECT_EQ(ssh("proxy: jump.test").proxy, "root@jump.test");
  EXPECT_EQ(ssh("proxy: app@jump.test").proxy, "app@jump.test");
}

TEST(SshKeys, ProxyCommandOnlyWithoutProxy) {
  EXPECT_EQ(ssh("proxy_command: 'ssh -W %h:%p j'").proxy_command, "ssh -W %h:%p j");
  EXPECT_FALSE(ssh("proxy: j, proxy_command: x").proxy_command);
}

TEST(SshKeys, FalseDisablesJumps) {
  EXPECT_FALSE(ssh("proxy: false").proxy);
  EXPECT_EQ(ssh("proxy: false, proxy_command: nc %h").proxy_command, "nc %h");
  EXPECT_FALSE(ssh("proxy_command: false").proxy_command);
}

TEST(SshKeys, Authentication) {
  const SshOptions found =
      ssh("keys: [ ~/.ssh/a ], key_data: [ DEPLOY_KEY ], keys_only: true, forward_agent: false, log_level: "
          "debug");
  EXPECT_EQ(found.keys, Words{"~/.ssh/a"});
  EXPECT_EQ(found.key_data, Words{"DEPLOY_KEY"});
  EXPECT_TRUE(found.keys_only);
  EXPECT_EQ(found.forward_agent, false);
  EXPECT_EQ(found.log_level, "debug");
}

TEST(SshKeys, ConfigIsOnOffOrFiles) {
  EXPECT_FALSE(ssh("config: false").use_config);
  EXPECT_TRUE(ssh("config: true").use_config);
  EXPECT_EQ(ssh("config: ~/c").config_files, Words{"~/c"});
  EXPECT_EQ(ssh("config: [ a, b ]").config_files, (Words{"a", "b"}));
}

TEST(SshkitKeys, DefaultsAndSettings) {
  const SshkitOptions defaults = configure("").sshkit;
  EXPECT_EQ(defaults.max_concurrent_starts, 30);
  EXPECT_EQ(defaults.pool_idle_timeout.count(), 900);
  EXPECT_EQ(defaults.dns_retries, 3);
  const SshkitOptions found =
      configure("sshkit: { max_concurrent_starts: 10, pool_idle_timeout: 300, dns_retries: 0 }").sshkit;
  EXPECT_EQ(found.max_concurrent_starts, 10);
  EXPECT_EQ(found.pool_idle_timeout.count(), 300);
  EXPECT_EQ(found.dns_retries, 0);
}

TEST(BootKeys, LimitIsANumberOrAPercentage) {
  EXPECT_FALSE(configure("").boot.limit);
  EXPECT_EQ(boot("limit: 3").limit, 3);
  EXPECT_EQ(boot("limit: \"2\"").limit, 2);
  EXPECT_EQ(boot("limit: 50%").limit, 2);
  EXPECT_EQ(boot("limit: 1%").limit, 1);
  EXPECT_EQ(boot("limit: 100%").limit, 4);
}

TEST(BootKeys, FalseUnsetsTheLimit) { EXPECT_FALSE(boot("limit: false").limit); }

TEST(BootKeys, PercentageCountsAccessoryHosts) {
  EXPECT_EQ(
      configure("servers: [ a, b ]\naccessories: { db: { image: x, hosts: [ c, d ] } }\nboot: { limit: 50% }")
          .boot.limit,
      2);
}

TEST(BootKeys, WaitAndParallelRoles) {
  EXPECT_EQ(boot("wait: 10").wait, std::chrono::seconds(10));
  EXPECT_FALSE(boot("limit: 1").wait);
  EXPECT_TRUE(boot("parallel_roles: true").parallel_roles);
  EXPECT_FALSE(boot("limit: 1").parallel_roles);
}

TEST(LoggingKeys, DriverAndOptions) {
  const Logging found =
      configure("logging: { driver: json-file, options: { max-size: 100m, tag: } }").logging;
  EXPECT_EQ(found.driver, "json-file");
  EXPECT_EQ(found.options, (DockerOptions{{"max-size", "100m"}, {"tag", {}}}));
  EXPECT_FALSE(configure("").logging.driver);
}

TEST(LoggingKeys, FalseUnsetsTheDriver) {
  EXPECT_FALSE(configure("logging: { driver: false }").logging.driver);
}

TEST(OutputKeys, OtelAndFile) {
  const OutputOptions found =
      configure("output: { otel: { endpoint: 'http://o:4318' }, file: { path: log } }").output;
  EXPECT_EQ(found.otel_endpoint, "http://o:4318");
  EXPECT_EQ(found.file_path, "log");
  EXPECT_FALSE(configure("output: {}").output.otel_endpoint);
}

}  // namespace
}  // namespace kamal::config
