#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/plan/option_fields.h"
#include "cli/plan/proxy_settings.h"
#include "cli/plan/settings.h"
#include "kamal/support/quoting.h"

namespace kamal::cli {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Difference::Kind;
using Change = Difference::Change;

json image() {
  return json::parse(R"({"Id": "sha256:1", "Config": {
    "Env": ["PATH=/bin", "LANG=C"], "Cmd": ["./serve"], "User": "app", "WorkingDir": "/app",
    "Labels": {"made-by": "us"}, "ExposedPorts": {"80/tcp": {}}, "Volumes": {"/cache": {}},
    "Healthcheck": {"Test": ["CMD-SHELL", "true"], "Interval": 5000000000}}})");
}

// A container as docker describes it after `docker run` without options.
json container() {
  json document = image();
  document["Config"]["Image"] = "acme/shop:v1";
  document["HostConfig"] =
      json::parse(R"({"NetworkMode": "kamal", "ShmSize": 67108864, "Memory": 0, "Init": null,
    "PidsLimit": null, "Privileged": false, "CapAdd": null, "PortBindings": {}, "Runtime": "runc", "IpcMode": "private",
    "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
    "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}}})");
  return document;
}

Comparison compared(const std::string& options, const json& actual) {
  const std::string line =
      "--detach --restart unless-stopped --name x --network kamal --log-opt max-size=10m " + options +
      " acme/shop:v1";
  return compare(settings_of_run(shell_split(line).value(), image()), settings_of_container(actual));
}

std::vector<Difference> differences(const std::string& options, const json& actual = container()) {
  return compared(options, actual).differences;
}

TEST(PlanSettings, AreTheSameWithoutOptions) { EXPECT_EQ(compared("", container()), Comparison()); }

TEST(PlanSettings, CompareOptionsInDockersForm) {
  json actual = container();
  json& host = actual["HostConfig"];
  host["Memory"] = 1610612736;
  host["NanoCpus"] = 1500000000;
  host["CapAdd"] = {"CAP_NET_ADMIN"};
  host["Ulimits"] = json::parse(R"([{"Name": "nofile", "Soft": 1024, "Hard": 1024}])");
  host["Devices"] = json::parse(
      R"([{"PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse", "CgroupPermissions": "rwm"}])");
  host["PortBindings"] = json::parse(R"({"5432/tcp": [{"HostIp": "127.0.0.1", "HostPort": "5000"}]})");
  host["Tmpfs"] = json::parse(R"({"/tmp": "", "/run": "size=1m"})");
  host["ExtraHosts"] = {"db:10.0.0.1"};
  host["Init"] = host["Privileged"] = true;
  host["SecurityOpt"] = {"label=disable"};
  host["RestartPolicy"] = json::parse(R"({"Name": "on-failure", "MaximumRetryCount": 3})");
  actual["Config"]["ExposedPorts"]["5432/tcp"] = json::object();
  actual["Config"]["ExposedPorts"]["9000/udp"] = json::object();
  actual["Config"]["Healthcheck"]["Interval"] = 90000000000;
  const std::string options =
      "--memory 1.5g --cpus 1.5 --cap-add net_admin --ulimit nofile=1024 --device /dev/fuse -p "
      "127.0.0.1:5000:5432 "
      "--tmpfs /tmp --tmpfs /run:size=1m --add-host db=10.0.0.1 --init --privileged --restart on-failure:3 "
      "--expose=9000/udp --health-interval 1m30s";
  EXPECT_EQ(compared(options, actual), Comparison());
}

TEST(PlanSettings, TellWhatIsAddedChangedAndRemoved) {
  json actual = container();
  actual["HostConfig"]["Memory"] = 1048576;
  actual["HostConfig"]["CapAdd"] = {"SYS_TIME"};
  EXPECT_THAT(differences("--memory 2m --user root --init"),
              ElementsAre(Difference{Kind::option, Change::added, "init", "", "true"},
                          Difference{Kind::option, Change::added, "memory", "", "2097152"},
                          Difference{Kind::option, Change::changed, "user", "app", "root"}));
  EXPECT_THAT(differences("--memory 2m", actual),
              ElementsAre(Difference{Kind::option, Change::removed, "cap-add", "SYS_TIME", ""},
                          Difference{Kind::option, Change::changed, "memory", "1048576", "2097152"}));
}

