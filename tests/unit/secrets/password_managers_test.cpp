#include "unit/secrets/secret_adapter_fixture.h"

namespace kamal {
namespace {

using ::testing::ElementsAre;

class LastPass : public test::SecretAdapterTest {
 protected:
  LastPass() : SecretAdapterTest("lastpass") { processes.on("lpass --version", "1.6.1"); }

  static constexpr const char* two =
      R"([{"fullname":"Shop/db","password":"db pass"},{"fullname":"Shop/api","password":"k$y"}])";
};

TEST_F(LastPass, FetchesAllInOneCall) {
  processes.on("lpass status --color never", "Logged in as ada.\n");
  processes.on("lpass show Shop/db Shop/api --json", two);
  EXPECT_EQ(fetch({{"db", "api"}, "ada", "Shop"}), R"({"Shop/db":"db pass","Shop/api":"k$y"})");
}

TEST_F(LastPass, LogsInIfLoggedOut) {
  processes.on("lpass status --color never", "Logged in as eve.\n");
  processes.on("sh -c exec \"$0\" \"$@\" >&2 lpass login ada", "");
  processes.on("lpass show Shop/db Shop/api --json", two);
  fetch({{"Shop/db", "Shop/api"}, "ada", {}});
  EXPECT_EQ(processes.lines().at(2), "sh -c exec \"$0\" \"$@\" >&2 lpass login ada");
}

TEST_F(LastPass, ReportsAFailedLogin) {
  processes.on("lpass status --color never", "Not logged in.\n", 1);
  EXPECT_EQ(error({{"a"}, "ada", {}}), "Could not log in to LastPass (lpass failed with exit status 127)");
}

TEST_F(LastPass, NamesMissingSecrets) {
  processes.on("lpass status --color never", "Logged in as ada.\n");
  processes.on("lpass show Shop/db Shop/x Shop/y --json", two);
  EXPECT_EQ(error({{"db", "x", "y"}, "ada", "Shop"}), "LastPass has no Shop/x, Shop/y");
}

class Enpass : public test::SecretAdapterTest {
 protected:
  Enpass() : SecretAdapterTest("enpass") { processes.on("enpass-cli version", "1.6.5"); }

  void answer(const std::string& titles, const std::string& json) {
    processes.on("enpass-cli -json -vault /vault show " + titles, json);
  }

  static constexpr const char* vault =
      R"([{"title":"shop","label":"DB","password":"db pass"},{"title":"shop","label":"API","password":"k$y"},
          {"title":"mail","label":"","password":"mail pass"},{"title":"shop","label":"blank","password":" "}])";
};

TEST_F(Enpass, FetchesOneField) {
  answer("shop", vault);
  EXPECT_EQ(fetch({{"shop/DB"}, {}, "/vault"}), R"({"shop/DB":"db pass"})");
}

TEST_F(Enpass, FetchesNonBlankFields) {
  answer("shop", vault);
  EXPECT_EQ(fetch({{"shop"}, {}, "/vault"}), R"({"shop/DB":"db pass","shop/API":"k$y"})");
}

TEST_F(Enpass, QueriesEachTitleOnce) {
  answer("shop mail", vault);
  EXPECT_EQ(fetch({{"shop/DB", "mail", "shop/API"}, {}, "/vault"}),
            R"({"shop/DB":"db pass","shop/API":"k$y","mail":"mail pass"})");
}

TEST_F(Enpass, RejectsDuplicateFields) {
  answer("a", R"([{"title":"a","label":"b","password":"1"},{"title":"a","label":"b","password":"2"}])");
  EXPECT_EQ(error({{"a"}, {}, "/vault"}), "Enpass has a/b more than once");
}

TEST_F(Enpass, RequiresAVault) { EXPECT_EQ(error({{"a"}, {}, {}}), "Enpass requires --from FOLDER"); }

TEST_F(Enpass, ReportsAVaultThatCannotBeOpened) {
  EXPECT_EQ(error({{"a"}, {}, "/other"}),
            "Could not read a from the Enpass vault /other (enpass-cli failed with exit status 127)");
}

class Passbolt : public test::SecretAdapterTest {
 protected:
  Passbolt() : SecretAdapterTest("passbolt") {
    processes.on("passbolt --version", "0.3.2").on("passbolt verify", "");
  }

