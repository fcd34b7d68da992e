#include <gtest/gtest.h>

#include "unit/commands/commands_of.h"

namespace kamal::commands {
namespace {

using test::configured;

const std::string with_assets = "asset_path: /app/public\n";

TEST(AppAssets, AreCopiedOutOfTheImage) {
  EXPECT_EQ(
      text(app_of(configured(with_assets)).extract_assets()),
      "umask 022 && mkdir -p .kamal/apps/shop/assets/extracted/web-v1 && "
      "docker container rm shop-web-assets 2> /dev/null || true && "
      "docker container create --name shop-web-assets acme/shop:v1 && "
      "docker container cp -L shop-web-assets:/app/public/. .kamal/apps/shop/assets/extracted/web-v1 && "
      "docker container rm shop-web-assets");
}

TEST(AppAssets, AreCopiedToTheVolumeOfAFirstVersion) {
  EXPECT_EQ(text(app_of(configured(with_assets)).sync_asset_volumes(std::nullopt)),
            "umask 022 && mkdir -p .kamal/apps/shop/assets/volumes/web-v1 ; "
            "cp -rnT .kamal/apps/shop/assets/extracted/web-v1 .kamal/apps/shop/assets/volumes/web-v1");
}

TEST(AppAssets, AreSharedWithTheOldVersion) {
  EXPECT_EQ(
      text(app_of(configured(with_assets)).sync_asset_volumes(Version("v0"))),
      "umask 022 && mkdir -p .kamal/apps/shop/assets/volumes/web-v1 ; "
      "cp -rnT .kamal/apps/shop/assets/extracted/web-v1 .kamal/apps/shop/assets/volumes/web-v1 ; "
      "cp -rnT .kamal/apps/shop/assets/extracted/web-v1 .kamal/apps/shop/assets/volumes/web-v0 || true ; "
      "cp -rnT .kamal/apps/shop/assets/extracted/web-v0 .kamal/apps/shop/assets/volumes/web-v1 || true");
}

TEST(AppAssets, AreSharedWithASavedOldVersion) {
  EXPECT_EQ(text(app_of(configured(with_assets)).sync_asset_volumes(Version("${old}"))),
            "umask 022 && mkdir -p .kamal/apps/shop/assets/volumes/web-v1 ; "
            "cp -rnT .kamal/apps/shop/assets/extracted/web-v1 .kamal/apps/shop/assets/volumes/web-v1 || "
            "test -n \"${old}\" && "
            "if [ -n \"${old}\" ]; then "
            "cp -rnT .kamal/apps/shop/assets/extracted/web-v1 \".kamal/apps/shop/assets/volumes/web-${old}\" "
            "|| true ; "
            "cp -rnT \".kamal/apps/shop/assets/extracted/web-${old}\" .kamal/apps/shop/assets/volumes/web-v1 "
            "|| true ; fi");
}

TEST(AppAssets, OfOlderVersionsAreRemoved) {
  EXPECT_EQ(text(app_of(configured(with_assets)).clean_up_assets()),
            "find .kamal/apps/shop/assets/extracted -maxdepth 1 -name 'web-*' '!' -name web-v1 "
            "-exec rm -rf '{}' + ; "
            "find .kamal/apps/shop/assets/volumes -maxdepth 1 -name 'web-*' '!' -name web-v1 "
            "-exec rm -rf '{}' +");
}

TEST(AppAssets, KeepThoseOfARoleWithALongerName) {
  const config::Configuration config = configured(
      with_assets + "servers: { web: [ 1.1.1.1 ], web-admin: { hosts: [ 1.1.1.1 ], proxy: true } }");
  EXPECT_EQ(text(app_of(config).clean_up_assets()),
            "find .kamal/apps/shop/assets/extracted -maxdepth 1 -name 'web-*' '!' -name 'web-admin-*' "
            "'!' -name web-v1 -exec rm -rf '{}' + ; "
            "find .kamal/apps/shop/assets/volumes -maxdepth 1 -name 'web-*' '!' -name 'web-admin-*' "
            "'!' -name web-v1 -exec rm -rf '{}' +");
}

TEST(AppErrorPages, HaveADirectoryPerVersion) {
  const config::Configuration config = configured("error_pages_path: public", "staging");
  const App app(config, Version("v1"));
  EXPECT_EQ(
      text(app.create_error_pages_directory()),
      "umask 022 && mkdir -p .kamal/proxy/apps-config/shop-staging/error_pages/v1 && "
      "find .kamal/proxy/apps-config .kamal/proxy/apps-config/shop-staging "
      ".kamal/proxy/apps-config/shop-staging/error_pages "
      ".kamal/proxy/apps-config/shop-staging/error_pages/v1 -prune '!' -perm -755 -exec chmod a+rx '{}' +");
  EXPECT_EQ(app.error_pages_version_directory(), ".kamal/proxy/apps-config/shop-staging/error_pages/v1");
}

TEST(AppErrorPages, OfOlderVersionsAreRemoved) {
  EXPECT_EQ(text(app_of(configured("error_pages_path: public")).clean_up_error_pages()),
            "find .kamal/proxy/apps-config/shop/error_pages -mindepth 1 -maxdepth 1 '!' -name v1 "
            "-exec rm -rf '{}' +");
}

TEST(AppErrorPages, KeepThoseOfAccessories) {
  const config::Configuration config = configured(
      "error_pages_path: public\naccessories: { admin: { image: a, host: 1.1.1.1, proxy: { host: a.test } }, "
      "db: { "
      "image: b, host: 1.1.1.1 } }");
  EXPECT_EQ(text(app_of(config).clean_up_error_pages()),
            "find .kamal/proxy/apps-config/shop/error_pages -mindepth 1 -maxdepth 1 '!' -name v1 '!' -name "
            "\"$(cat .kamal/proxy/apps-config/shop/accessories/admin.error_pages 2> /dev/null)\" "
            "-exec rm -rf '{}' +");
}

}  // namespace
}  // namespace kamal::commands
