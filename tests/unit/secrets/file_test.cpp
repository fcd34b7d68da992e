#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <thread>

#include "kamal/secrets/secrets.h"
#include "kamal/support/files.h"
#include "kamal/yaml/value.h"
#include "support/secret_fakes.h"

namespace kamal {
namespace {

using test::CommandProcesses;
using test::error_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class SecretsFiles : public ::testing::Test {
 protected:
  SecretsFiles() {
    std::string folder = std::filesystem::temp_directory_path() / "kamal-secrets-XXXXXX";
    folder_ = mkdtemp(folder.data());
  }
  ~SecretsFiles() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) { write_file(folder_ / name, text, 0600); }
  std::string path(const std::string& name) const { return folder_ / name; }
  std::unique_ptr<Secrets> open(const std::optional<std::string>& destination = std::nullopt) {
    SecretsContext context;
    context.processes = &processes;
    context.inline_kamal = inline_kamal;
    context.warn = [this](const std::string& text) { warnings.push_back(text); };
    context.resolved = [this](const std::string& value) { resolved.push_back(value); };
    context.wait = [this](const std::string& name) {
      waited_for.push_back(name);
      return nullptr;
    };
    return open_secrets(path("secrets"),
                        destination ? std::optional(Destination(*destination)) : std::nullopt,
                        std::move(context));
  }
  std::string missing(const Secrets& secrets, const std::string& name, const std::string& wanted_by = "") {
    return error_of<ConfigurationError>([&] { secrets.get(name, wanted_by); });
  }

