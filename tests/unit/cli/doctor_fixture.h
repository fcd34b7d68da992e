#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "unit/cli/cli_run.h"

namespace kamal::test {

// A project, machine and servers that `doctor` finds nothing wrong with.
struct HealthyFleet {
  explicit HealthyFleet(const std::string& deploy_yml = "")
      : kamal(deploy_yml + "\nproxy: { healthcheck: { path: /up } }\n") {
    kamal.write(".dockerignore", ".git\n");
    kamal.processes.answer("docker version", says("27.5.1|amd64\n"));
    kamal.processes.answer("docker buildx version", says("github.com/docker/buildx v0.21.1 7c2359c\n"));
    on_servers("date +%s", {0, "1767323045\n", ""});  // FakeClock's
    on_servers("uname -m", {0, "x86_64\n", ""});
    on_servers("/proc/meminfo", {0, "MemTotal: 4194304 kB\nMemFree: 1 kB\nMemAvailable: 2097152 kB\n", ""});
    on_servers("echo \"$SHELL\"", {0, "/bin/bash\n", ""});
    on_servers("docker version", {0, "27.5.1\n", ""});
    on_servers("df -Pk", storage(20 << 20, 900, "image=104857600\n"));
    on_servers("docker pull", {1, "", "Error response from daemon: manifest unknown\n"});
    on_servers("if [ -d .kamal/lock-shop ]", {74, "", ""});
  }

  void on_servers(const std::string& part, Answer answer) { kamal.servers.answer("*", part, answer); }

  static Answer storage(int64_t free_kib, int inodes, const std::string& more = "") {
    return {0,
            "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 41943040 1 " +
                std::to_string(free_kib) +
                " 50% /var/lib/docker\nFilesystem Inodes IUsed IFree IUse% Mounted on\n/dev/vda1 1000 1 " +
                std::to_string(inodes) + " 10% /var/lib/docker\n" + more,
            ""};
  }

  nlohmann::json diagnose(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"doctor", "--format", "json"});
    result = kamal.run(options);
    return nlohmann::json::parse(result.out);
  }

  // The outcomes of a name that are not ok: "problem: what -> next".
  static std::vector<std::string> faults(const nlohmann::json& diagnosis) {
    std::vector<std::string> texts;
    for (const auto& check : diagnosis.at("checks")) {
      if (check.at("state") == "ok") continue;
      const auto text = [&](const char* key) { return check[key].is_null() ? "" : std::string(check[key]); };
      texts.push_back(text("state") + " " + text("name") + ": " + text("what") + " -> " + text("next"));
    }
    return texts;
  }

  // Runs doctor, which must find this: `outcome` is state and name.
  void expect_fault(const std::string& outcome, const std::string& what, const std::string& next) {
    using ::testing::HasSubstr;
    EXPECT_THAT(faults(diagnose()),
                ::testing::Contains(::testing::AllOf(::testing::StartsWith(outcome + ": "), HasSubstr(what),
                                                     HasSubstr(next))));
    EXPECT_EQ(result.status, outcome.starts_with("problem") ? 1 : 0) << result.out;
  }

  CliRun kamal;
  CliRun::Result result;
};

}  // namespace kamal::test
