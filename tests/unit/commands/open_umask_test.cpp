#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "kamal/commands/base.h"
#include "kamal/commands/proxy.h"
#include "unit/commands/commands_of.h"

namespace kamal::commands {
namespace {

using test::configured;
using test::TemporaryFolder;

// A server whose umask keeps everything to its owner.
class StrictUmask : public ::testing::Test {
 protected:
  void run(const Command& command) {
    const std::string script = "cd " + server_.path().string() + " && umask 077 && " + command.shell_text();
    ASSERT_EQ(std::system(script.c_str()), 0) << script;
  }
  mode_t mode(const std::string& path) const {
    struct stat status {};
    return stat((server_.path() / path).c_str(), &status) == 0 ? status.st_mode & 07777u : 0;
  }
  void expect_open_up_to_the_app(const std::string& below) const {
    for (std::filesystem::path path = below; path != ".kamal"; path = path.parent_path())
      EXPECT_EQ(mode(path), 0755u) << path;
  }

  TemporaryFolder server_;
};

TEST_F(StrictUmask, TheProxyReadsTheDirectoriesOfErrorPages) {
  const config::Configuration config = configured("error_pages_path: public");
  run(app_of(config).create_error_pages_directory());
  expect_open_up_to_the_app(".kamal/proxy/apps-config/shop/error_pages/v1");
}

TEST_F(StrictUmask, TheProxyReadsDirectoriesThatWereClosedBefore) {
  const config::Configuration config = configured("error_pages_path: public");
  run({"mkdir", "-p", ".kamal/proxy/apps-config/shop/error_pages"});
  run({"mkdir", "-m", "700", ".kamal/proxy/apps-config/shop/error_pages/v1"});
  run(app_of(config).create_error_pages_directory());
  for (const char* path : {"", "/shop", "/shop/error_pages", "/shop/error_pages/v1"})
    EXPECT_EQ(mode(std::string(".kamal/proxy/apps-config") + path), 0755u) << path;
}

TEST_F(StrictUmask, TheProxyReadsTheDirectoriesOfCertificates) {
  const config::Configuration config = configured("");
  run(app_of(config).create_ssl_directory());
  expect_open_up_to_the_app(".kamal/proxy/apps-config/shop/tls/web");
}

TEST_F(StrictUmask, TheProxyReadsTheDirectoryOfAllApps) {
  const config::Configuration config = configured("");
  run(Proxy(config, Host("1.1.1.1")).ensure_apps_config_directory());
  expect_open_up_to_the_app(".kamal/proxy/apps-config");
}

TEST_F(StrictUmask, TheAppReadsAssetsWithTheirModesInTheImage) {
  const config::Configuration config = configured("asset_path: /app/public");
  const std::string extracted = ".kamal/apps/shop/assets/extracted/web-v1";
  const std::string volume = ".kamal/apps/shop/assets/volumes/web-v1";
  run(with_open_umask(make_directory(extracted + "/icons")));
  run({"install", "-m", "644", "/dev/null", extracted + "/icons/a.svg"});
  run(app_of(config).sync_asset_volumes(std::nullopt));
  EXPECT_EQ(mode(volume), 0755u);
  EXPECT_EQ(mode(volume + "/icons"), 0755u);
  EXPECT_EQ(mode(volume + "/icons/a.svg"), 0644u);
}

TEST_F(StrictUmask, AnAccessoryReadsItsDirectoriesAndThoseOfItsFiles) {
  const config::Configuration config = configured(
      "accessories: { db: { image: pg, host: 1.1.1.5, files: [ \"a:/etc/pg/a\" ], directories: [ "
      "\"data:/data\", { local: logs, remote: /logs, mode: \"0750\" } ] } }");
  const config::Accessory* db = config.accessory("db");
  ASSERT_NE(db, nullptr);
  const Accessory accessory = accessory_of(config);
  run(accessory.make_directory_for(db->files.at(0)));
  for (const config::MountedPath& directory : db->directories) {
    for (const Command& command : accessory.make_directory(directory)) run(command);
  }
  EXPECT_EQ(mode("shop-db/etc/pg"), 0755u);
  EXPECT_EQ(mode("shop-db/data"), 0755u);
  EXPECT_EQ(mode("shop-db/logs"), 0750u);
}

}  // namespace
}  // namespace kamal::commands
