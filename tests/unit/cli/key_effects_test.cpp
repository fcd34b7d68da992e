#include "unit/cli/key_effects.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "config/schema/table.h"
#include "unit/cli/cli_run.h"

namespace kamal::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A file of each kind that a key may name.
void add_files(CliRun& kamal) {
  kamal.write(".kamal/secrets", "TOKEN=teapot\nCERTIFICATE=cert\nPRIVATE_KEY=key\nROBOT=robby\n");
  kamal.write("ops/secrets", "TOKEN=samovar\n");
  for (const char* hook : {"pre-connect", "pre-app-boot"}) {
    kamal.write(std::string("ops/hooks/") + hook, "", 0755);
  }
  kamal.write("public/404.html", "Not here\n");
  kamal.write("config/my.cnf", "[mysqld]\n");
  kamal.write("Dockerfile.production", "FROM scratch\n");
  kamal.processes.answer("ops/hooks/pre-connect", says("hello from the hook\n"));
}

std::vector<std::string> connection(const sshkit::SshSettings& ssh) {
  std::vector<std::string> facts = {
      "user " + ssh.user,
      fmt::format("port {}", ssh.port),
      "jump " + ssh.proxy_jump.value_or("none"),
      "proxy command " + ssh.proxy_command.value_or("none"),
      fmt::format("keys only {}", ssh.keys_only),
      fmt::format("forward agent {}", ssh.forward_agent),
      fmt::format("usual configuration {}", ssh.use_config && ssh.config_files.empty()),
      "log level " + ssh.log_level,
      fmt::format("starts {}", ssh.max_concurrent_starts),
      fmt::format("dns retries {}", ssh.dns_retries),
  };
  for (const std::string& file : ssh.config_files) facts.push_back("configuration " + file);
  for (const std::string& file : ssh.keys) facts.push_back("key " + file);
  for (const std::string& key : ssh.key_data) facts.push_back("key data " + key);
  return facts;
}

// All that a run does and says, a line for each.
std::string what_happens(const std::string& deploy_yml, const Line& line) {
  CliRun kamal(deploy_yml);
  add_files(kamal);
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.docker("1.1.1.2").add("shop-jobs-v1");
  kamal.servers.answer("1.1.1.5", "docker container ls --filter 'name=^shop-db$'", {0, "id-shop-db\n", ""});
  kamal.processes.answer("docker info", says("x86_64\n"));
  const CliRun::Result result = kamal.run(line);
  std::string all = result.out + result.err;
  for (const auto& event : kamal.story.events()) all += event.where + ": " + event.what + "\n";
  for (const auto& [file, content] : kamal.servers.uploads) all += file + " holds " + content + "\n";
  for (const auto& [command, input] : kamal.servers.inputs) all += command + " reads " + input + "\n";
  for (const auto pause : kamal.clock.sleeps()) all += fmt::format("sleeps {} ms\n", pause.count());
  for (const FakeProcesses::Call& call : kamal.processes.calls()) {
    for (const auto& [name, value] : call.process.env) all += "here with " + name + "=" + value + "\n";
  }
  if (!kamal.settings) return all;
  for (const std::string& fact : connection(*kamal.settings)) all += "ssh: " + fact + "\n";
  return all;
}

KeyEffects all_key_effects() {
  KeyEffects all;
  for (const KeyEffects& part : {root_key_effects(), role_key_effects(), proxy_key_effects(),
                                 build_key_effects(), accessory_key_effects(), connection_key_effects()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

class KeyOfDeployYml : public ::testing::TestWithParam<KeyEffect> {};

TEST_P(KeyOfDeployYml, ChangesWhatARunDoes) {
  const KeyEffect& row = GetParam();
  EXPECT_THAT(what_happens(row.given, row.line), Not(HasSubstr(row.effect)));
  EXPECT_THAT(what_happens(row.given + row.setting, row.line), HasSubstr(row.effect));
}

std::string name_of(const ::testing::TestParamInfo<KeyEffect>& row) {
  std::string name = row.param.key;
  for (char& c : name) c = c == '/' || c == '-' ? '_' : c;
  return fmt::format("{}_{:03}", name, row.index);
}

INSTANTIATE_TEST_SUITE_P(Each, KeyOfDeployYml, ::testing::ValuesIn(all_key_effects()), name_of);

using config::schema::Key;
using config::schema::Section;

// The map of settings that a key may have, unless it is told in a chapter of its own.
const Section* part_of(const Key& key) {
  const config::schema::Shape& shape =
      key.shape.items && key.shape.items->section ? *key.shape.items : key.shape;
  if (!shape.section || !shape.section().name.empty()) return nullptr;
  return &shape.section();
}

void collect(const Section& section, const std::string& path, std::set<std::string>& keys) {
  for (const Key& key : section.keys) {
    const std::string name = (path.empty() ? "" : path + "/") + std::string(key.name);
    keys.insert(name);
    if (const Section* part = part_of(key)) collect(*part, name, keys);
  }
}

TEST(KeyEffects, AreShownForEveryKeyThatHasOne) {
  std::set<std::string> known, shown;
  for (const Section* section : config::schema::sections())
    collect(*section, std::string(section->path), known);
  known.erase("boot/parallel_roles");          // see RolesOfOneHost: two have to run at a time
  known.erase("sshkit/pool_idle_timeout");     // see below: it has none
  known.erase("x-kamal/rollback_on_failure");  // see HalfADeployWithTheSetting: a boot has to fail
  for (const KeyEffect& row : all_key_effects()) shown.insert(row.key);
  EXPECT_EQ(shown, known);
}

// Kept alive for the whole run, a connection needs no limit for the time that it is not used.
TEST(KeyEffects, OfPoolIdleTimeoutAreNone) {
  const auto without = what_happens("", booting);
  EXPECT_THAT(without, HasSubstr("docker run --detach"));
  EXPECT_EQ(what_happens("sshkit: { pool_idle_timeout: 1 }", booting), without);
}

TEST(KeyEffects, AreThoseOfTheKeyInTheRow) {
  for (const KeyEffect& row : all_key_effects()) {
    const std::string key = row.key;
    EXPECT_THAT(row.setting, HasSubstr(key.substr(key.rfind('/') + 1) + ":"));
  }
}

}  // namespace
}  // namespace kamal::test