  std::filesystem::path folder_;
  CommandProcesses processes;
  std::vector<std::string> warnings, resolved, waited_for;
  std::function<std::string(const std::vector<std::string>&)> inline_kamal;
};

TEST_F(SecretsFiles, MergeCommonAndPlain) {
  write("secrets-common", "SHARED=common\nLEVEL=common");
  write("secrets", "LEVEL=plain\nOWN=1");
  EXPECT_THAT(open()->all(), ElementsAre(Pair("SHARED", "common"), Pair("LEVEL", "plain"), Pair("OWN", "1")));
}

TEST_F(SecretsFiles, PassOnTheirValuesWhenTheyAreRead) {
  write("secrets-common", "LEVEL=common");
  write("secrets", "LEVEL=plain\nOWN=1");
  const auto secrets = open();
  EXPECT_THAT(resolved, IsEmpty());
  secrets->get("OWN");
  secrets->get("LEVEL");
  EXPECT_THAT(resolved, ElementsAre("plain", "1"));
}

TEST_F(SecretsFiles, NameTheCommandsThatTheyWaitFor) {
  write("secrets", "A=$(vault read $(x))\nB=$(echo b)");
  open()->all();
  EXPECT_THAT(waited_for, ElementsAre("the command `vault`", "the command `echo`"));
}

TEST_F(SecretsFiles, UseTheDestinationsFile) {
  write("secrets", "A=plain");
  write("secrets.staging", "A=staging");
  EXPECT_EQ(open("staging")->get("A"), "staging");
  EXPECT_THAT(open("bare")->all(), IsEmpty());
}

TEST_F(SecretsFiles, DoNotSeeEachOthersNames) {
  write("secrets-common", "SHARED=common");
  write("secrets", "A=<$SHARED>");
  EXPECT_EQ(open()->get("A"), "<>");
}

TEST_F(SecretsFiles, SkipDirectories) {
  std::filesystem::create_directory(folder_ / "secrets-common");
  write("secrets", "A=1");
  EXPECT_EQ(open()->get("A"), "1");
}

TEST_F(SecretsFiles, AreReadLazily) {
  const auto secrets = open();
  write("secrets", "A=1");
  EXPECT_EQ(secrets->get("A"), "1");
  write("secrets", "A=2");
  EXPECT_EQ(secrets->get("A"), "1");
}

TEST_F(SecretsFiles, KnowAssignedNames) {
  write("secrets", "A=1\nEMPTY=\nFAILED=$(nowhere)");
  const auto secrets = open();
  EXPECT_TRUE(secrets->has("A"));
  EXPECT_TRUE(secrets->has("EMPTY"));
  EXPECT_TRUE(secrets->has("FAILED"));
  EXPECT_FALSE(secrets->has("NOWHERE"));
}

TEST_F(SecretsFiles, LocateAssignments) {
  write("secrets-common", "A=common\nB=1");
  write("secrets", "\nA=plain");
  const auto secrets = open();
  EXPECT_EQ(secrets->origin("A").file, path("secrets"));
  EXPECT_EQ(secrets->origin("A").line, 2);
  EXPECT_EQ(secrets->origin("B").file, path("secrets-common"));
  EXPECT_EQ(secrets->origin("B").line, 2);
}

TEST_F(SecretsFiles, WarnOnceAboutAFailureThatIsNotRequired) {
  write("secrets", "A=1\nKEY=$(cat nowhere)\nOTHER=$KEY");
  const auto secrets = open();
  EXPECT_EQ(secrets->get("A"), "1");
  EXPECT_EQ(secrets->get("A"), "1");
  EXPECT_THAT(warnings,
              ElementsAre(path("secrets") + ":2: KEY: the command `cat` failed with exit status 127 (command "
                                            "not found) (an error only if this secret is required)"));
}

TEST_F(SecretsFiles, FailWhenAFailedSecretIsRequired) {
  write("secrets", "A=1\nKEY=$(cat nowhere)");
  const auto secrets = open();
  EXPECT_EQ(missing(*secrets, "KEY", "env/secret"), path("secrets") +
                                                        ":2: KEY: the command `cat` failed with exit status "
                                                        "127 (command not found) (required by env/secret)");
  EXPECT_THAT(warnings, IsEmpty());
  EXPECT_EQ(secrets->get("A"), "1");
}

TEST_F(SecretsFiles, ListTheirFailuresInOrder) {
  write("secrets-common", "B=$(nowhere)\nC=$(nowhere)\nD=$(nowhere)");
  write("secrets", "A=$(nowhere)\nD=4\nE=5");
  const auto secrets = open();
  const std::vector<Problem> failures = secrets->failures();
  ASSERT_THAT(failures, SizeIs(3));
  EXPECT_EQ(failures[0].key, "A");
  EXPECT_EQ(failures[1].key, "B");
  EXPECT_EQ(failures[2].key, "C");
  EXPECT_THAT(secrets->all(), ElementsAre(Pair("D", "4"), Pair("E", "5")));
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(SecretsFiles, RejectAnEmptyRequiredSecret) {
  write("secrets", "A=1\nPASSWORD=$(printf '')");
  processes.on("printf ''", "");
  const auto secrets = open();
  EXPECT_EQ(required_secret(*secrets, "A", "registry/password"), "1");
  EXPECT_EQ(error_of<ConfigurationError>([&] { required_secret(*secrets, "PASSWORD", "registry/password"); }),
            path("secrets") +
                ":2: registry/password: secret PASSWORD is empty (set it in the secrets file, or the "
                "variable or command it comes from)");
}

TEST_F(SecretsFiles, NameAMissingSecretAndItsKey) {
  write("secrets", "OTHER=1");
  EXPECT_EQ(missing(*open(), "REGISTRY_PASSWORD", "registry/password"),
            "registry/password: secret REGISTRY_PASSWORD not found in " + path("secrets") +
                "; missing: " + path("secrets-common"));
}

TEST_F(SecretsFiles, SuggestTheNearestName) {
  write("secrets", "DB_PASSWORD=1");
  write("secrets-common", "");
  EXPECT_EQ(missing(*open(), "DB_PASWORD"), "secret DB_PASWORD not found in " + path("secrets-common") +
                                                " or " + path("secrets") +
                                                " (did you mean \"DB_PASSWORD\"?)");
}

TEST_F(SecretsFiles, ReportMissingFiles) {
  EXPECT_EQ(missing(*open("staging"), "A"), "secret A not found: no secrets file (looked for " +
                                                path("secrets-common") + " and " + path("secrets.staging") +
                                                ")");
}

TEST_F(SecretsFiles, MustBeReadable) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  write("secrets", "A=1");
  chmod(path("secrets").c_str(), 0);
  EXPECT_EQ(missing(*open(), "A"), "Can't read " + path("secrets") + ": Permission denied");
}

TEST_F(SecretsFiles, RunTheirCommandsOnceForAllThreads) {
  write("secrets", "A=$(get)");
  processes.on("get", "x");
  const auto secrets = open();
  std::vector<std::future<std::string>> values;
  for (int i = 0; i < 8; ++i)
    values.push_back(std::async(std::launch::async, [&secrets] { return secrets->get("A"); }));
  for (auto& value : values) EXPECT_EQ(value.get(), "x");
  EXPECT_THAT(processes.commands, SizeIs(1));
}

TEST_F(SecretsFiles, FailOnceForAllThreads) {
  write("secrets", "A=$(get)");
  const auto secrets = open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&secrets] { EXPECT_THROW(secrets->get("A"), ConfigurationError); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(processes.commands, SizeIs(1));
  EXPECT_EQ(missing(*secrets, "A"),
            path("secrets") + ":1: A: the command `get` failed with exit status 127 (command not found)");
}

TEST_F(SecretsFiles, DetectCircularReferences) {
  write("secrets", "A=$(kamal secrets print)");
  const Secrets* own = nullptr;
  inline_kamal = [&](const std::vector<std::string>&) { return own->get("A"); };
  const auto secrets = open();
  own = secrets.get();
  EXPECT_EQ(missing(*secrets, "A"),
            path("secrets") + ":1: A: circular reference: a secrets file command reads these secrets");
}

}  // namespace
}  // namespace kamal
