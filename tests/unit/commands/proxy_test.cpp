#include "kamal/commands/proxy.h"

#include <gtest/gtest.h>

#include "support/deploy_file.h"

namespace kamal::commands {
namespace {

using test::configured;

const std::string start =
    "docker run --name kamal-proxy --network kamal --detach --restart unless-stopped"
    " --volume kamal-proxy-config:/home/kamal-proxy/.config/kamal-proxy"
    " --volume \"${PWD}/.kamal/proxy/apps-config:/home/kamal-proxy/.apps-config\"";
const std::string boot_config =
    "echo $(cat .kamal/proxy/options 2> /dev/null || "
    "echo '--publish 80:80 --publish 443:443 --log-opt max-size=10m') "
    "$(cat .kamal/proxy/image 2> /dev/null || echo basecamp/kamal-proxy):"
    "$(cat .kamal/proxy/image_version 2> /dev/null || echo v0.9.2) "
    "$(cat .kamal/proxy/run_command 2> /dev/null || echo '')";

Proxy proxy_of(const config::Configuration& config) { return {config, Host("1.1.1.1")}; }

std::string run(const std::string& settings) {
  return proxy_of(configured("proxy: { run: " + settings + " }")).run().shell_text();
}

TEST(Proxy, RunsFromBootConfigFiles) {
  EXPECT_EQ(proxy_of(configured()).run().shell_text(), boot_config + " | xargs " + start);
}

TEST(Proxy, IsStartedOrElseRun) {
  EXPECT_EQ(proxy_of(configured()).start_or_run().shell_text(),
            "docker container start kamal-proxy || " + boot_config + " | xargs " + start);
}

TEST(Proxy, ShowsItsBootConfig) { EXPECT_EQ(proxy_of(configured()).boot_config().shell_text(), boot_config); }

TEST(Proxy, RunsFromDeployYml) {
  EXPECT_EQ(run("{ http_port: 8080 }"),
            "docker run --name kamal-proxy --network kamal --detach --restart unless-stopped"
            " --volume kamal-proxy-config:/home/kamal-proxy/.config/kamal-proxy"
            " --volume \"${PWD}/.kamal/proxy/apps-config:/home/kamal-proxy/.apps-config\""
            " --publish 8080:80 --publish 443:443 --log-opt max-size=10m basecamp/kamal-proxy:v0.9.2"
            " kamal-proxy run");
}

const std::string ports = " --publish 80:80 --publish 443:443";
const std::string log = " --log-opt max-size=10m";
const std::string image = " basecamp/kamal-proxy:v0.9.2 kamal-proxy run";

TEST(ProxyRun, Publish) { EXPECT_EQ(run("{ publish: false }"), start + log + image); }

TEST(ProxyRun, BindIps) {
  EXPECT_EQ(run("{ bind_ips: [ 10.0.0.5, \"fd00::5\" ] }"),
            start +
                " --publish 10.0.0.5:80:80 --publish 10.0.0.5:443:443"
                " --publish '[fd00::5]:80:80' --publish '[fd00::5]:443:443'" +
                log + image);
}

TEST(ProxyRun, VersionRegistryAndRepository) {
  EXPECT_EQ(run("{ version: v0.9.9, registry: \"registry.test:5000\", repository: mirror/kamal-proxy }"),
            start + ports + log + " registry.test:5000/mirror/kamal-proxy:v0.9.9 kamal-proxy run");
}

TEST(ProxyRun, Options) {
  EXPECT_EQ(run("{ options: { label: [ a=b, c=d ], memory: 512m, read-only: true } }"),
            start + ports + log + " --label a=b --label c=d --memory 512m --read-only" + image);
}

TEST(Proxy, IsStartedStoppedAndShown) {
  EXPECT_EQ(proxy_of(configured()).start().shell_text(), "docker container start kamal-proxy");
  EXPECT_EQ(proxy_of(configured()).stop().shell_text(), "docker container stop kamal-proxy");
  EXPECT_EQ(proxy_of(configured()).info().shell_text(), "docker ps --filter 'name=^kamal-proxy$'");
  EXPECT_EQ(proxy_of(configured()).version().shell_text(),
            "docker inspect kamal-proxy --format '{{.Config.Image}}' | awk -F: '{print $NF}'");
}

TEST(Proxy, IsRemoved) {
  EXPECT_EQ(proxy_of(configured()).remove_container().shell_text(),
            "docker container prune --force --filter label=org.opencontainers.image.title=kamal-proxy");
  EXPECT_EQ(proxy_of(configured()).remove_image().shell_text(),
            "docker image prune --all --force --filter label=org.opencontainers.image.title=kamal-proxy");
  EXPECT_EQ(proxy_of(configured()).remove_proxy_directory().shell_text(), "rm -rf .kamal/proxy");
}

TEST(Proxy, ReplacesTraefik) {
  EXPECT_EQ(proxy_of(configured()).cleanup_traefik().shell_text(),
            "docker container stop traefik ; "
            "docker container prune --force --filter label=org.opencontainers.image.title=Traefik && "
            "docker image prune --all --force --filter label=org.opencontainers.image.title=Traefik");
}

TEST(Proxy, HasDirectories) {
  EXPECT_EQ(proxy_of(configured()).ensure_proxy_directory().shell_text(), "mkdir -p .kamal/proxy");
  EXPECT_EQ(proxy_of(configured()).ensure_apps_config_directory().shell_text(),
            "umask 022 && mkdir -p .kamal/proxy/apps-config && "
            "find .kamal/proxy/apps-config -prune '!' -perm -755 -exec chmod a+rx '{}' +");
}

TEST(Proxy, ResetsItsBootConfig) {
  const config::Configuration config = configured();
  const Proxy proxy = proxy_of(config);
  EXPECT_EQ(remove_file(proxy.options_file()).shell_text(), "rm .kamal/proxy/options");
  EXPECT_EQ(remove_file(proxy.image_file()).shell_text(), "rm .kamal/proxy/image");
  EXPECT_EQ(remove_file(proxy.image_version_file()).shell_text(), "rm .kamal/proxy/image_version");
  EXPECT_EQ(remove_file(proxy.run_command_file()).shell_text(), "rm .kamal/proxy/run_command");
}

TEST(BootConfig, NeedsNoFilesForTheDefaults) {
  EXPECT_EQ(BootConfig().options_text(), std::nullopt);
  EXPECT_EQ(BootConfig().image_text(), std::nullopt);
  EXPECT_EQ(BootConfig().run_command_text(), std::nullopt);
}

TEST(BootConfig, WritesEveryOption) {
  BootConfig config;
  config.http_port = "8080";
  config.publish_host_ips = {"10.0.0.5", "::1"};
  config.log_max_size = "50m";
  config.registry = "registry.test";
  config.repository = "mirror";
  config.metrics_port = "9090";
  config.debug = true;
  config.docker_options = {"memory=256m", "label=team=edge"};
  EXPECT_EQ(
      config.options_text(),
      "--publish 10.0.0.5:8080:80 --publish 10.0.0.5:443:443 --publish [::1]:8080:80 --publish [::1]:443:443 "
      "--log-opt max-size=50m --expose=9090 --memory=256m --label=team=edge");
  EXPECT_EQ(config.image_text(), "registry.test/mirror/kamal-proxy");
  EXPECT_EQ(config.run_command_text(), "kamal-proxy run --debug --metrics-port \"9090\"");
}

TEST(BootConfig, SupportsPublishNothing) {
  BootConfig config;
  config.publish = false;
  EXPECT_EQ(config.options_text(), "--log-opt max-size=10m");
}

TEST(BootConfig, RejectsInvalidAddresses) {
  BootConfig config;
  config.publish_host_ips = {"localhost"};
  EXPECT_THROW(config.options_text(), std::invalid_argument);
}

}  // namespace
}  // namespace kamal::commands