  void folders(const std::string& filter, const std::string& json) {
    processes.on("passbolt list folders --filter " + filter + " --json", json);
  }
  void resources(const std::string& words, const std::string& json) {
    processes.on("passbolt list resources --filter " + words + " --column name --column password --json",
                 json);
  }

  static constexpr const char* shop = R"([{"id":"f1","folder_parent_id":"","name":"Shop"}])";
};

TEST_F(Passbolt, FetchesFromTheRoot) {
  resources(R"(Name == "A" || Name == "B")", R"([{"name":"A","password":"1"},{"name":"B","password":"2"}])");
  EXPECT_EQ(fetch({{"A", "B"}, {}, {}}), R"({"A":"1","B":"2"})");
  EXPECT_EQ(processes.lines().at(1), "passbolt verify");
}

TEST_F(Passbolt, FetchesFromAFolder) {
  folders(R"(Name == "Shop")", shop);
  resources(R"((Name == "A" && FolderParentID == "f1") || Name == "B" --folder f1)",
            R"([{"name":"A","password":"1"},{"name":"B","password":"2"}])");
  EXPECT_EQ(fetch({{"Shop/A", "B"}, {}, {}}), R"({"A":"1","B":"2"})");
}

TEST_F(Passbolt, FetchesFromANestedFolder) {
  folders(R"(Name == "Shop")", shop);
  folders(R"(Name == "Prod" && FolderParentID == "f1")",
          R"([{"id":"f2","folder_parent_id":"f1","name":"Prod"}])");
  resources(R"((Name == "A" && FolderParentID == "f2") --folder f1 --folder f2)",
            R"([{"name":"A","password":"1"}])");
  EXPECT_EQ(fetch({{"A"}, {}, "Shop/Prod"}), R"({"A":"1"})");
}

TEST_F(Passbolt, PrefersTheTopFolder) {
  folders(R"(Name == "Shop")", R"([{"id":"f9","folder_parent_id":"f8","name":"Shop"},
                                   {"id":"f1","folder_parent_id":"","name":"Shop"}])");
  resources(R"((Name == "A" && FolderParentID == "f1") --folder f9 --folder f1)",
            R"([{"name":"A","password":"1"}])");
  EXPECT_EQ(fetch({{"Shop/A"}, {}, {}}), R"({"A":"1"})");
}

TEST_F(Passbolt, FindsANestedSharedFolder) {
  folders(R"(Name == "Shop")", R"([{"id":"f9","folder_parent_id":"f8","name":"Shop"}])");
  resources(R"((Name == "A" && FolderParentID == "f9") --folder f9)", R"([{"name":"A","password":"1"}])");
  EXPECT_EQ(fetch({{"Shop/A"}, {}, {}}), R"({"A":"1"})");
}

TEST_F(Passbolt, QuotesNamesInFilters) {
  resources(R"(Name == "it's \"odd\" \\ 1")", R"([{"name":"it's \"odd\" \\ 1","password":"1"}])");
  EXPECT_EQ(fetch({{R"(it's "odd" \ 1)"}, {}, {}}), R"({"it's \"odd\" \\ 1":"1"})");
}

TEST_F(Passbolt, NamesMissingSecrets) {
  resources(R"(Name == "A" || Name == "B")", R"([{"name":"A","password":"1"}])");
  EXPECT_EQ(error({{"A", "B"}, {}, {}}), "Passbolt has no B");
}

TEST_F(Passbolt, NamesMissingFolders) {
  folders(R"(Name == "Shop" || Name == "Nowhere")", shop);
  EXPECT_EQ(error({{"Shop/A", "Nowhere/B"}, {}, {}}), "Passbolt has no folder Nowhere");
}

TEST_F(Passbolt, SurvivesCircularFolders) {
  folders(R"(Name == "A")", R"([{"id":"a","folder_parent_id":"a","name":"A"}])");
  EXPECT_EQ(error({{"A/x"}, {}, {}}), "Passbolt has no folder A");
}

TEST_F(Passbolt, RequiresNames) { EXPECT_EQ(error({{}, {}, {}}), "Passbolt: no secrets given"); }

}  // namespace
}  // namespace kamal