TEST(PlanSettings, HideValuesOfEnvOnly) {
  json actual = container();
  actual["Config"]["Env"] = {"PATH=/bin", "LANG=C", "GONE=secret", "KEPT=a=b", "COLOR=red"};
  actual["Config"]["Labels"]["team"] = "blue";
  EXPECT_THAT(
      differences("-e KEPT=a=b --env COLOR=blue --env NEW=1 --env BARE --label team=red", actual),
      ElementsAre(Difference{Kind::env, Change::changed, "COLOR"},
                  Difference{Kind::env, Change::added, "NEW"}, Difference{Kind::env, Change::removed, "GONE"},
                  Difference{Kind::label, Change::changed, "team", "blue", "red"}));
}

TEST(PlanSettings, CompareVolumesAndCmd) {
  json actual = container();
  actual["HostConfig"]["Binds"] = {"/a:/b:ro"};
  actual["Config"]["Cmd"] = {"sh", "-c", "sleep 1"};
  EXPECT_THAT(differences("-v /a:/b", actual),
              ElementsAre(Difference{Kind::cmd, Change::changed, "", "sh -c 'sleep 1'", "./serve"},
                          Difference{Kind::volume, Change::added, "/a:/b"},
                          Difference{Kind::volume, Change::removed, "/a:/b:ro"}));
}

TEST(PlanSettings, IgnoreLogOptionsOfTheDaemon) {
  EXPECT_THAT(differences("--log-opt max-file=4"),
              ElementsAre(Difference{Kind::option, Change::changed, "log-opt max-file", "3", "4"}));
}

TEST(PlanSettings, NameWhatCannotBeCompared) {
  const Comparison result = compared("--gpus all --publish 8000-8010:8000-8010 --memory much", container());
  EXPECT_THAT(result.differences, IsEmpty());
  EXPECT_THAT(result.not_compared, ElementsAre("gpus", "memory", "publish"));
}

TEST(Nanoseconds, ReadsDurationsOfGo) {
  EXPECT_EQ(nanoseconds("1m30s"), "90000000000");
  EXPECT_EQ(nanoseconds("250ms"), "250000000");
  EXPECT_EQ(nanoseconds("0"), "");
  EXPECT_EQ(nanoseconds("5 parsecs"), std::nullopt);
}

json proxy_service() {
  return json::parse(R"([{"name": "shop-web", "active_targets": ["0123456789ab:80"],
    "options": {"hosts": [""], "path_prefixes": ["/"], "tls_enabled": false, "tls_redirect": true, "strip_prefix": true,
                "error_page_path": ""},
    "target_options": {"health_check_config": {"path": "/up", "interval": 1000000000, "timeout": 5000000000},
      "response_timeout": 30000000000, "buffer_requests": true, "buffer_responses": true,
      "max_memory_buffer_size": 1048576, "max_request_body_size": 0, "max_response_body_size": 0,
      "log_request_headers": ["User-Agent", "Cache-Control"], "log_response_headers": null, "forward_headers": true}}])");
}

const std::vector<std::string> usual_settings = {"--target=x:80",
                                                 "--buffer-requests",
                                                 "--buffer-responses",
                                                 "--log-request-header=Cache-Control",
                                                 "--log-request-header=User-Agent",
                                                 "--deploy-timeout=30s"};

TEST(PlanProxySettings, KnowKamalProxysDefaults) {
  EXPECT_THAT(compare_proxy_settings(usual_settings, find_proxy_service(proxy_service(), "shop-web")),
              IsEmpty());
  EXPECT_TRUE(find_proxy_service(proxy_service(), "shop").is_null());
}

TEST(PlanProxySettings, HaveTheNamesOfDeployYml) {
  std::vector<std::string> arguments = usual_settings;
  arguments.front() = "--target=x:3000";
  arguments.insert(arguments.end(), {"--host=a.example", "--host=b.example", "--tls", "--target-timeout=1m",
                                     "--path-prefix=api/", "--buffer-requests=false"});
  EXPECT_THAT(compare_proxy_settings(arguments, find_proxy_service(proxy_service(), "shop-web")),
              ElementsAre(Difference{Kind::proxy, Change::changed, "app_port", "80", "3000"},
                          Difference{Kind::proxy, Change::added, "hosts", "", "a.example, b.example"},
                          Difference{Kind::proxy, Change::changed, "path_prefixes", "/", "/api"},
                          Difference{Kind::proxy, Change::changed, "ssl", "false", "true"},
                          Difference{Kind::proxy, Change::changed, "response_timeout", "30s", "60s"},
                          Difference{Kind::proxy, Change::changed, "buffering/requests", "true", "false"},
                          Difference{Kind::proxy, Change::changed, "forward_headers", "true", "false"}));
}

}  // namespace
}  // namespace kamal::cli
