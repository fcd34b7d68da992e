#include "unit/cli/key_effects.h"

namespace kamal::test {
namespace {

const Line booting_db = {"accessory", "boot", "db", "--version", "v2"};
const std::string unplaced = "accessories:\n  db:\n    image: mysql:8.0\n";
const std::string db = unplaced + "    host: 1.1.1.5\n";
const std::string run = "docker run --name shop-db ";

KeyEffects places() {
  const std::string app =
      "servers: { web: [ 1.1.1.1, { 1.1.1.2: reader } ], jobs: [ { 1.1.1.3: [ writer, slow ] } ] }\n" +
      unplaced;
  return {
      {"accessories/NAME/host", unplaced, "    host: 1.1.1.5", booting_db, "1.1.1.5: " + run},
      {"accessories/NAME/hosts", unplaced, "    hosts: [ 1.1.1.5, 1.1.1.6 ]", booting_db, "1.1.1.6: " + run},
      {"accessories/NAME/role", app, "    role: jobs", booting_db, "1.1.1.3: " + run},
      {"accessories/NAME/roles", app, "    roles: [ web, jobs ]", booting_db, "1.1.1.2: " + run},
      {"accessories/NAME/tag", app, "    tag: writer", booting_db, "1.1.1.3: " + run},
      {"accessories/NAME/tags", app, "    tags: [ writer, reader ]", booting_db, "1.1.1.2: " + run},
  };
}

KeyEffects containers() {
  return {
      {"accessories/NAME/image", "accessories:\n  db:\n    host: 1.1.1.5\n", "    image: mysql:8.4",
       booting_db, " --label service=shop-db mysql:8.4\n"},
      {"accessories/NAME/service", db, "    service: mysql", booting_db, "docker run --name mysql "},
      {"accessories/NAME/cmd", db, "    cmd: bin/mysqld --verbose", booting_db,
       " mysql:8.0 bin/mysqld --verbose\n"},
      {"accessories/NAME/port", db, "    port: \"127.0.0.1:3306:3306\"", booting_db,
       " --publish 127.0.0.1:3306:3306 "},
      {"accessories/NAME/port", db, "    port: 3306", booting_db, " --publish 3306:3306 "},
      {"accessories/NAME/network", db, "    network: custom", booting_db, " --network custom "},
      {"accessories/NAME/labels", db, "    labels: { app: myapp }", booting_db, " --label app=myapp "},
      {"accessories/NAME/options", db, "    options: { restart: always, cpus: 2 }", booting_db,
       " --restart always "},
      {"accessories/NAME/options", db, "    options: { restart: always, cpus: 2 }", booting_db,
       " --cpus 2 mysql:8.0"},
      {"accessories/NAME/env", db, "    env: { MODE: fast }", booting_db, " --env MODE=fast "},
      {"accessories/NAME/env", db, "    env: { secret: [ \"ROOT_PASSWORD:TOKEN\" ] }", booting_db,
       "1.1.1.5:.kamal/apps/shop/env/accessories/db.env holds ROOT_PASSWORD=teapot\n"},
      {"accessories/NAME/registry", db,
       "    registry: { server: other.test, username: ann, password: [ TOKEN ] }", booting_db,
       "1.1.1.5:docker login other.test -u ann --password-stdin reads teapot\n"},
      {"accessories/NAME/registry", db,
       "    registry: { server: other.test, username: ann, password: [ TOKEN ] }", booting_db,
       " other.test/mysql:8.0\n"},
      {"accessories/NAME/proxy", db, "    proxy: { host: db.test, app_port: 8080 }", booting_db,
       "1.1.1.5: docker exec kamal-proxy kamal-proxy deploy shop-db \"--target=id-shop-db:8080\" "
       "--host=db.test "},
      {"accessories/NAME/volumes", db, "    volumes: [ \"/srv/mysql:/var/lib/mysql\" ]", booting_db,
       " --volume /srv/mysql:/var/lib/mysql "},
  };
}

KeyEffects files() {
  const std::string map = "    files: [ { local: config/my.cnf, remote: /etc/mysql/my.cnf, ";
  return {
      {"accessories/NAME/files", db, "    files: [ \"config/my.cnf:/etc/mysql/my.cnf\" ]", booting_db,
       "1.1.1.5:shop-db/etc/mysql/my.cnf holds [mysqld]\n"},
      {"accessories/NAME/files", db, "    files: [ \"config/my.cnf:/etc/mysql/my.cnf:ro,Z\" ]", booting_db,
       " --volume \"${PWD}/shop-db/etc/mysql/my.cnf:/etc/mysql/my.cnf:ro,Z\" "},
      {"accessories/NAME/files/local", db, map + "mode: \"0600\" } ]", booting_db,
       "1.1.1.5:shop-db/etc/mysql/my.cnf holds [mysqld]\n"},
      {"accessories/NAME/files/remote", db, map + "mode: \"0600\" } ]", booting_db,
       " --volume \"${PWD}/shop-db/etc/mysql/my.cnf:/etc/mysql/my.cnf\" "},
      {"accessories/NAME/files/mode", db, map + "mode: \"0600\" } ]", booting_db,
       "1.1.1.5: chmod 0600 shop-db/etc/mysql/my.cnf\n"},
      {"accessories/NAME/files/owner", db, map + "owner: \"999:999\" } ]", booting_db,
       "1.1.1.5: chown 999:999 shop-db/etc/mysql/my.cnf\n"},
      {"accessories/NAME/files/options", db, map + "options: Z } ]", booting_db,
       " --volume \"${PWD}/shop-db/etc/mysql/my.cnf:/etc/mysql/my.cnf:Z\" "},
  };
}

KeyEffects directories() {
  const std::string map = "    directories: [ { local: data, remote: /var/lib/mysql, ";
  return {
      {"accessories/NAME/directories", db, "    directories: [ \"data:/var/lib/mysql:z\" ]", booting_db,
       "1.1.1.5: umask 022 && mkdir -p \"${PWD}/shop-db/data\"\n"},
      {"accessories/NAME/directories", db, "    directories: [ \"data:/var/lib/mysql:z\" ]", booting_db,
       " --volume \"${PWD}/shop-db/data:/var/lib/mysql:z\" "},
      {"accessories/NAME/directories/local", db, map + "mode: \"0750\" } ]", booting_db,
       "1.1.1.5: umask 022 && mkdir -p \"${PWD}/shop-db/data\"\n"},
      {"accessories/NAME/directories/remote", db, map + "mode: \"0750\" } ]", booting_db,
       " --volume \"${PWD}/shop-db/data:/var/lib/mysql\" "},
      {"accessories/NAME/directories/mode", db, map + "mode: \"0750\" } ]", booting_db,
       "1.1.1.5: chmod 0750 \"${PWD}/shop-db/data\"\n"},
      {"accessories/NAME/directories/owner", db, map + "owner: \"mysql:mysql\" } ]", booting_db,
       "1.1.1.5: chown mysql:mysql \"${PWD}/shop-db/data\"\n"},
      {"accessories/NAME/directories/options", db, map + "options: z } ]", booting_db,
       " --volume \"${PWD}/shop-db/data:/var/lib/mysql:z\" "},
  };
}

}  // namespace

KeyEffects accessory_key_effects() {
  KeyEffects all;
  for (const KeyEffects& part : {places(), containers(), files(), directories()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace kamal::test
