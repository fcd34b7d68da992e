#include "kamal/commands/accessory.h"

#include <gtest/gtest.h>

#include "support/there.h"
#include "unit/commands/commands_of.h"

namespace kamal::commands {
namespace {

using test::configured;

const std::string start = "docker run --name shop-db --detach --restart unless-stopped --network kamal";
const std::string log = " --log-opt max-size=10m";
const std::string env_file = " --env-file .kamal/apps/shop/env/accessories/db.env";
const std::string label = " --label service=shop-db";
const std::string image = " postgres:17";

// An accessory `db` with these further settings.
std::string with(const std::string& settings) {
  return "accessories:\n  db:\n    image: postgres:17\n    host: 1.1.1.5\n" + settings;
}

std::string run(const std::string& settings) { return text(accessory_of(configured(with(settings))).run()); }

std::vector<std::string> texts(const std::vector<Command>& commands) {
  std::vector<std::string> all;
  for (const Command& command : commands) all.push_back(text(command));
  return all;
}

TEST(AccessoryRun, StartsAContainerNamedAfterTheService) {
  EXPECT_EQ(
      run(""),
      "docker run --name shop-db --detach --restart unless-stopped --network kamal --log-opt max-size=10m "
      "--env-file .kamal/apps/shop/env/accessories/db.env --label service=shop-db postgres:17");
}

TEST(AccessoryRun, PassesTheHost) {
  EXPECT_EQ(text(accessory_of(configured(with(""))).run(Host("1.1.1.5"))),
            start + log + " --env KAMAL_HOST=1.1.1.5" + env_file + label + image);
}

TEST(AccessoryRun, Registry) {
  EXPECT_EQ(run("    registry: { server: other.test, username: u, password: p }\n"),
            start + log + env_file + label + " other.test/postgres:17");
}

TEST(AccessoryRun, RestartOptionReplacesThePolicy) {
  EXPECT_EQ(
      run("    options: { restart: always }\n"),
      "docker run --name shop-db --detach --restart always --network kamal" + log + env_file + label + image);
}

TEST(AccessoryRun, Env) {
  EXPECT_EQ(run("    env: { clear: { TZ: Europe/Paris, GREETING: hello you }, secret: [ PASSWORD ] }\n"),
            start + log + " --env TZ=Europe/Paris --env \"GREETING=hello you\"" + env_file + label + image);
}

TEST(AccessoryRun, MountsFilesAndDirectories) {
  EXPECT_EQ(run("    files: [ \"config/my.cnf:/etc/my.cnf:ro\" ]\n"
                "    directories: [ \"data:/var/lib/data\", \"/srv/logs:/logs\" ]\n"),
            start + log + env_file +
                " --volume \"${PWD}/shop-db/etc/my.cnf:/etc/my.cnf:ro\""
                " --volume \"${PWD}/shop-db/data:/var/lib/data\" --volume /srv/logs:/logs" +
                label + image);
}

TEST(AccessoryRun, LoggingIsTheRoots) {
  EXPECT_EQ(text(accessory_of(configured("logging: { driver: local }\n" + with(""))).run()),
            start + " --log-driver local" + env_file + label + image);
}

TEST(AccessoryRun, EnvFileIsTheDestinations) {
  EXPECT_EQ(text(accessory_of(configured(with(""), "staging")).run()),
            start + log + " --env-file .kamal/apps/shop-staging/env/accessories/db.env" + label + image);
}

TEST(AccessoryCommands, ForTheContainer) {
  const config::Configuration config = configured(with(""));
  const Accessory db = accessory_of(config);
  EXPECT_EQ(text(db.start()), "docker container start shop-db");
  EXPECT_EQ(text(db.stop()), "docker container stop shop-db");
  EXPECT_EQ(text(db.info()), "docker ps --filter label=service=shop-db");
  EXPECT_EQ(text(db.existing_container_ids()), "docker ps -a -q --filter label=service=shop-db");
  EXPECT_EQ(text(db.container_states()), "docker ps -a --format '{{.State}}' --filter label=service=shop-db");
  EXPECT_EQ(text(db.running_container_id()), "docker container ls --filter 'name=^shop-db$' --quiet");
  EXPECT_EQ(text(db.remove_container()), "docker container prune --force --filter label=service=shop-db");
}

TEST(AccessoryCommands, ForTheImageAndDirectories) {
  const config::Configuration config = configured(with(""));
  const Accessory db = accessory_of(config);
  EXPECT_EQ(text(db.pull_image()), "docker image pull postgres:17");
  EXPECT_EQ(text(db.remove_image()), "docker image rm --force postgres:17");
  EXPECT_EQ(text(db.remove_service_directory()), "rm -rf shop-db");
  EXPECT_EQ(text(db.ensure_env_directory()), "mkdir -p .kamal/apps/shop/env/accessories");
}

TEST(AccessoryCommands, ReportAMissingImage) {
  const config::Configuration config = configured("accessories: { db: { host: 1.1.1.3 } }");
  const Accessory accessory = accessory_of(config, "db");
  const auto why = [](const auto& command) {
    try {
      command();
      return std::string();
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
  };
  const std::string missing = "accessories/db/image: is required (example: image: postgres:17)";
  EXPECT_EQ(why([&] { accessory.run(); }), missing);
  EXPECT_EQ(why([&] { accessory.pull_image(); }), missing);
  EXPECT_EQ(why([&] { accessory.remove_image(); }), missing);
  EXPECT_EQ(why([&] { accessory.execute_in_new_container({"sh"}, Interaction::none); }), missing);
  EXPECT_EQ(text(accessory.start()), "docker container start shop-db");
}

TEST(AccessoryExec, RunsInTheExistingContainer) {
  EXPECT_EQ(text(accessory_of(configured(with("")))
                     .execute_in_existing_container({"psql", "-c", "select 1"}, Interaction::terminal)),
            "docker exec -it shop-db psql -c 'select 1'");
}

TEST(AccessoryExec, RunsInANewContainerWithItsSettings) {
  const std::string settings =
      "    env: { TZ: UTC }\n    volumes: [ \"/a:/a\" ]\n    options: { cpus: 2 }\n    network: custom\n"
      "    port: 5432\n    labels: { a: b }\n";
  EXPECT_EQ(
      text(accessory_of(configured(with(settings))).execute_in_new_container({"psql"}, Interaction::none)),
      "docker run --rm --network custom --env TZ=UTC --env-file .kamal/apps/shop/env/accessories/db.env "
      "--volume /a:/a --cpus 2 postgres:17 psql");
}

TEST(ContainerLogs, SupportLimitsAndGrep) {
  LogOptions options;
  options.since = "5m";
  options.lines = "100";
  options.grep = "FATAL: x";
  EXPECT_EQ(text(container_logs("shop-db", options, Following::no)),
            "docker logs shop-db --since 5m --tail 100 --timestamps 2>&1 | grep -e 'FATAL: x'");
}

TEST(ContainerLogs, AreFollowedFromTheLastTenLines) {
  EXPECT_EQ(text(container_logs("shop-db", {}, Following::yes)),
            "docker logs shop-db --tail 10 --timestamps --follow 2>&1");
}

TEST(AccessoryFiles, SetModeAndOwnerAfterUpload) {
  const config::Configuration config =
      configured(with("    files: [ \"a.cnf:/etc/a.cnf\", { local: b, remote: /etc/b, mode: \"0600\", owner: "
                      "\"999:999\" } ]\n"));
  const config::Accessory& db = test::there(config.accessory("db"));
  const Accessory accessory = accessory_of(config);
  EXPECT_EQ(text(accessory.make_directory_for(db.files.at(0))), "umask 022 && mkdir -p shop-db/etc");
  EXPECT_EQ(texts(accessory.own_file(db.files.at(0))),
            (std::vector<std::string>{"chmod 755 shop-db/etc/a.cnf"}));
  EXPECT_EQ(texts(accessory.own_file(db.files.at(1))),
            (std::vector<std::string>{"chmod 0600 shop-db/etc/b", "chown 999:999 shop-db/etc/b"}));
}

TEST(AccessoryDirectories, SetModeAndOwner) {
  const config::Configuration config = configured(with(
      "    directories: [ \"data:/data\", { local: /srv/x, remote: /x, mode: \"0750\", owner: pg } ]\n"));
  const config::Accessory& db = test::there(config.accessory("db"));
  const Accessory accessory = accessory_of(config);
  EXPECT_EQ(texts(accessory.make_directory(db.directories.at(0))),
            (std::vector<std::string>{"umask 022 && mkdir -p \"${PWD}/shop-db/data\""}));
  EXPECT_EQ(
      texts(accessory.make_directory(db.directories.at(1))),
      (std::vector<std::string>{"umask 022 && mkdir -p /srv/x", "chmod 0750 /srv/x", "chown pg /srv/x"}));
}

TEST(AccessoryProxy, DeploysUnderTheServiceName) {
  const config::Configuration config = configured(with("    proxy: { host: db.test, app_port: 8080 }\n"));
  EXPECT_EQ(text(accessory_of(config).deploy("0a1b2c")),
            "docker exec kamal-proxy kamal-proxy deploy shop-db --target=0a1b2c:8080 --host=db.test "
            "--deploy-timeout=30s --drain-timeout=30s --buffer-requests --buffer-responses "
            "--log-request-header=Cache-Control --log-request-header=Last-Modified "
            "--log-request-header=User-Agent");
  EXPECT_EQ(text(accessory_of(config).remove()), "docker exec kamal-proxy kamal-proxy remove shop-db");
}

}  // namespace
}  // namespace kamal::commands
