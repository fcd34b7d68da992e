#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kamal/support/files.h"
#include "support/json_schema.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using nlohmann::json;
using test::CliRun;
using ::testing::IsEmpty;
using ::testing::Not;

// Every kind of entry: a held lock, a host that is down, a container that ended, one that is measured.
struct StatusJson : ::testing::Test {
  StatusJson() {
    for (const char* name : {"shop-web-v1", "shop-db", "kamal-proxy"})
      kamal.servers.docker("1.1.1.1").add(name);
    test::FakeDocker::Container& web = kamal.servers.docker("1.1.1.1").at("shop-web-v1");
    web.health = "healthy";
    web.image = "acme/shop:v1";
    web.image_created = "2026-01-01T03:04:05.123456789Z";
    web.started_at = "2026-01-02T02:04:05.678Z";
    kamal.servers.docker("1.1.1.1").at("kamal-proxy").image = "basecamp/kamal-proxy:v0.9.2";
    kamal.servers.docker("1.1.1.1").at("shop-db").running = false;
    kamal.servers.docker("1.1.1.1").at("shop-db").exit_code = 1;
    kamal.servers.docker("1.1.1.1").point("shop-web", "shop-web-v1");
    kamal.servers.answer("1.1.1.1", "docker stats", {0, "id-shop-web-v1|1.50%|1KiB / 4GiB\n", ""});
    kamal.servers.answer("1.1.1.1", "cat .kamal/lock-shop/details",
                         {0, "Locked by: Bob at 2026-01-02T03:01:05Z\nVersion: v9\nMessage: Moving\n", ""});
    kamal.servers.unreachable("1.1.1.2");
  }

  json status(const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"status", "--format", "json"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    result = kamal.run(arguments);
    return json::parse(result.out);
  }

  CliRun kamal{"servers: [ 1.1.1.1, 1.1.1.2 ]\naccessories: { db: { image: postgres, host: 1.1.1.1 } }"};
  CliRun::Result result;
};

TEST_F(StatusJson, IsAsDocumented) {
  const test::JsonSchema schema(json::parse(read_file(std::string(KAMAL_DOCUMENTS) + "/status.schema.json")));
  const json everything = status({"--stats"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(schema.problems(everything), IsEmpty());
  EXPECT_THAT(schema.problems(status({"-h", "1.1.1.1"})), IsEmpty());
  EXPECT_EQ(result.status, 0) << result.err;
  json wrong = everything;
  wrong["roles"][0]["state"] = "well";
  wrong["secret"] = 1;
  EXPECT_EQ(schema.problems(wrong).size(), 2U) << "the schema is looked at";
}

TEST_F(StatusJson, HasAnEntryForEachRoleOnAHost) {
  const json roles = status({"--stats"}).at("roles");
  EXPECT_EQ(roles.at(0), json::parse(R"({
    "host": "1.1.1.1", "role": "web", "version": "v1", "state": "running", "health": "healthy", "exit_code": null,
    "restarts": 0, "started_at": "2026-01-02T02:04:05Z", "finished_at": null, "image": "acme/shop:v1",
    "image_created_at": "2026-01-01T03:04:05Z", "traffic": "serving",
    "usage": { "cpu_percent": 1.5, "memory_bytes": 1024 }
  })"));
  EXPECT_EQ(roles.at(1).at("host"), "1.1.1.2");
  EXPECT_EQ(roles.at(1).at("state"), "unknown");
  EXPECT_EQ(roles.at(1).at("version"), nullptr);
  EXPECT_EQ(roles.size(), 2U);
}

TEST_F(StatusJson, HasAccessoriesProxiesLockAndProblems) {
  const json all = status({});
  EXPECT_EQ(all.at("accessories").at(0).at("exit_code"), 1);
  EXPECT_EQ(all.at("proxies").at(0).at("version"), "v0.9.2");
  EXPECT_EQ(all.at("locks"), json::parse(R"([{
    "host": "1.1.1.1", "state": "held", "holder": "Bob", "since": "2026-01-02T03:01:05Z", "version": "v9",
    "message": "Moving", "manual": true, "abandoned": false
  }])"));
  EXPECT_EQ(all.at("problems"), json::parse(R"([
    { "host": "1.1.1.2", "reason": "Can't connect to 1.1.1.2", "unreachable": true }
  ])"));
}

TEST_F(StatusJson, IsAllThatIsPrinted) {
  kamal.add_hook("pre-connect");
  EXPECT_THAT(status({}), Not(IsEmpty()));
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.out.front(), '{');
}

}  // namespace
}  // namespace kamal
