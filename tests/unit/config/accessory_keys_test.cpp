#include <gtest/gtest.h>

#include "config_fixture.h"
#include "support/there.h"

namespace kamal::config {
namespace {

using test::configure;
using test::names;
using test::Pairs;
using test::Words;

Accessory db(const std::string& settings, const std::string& rest = "") {
  return *configure("accessories:\n  db:\n    image: mysql:8\n" + settings + rest).accessory("db");
}

constexpr const char* placed = "    host: h\n";

Accessory placed_db(const std::string& settings) { return db(std::string(placed) + settings); }

TEST(AccessoryKeys, KeepTheOrderOfTheFile) {
  const Configuration configuration =
      configure("accessories: { z: { image: x, host: h }, a: { image: y, host: h } }");
  EXPECT_EQ(configuration.accessories.at(0).name, "z");
  EXPECT_EQ(configuration.accessories.at(1).name, "a");
  EXPECT_EQ(configuration.accessory("b"), nullptr);
}

TEST(AccessoryKeys, ServiceNamesContainerAndLabel) {
  EXPECT_EQ(placed_db("").service_name, "shop-db");
  EXPECT_EQ(placed_db("").labels, (Labels{{"service", "shop-db"}}));
  EXPECT_EQ(placed_db("    service: own").service_name, "own");
  EXPECT_EQ(placed_db("    service: own").labels, (Labels{{"service", "own"}}));
}

TEST(AccessoryKeys, ImageIncludesTheRegistry) {
  EXPECT_EQ(placed_db("").image, "mysql:8");
  EXPECT_EQ(placed_db("    registry: { server: r.test, username: u, password: p }").image, "r.test/mysql:8");
  EXPECT_EQ(placed_db("    registry: { username: u, password: p }").image, "mysql:8");
}

TEST(AccessoryKeys, RegistryHasItsOwnCredentials) {
  const Accessory accessory =
      placed_db("    registry: { server: r.test, username: u, password: [ SECRET ] }");
  EXPECT_EQ(accessory.registry.value().username.value().text, "u");
  EXPECT_TRUE(accessory.registry.value().password.value().is_secret);
  EXPECT_FALSE(placed_db("").registry);
}

TEST(AccessoryKeys, HostOrHosts) {
  EXPECT_EQ(names(db("    host: h1").hosts), Words{"h1"});
  EXPECT_EQ(names(db("    hosts: [ h1, h2 ]").hosts), (Words{"h1", "h2"}));
}

TEST(AccessoryKeys, RoleOrRolesEachHostOnce) {
  const std::string servers = "\nservers: { web: [ a, b ], jobs: [ b, c ] }";
  EXPECT_EQ(names(db("    role: jobs", servers).hosts), (Words{"b", "c"}));
  EXPECT_EQ(names(db("    roles: [ web, jobs ]", servers).hosts), (Words{"a", "b", "c"}));
}

TEST(AccessoryKeys, TagOrTagsOfServers) {
  const std::string roles = "\nservers: { web: [ { a: x }, b ], jobs: [ { c: [ x, y ] } ] }";
  EXPECT_EQ(names(db("    tag: x", roles).hosts), (Words{"a", "c"}));
  EXPECT_EQ(names(db("    tags: [ y, x ]", roles).hosts), (Words{"c", "a"}));
  EXPECT_EQ(names(db("    tag: x", "\nservers: [ { a: x }, b ]").hosts), Words{"a"});
}

TEST(AccessoryKeys, TagsIgnoreMapRoles) {
  const std::string roles = "\nservers: { web: [ { a: x } ], jobs: { hosts: [ { c: x } ] } }";
  EXPECT_EQ(names(db("    tag: x", roles).hosts), Words{"a"});
}

TEST(AccessoryKeys, TagMatchesLoneTagsOnly) {
  EXPECT_EQ(names(db("    tag: write", "\nservers: { web: [ { a: writer } ] }").hosts), Words{"a"});
  EXPECT_EQ(names(db("    tag: write", "\nservers: { web: [ { a: [ writer ] } ] }").hosts), Words());
}

TEST(AccessoryKeys, TagMatchesWholeInPlainServerList) {
  EXPECT_EQ(names(db("    tag: write", "\nservers: [ { a: writer }, { b: write } ]").hosts), Words{"b"});
}

TEST(AccessoryKeys, PortAppliesToBothSidesByDefault) {
  EXPECT_EQ(placed_db("    port: 3306").port, "3306:3306");
  EXPECT_EQ(placed_db("    port: '127.0.0.1:3306:3306'").port, "127.0.0.1:3306:3306");
  EXPECT_FALSE(placed_db("").port);
}

TEST(AccessoryKeys, CmdAndNetwork) {
  EXPECT_EQ(placed_db("    cmd: bin/mysqld -v").cmd, "bin/mysqld -v");
  EXPECT_EQ(placed_db("    network: backend").network, "backend");
  EXPECT_EQ(placed_db("").network, "kamal");
}

TEST(AccessoryKeys, OptionsAndRestart) {
  const Accessory accessory = placed_db("    options: { restart: always, memory: 1g, privileged: true }");
  EXPECT_EQ(accessory.restart_policy, "always");
  EXPECT_EQ(accessory.options, (DockerOptions{{"memory", "1g"}, {"privileged", {}}}));
  EXPECT_EQ(placed_db("").restart_policy, "unless-stopped");
}

TEST(AccessoryKeys, LabelsAndEnv) {
  const Accessory accessory =
      placed_db("    labels: { team: data }\n    env: { clear: { A: 1 }, secret: [ B ] }");
  EXPECT_EQ(accessory.labels, (Labels{{"service", "shop-db"}, {"team", "data"}}));
  EXPECT_EQ(accessory.env.clear, (Pairs{{"A", "1"}}));
  EXPECT_EQ(accessory.env.secret, Words{"B"});
}

TEST(AccessoryKeys, RootEnvIsNotInherited) {
  const Configuration configuration = configure("env: { A: 1 }\naccessories: { db: { image: x, host: h } }");
  EXPECT_EQ(test::there(configuration.accessory("db")).env.clear, Pairs());
}

TEST(AccessoryKeys, FilesAsText) {
  const Accessory accessory = placed_db("    files: [ 'config/my.cnf:/etc/my.cnf', 'a:/b:ro,Z' ]");
  ASSERT_EQ(accessory.files.size(), 2u);
  EXPECT_EQ(accessory.files.at(0).local, "config/my.cnf");
  EXPECT_EQ(accessory.files.at(0).container_path, "/etc/my.cnf");
  EXPECT_EQ(accessory.files.at(0).mode, "755");
  EXPECT_FALSE(accessory.files.at(0).owner);
  EXPECT_FALSE(accessory.files.at(0).options);
  EXPECT_EQ(accessory.files.at(1).options, "ro,Z");
  EXPECT_EQ(accessory.file_host_path(accessory.files.at(0)), "shop-db/etc/my.cnf");
}

TEST(AccessoryKeys, FilesAsMaps) {
  const Accessory accessory = placed_db(
      "    files:\n"
      "      - { local: a, remote: /b, mode: \"0600\", owner: \"999:999\", options: Z }\n"
      "      - { local: c, remote: /d }\n");
  EXPECT_EQ(accessory.files.at(0).mode, "0600");
  EXPECT_EQ(accessory.files.at(0).owner, "999:999");
  EXPECT_EQ(accessory.files.at(0).options, "Z");
  EXPECT_EQ(accessory.files.at(1).mode, "755");
}

Words container_paths(const std::vector<MountedPath>& paths) {
  Words list;
  for (const MountedPath& path : paths) list.push_back(path.container_path);
  return list;
}

TEST(AccessoryKeys, LastDuplicateFileReplacesTheFirst) {
  const Accessory accessory = placed_db("    files: [ 'a:/1', 'b:/2', { local: ./a, remote: /3 } ]");
  EXPECT_EQ(container_paths(accessory.files), (Words{"/3", "/2"}));
}

TEST(AccessoryKeys, TemplatesMayRepeat) {
  EXPECT_EQ(container_paths(placed_db("    files: [ 'a.erb:/1', 'a.erb:/2' ]").files), (Words{"/1", "/2"}));
}

TEST(AccessoryKeys, LastDuplicateDirectoryWins) {
  EXPECT_EQ(container_paths(placed_db("    directories: [ 'a:/1', './a:/2', 'a:/3' ]").directories),
            (Words{"/3", "/2"}));
}

TEST(AccessoryKeys, FalseKeepsDefaults) {
  const Accessory accessory = placed_db(
      "    service: false\n    network: false\n    files: [ { local: a, remote: /b, mode: false } ]");
  EXPECT_EQ(accessory.service_name, "shop-db");
  EXPECT_EQ(accessory.network, "kamal");
  EXPECT_EQ(accessory.files.at(0).mode, "755");
}

TEST(AccessoryKeys, Directories) {
  const Accessory accessory = placed_db(
      "    directories: [ 'data:/var/lib/mysql', '/srv/x:/x:z', { local: b, remote: /y, mode: \"0750\" } ]");
  EXPECT_EQ(accessory.directory_host_path(accessory.directories.at(0)), "${PWD}/shop-db/data");
  EXPECT_EQ(accessory.directory_host_path(accessory.directories.at(1)), "/srv/x");
  EXPECT_FALSE(accessory.directories.at(0).mode);
  EXPECT_EQ(accessory.directories.at(1).options, "z");
  EXPECT_EQ(accessory.directories.at(2).mode, "0750");
}

TEST(AccessoryKeys, FilesAndDirectoriesAreMounted) {
  const Accessory accessory =
      placed_db("    files: [ 'a:/b:ro' ]\n    directories: [ 'data:/c', '/srv:/d' ]\n");
  Words mounts;
  for (const Volume& volume : accessory.path_volumes()) mounts.push_back(volume.docker_text());
  EXPECT_EQ(mounts, (Words{"${PWD}/shop-db/b:/b:ro", "${PWD}/shop-db/data:/c", "/srv:/d"}));
}

TEST(AccessoryKeys, VolumesStayAsWritten) {
  EXPECT_EQ(placed_db("    volumes: [ 'x:/y', '/a:/b' ]").volumes, (Words{"x:/y", "/a:/b"}));
}

TEST(AccessoryKeys, ProxyIsNotInherited) {
  const Configuration configuration = configure(
      "proxy: { app_port: 3000 }\n"
      "accessories: { db: { image: x, host: h, proxy: { host: db.test } } }");
  const Proxy& proxy = test::there(test::there(configuration.accessory("db")).proxy);
  EXPECT_EQ(proxy.hosts, Words{"db.test"});
  EXPECT_EQ(proxy.app_port, "80");
  EXPECT_EQ(names(configuration.proxy_hosts()), (Words{"192.0.2.1", "192.0.2.2", "h"}));
}

TEST(AccessoryKeys, ProxyFalseAndEmptyMeanNone) {
  EXPECT_FALSE(placed_db("    proxy: false").running_proxy());
  EXPECT_FALSE(placed_db("    proxy: {}").running_proxy());
  EXPECT_FALSE(placed_db("").running_proxy());
}

TEST(AccessoryKeys, HostsFollowThoseOfRoles) {
  EXPECT_EQ(names(configure("accessories: { db: { image: x, hosts: [ h, 192.0.2.2 ] } }").all_hosts()),
            (Words{"192.0.2.1", "192.0.2.2", "h"}));
}

}  // namespace
}  // namespace kamal::config
