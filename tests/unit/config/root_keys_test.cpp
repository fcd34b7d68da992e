#include <gtest/gtest.h>

#include "config_fixture.h"
#include "support/there.h"

// What each key at the top level does to the model.
namespace kamal::config {
namespace {

using test::configure;
using test::names;
using test::Pairs;
using test::problems_with;
using test::role;
using test::without;
using test::Words;

const Version v1("v1");

TEST(RootKeys, ServiceNamesContainersAndDirectories) {
  const Configuration configuration = configure("service: blog");
  EXPECT_EQ(configuration.service, "blog");
  EXPECT_EQ(configuration.container_name(role(configuration, "web"), v1), "blog-web-v1");
  EXPECT_EQ(configuration.app_directory(), ".kamal/apps/blog");
}

TEST(RootKeys, ImageNamesTheRepository) {
  const Configuration configuration = configure("image: acme/blog");
  EXPECT_EQ(configuration.repository(), "acme/blog");
  EXPECT_EQ(configuration.absolute_image(v1), "acme/blog:v1");
  EXPECT_EQ(configuration.latest_image(), "acme/blog:latest");
}

TEST(RootKeys, ImageDefaultsToTheServiceInALocalRegistry) {
  const auto raw = without("image", "registry: { server: 'localhost:5000' }");
  EXPECT_EQ(build_configuration(raw, {}).repository(), "localhost:5000/shop");
}

TEST(RootKeys, ImageIsKeptInALocalRegistry) {
  EXPECT_EQ(configure("registry: { server: 'localhost:5000' }").repository(), "localhost:5000/acme/shop");
}

TEST(RootKeys, ServerListIsTheWebRole) {
  const Configuration configuration = configure("servers: [ 192.0.2.8, web2.test ]");
  ASSERT_EQ(configuration.roles.size(), 1u);
  EXPECT_EQ(configuration.roles.at(0).name.str(), "web");
  EXPECT_EQ(names(configuration.app_hosts()), (Words{"192.0.2.8", "web2.test"}));
}

TEST(RootKeys, RolesAreSortedByName) {
  const Configuration configuration = configure("servers: { web: [ a ], jobs: [ b ], cron: [ c ] }");
  Words roles;
  for (const Role& role : configuration.roles) roles.push_back(role.name.str());
  EXPECT_EQ(roles, (Words{"cron", "jobs", "web"}));
}

TEST(RootKeys, ServersAreOptionalWithAccessories) {
  const auto raw = without("servers", "accessories: { db: { image: x, host: h } }");
  const Configuration configuration = build_configuration(raw, {});
  EXPECT_TRUE(configuration.roles.empty());
  EXPECT_FALSE(configuration.primary_host());
  EXPECT_EQ(names(configuration.all_hosts()), Words{"h"});
}

TEST(RootKeys, PrimaryRoleDefaultsToWeb) {
  EXPECT_EQ(test::there(configure("").primary_role()).name.str(), "web");
  const Configuration configuration = configure("servers: { web: [ a ], api: [ b ] }\nprimary_role: api");
  EXPECT_EQ(test::there(configuration.primary_host()).str(), "b");
  EXPECT_TRUE(role(configuration, "api").primary);
  EXPECT_FALSE(role(configuration, "web").primary);
}

TEST(RootKeys, AllowEmptyRolesPermitsRolesWithoutHosts) {
  const Configuration configuration =
      configure("servers: { web: [ a ], spare: [] }\nallow_empty_roles: true");
  EXPECT_TRUE(role(configuration, "spare").hosts.empty());
}

TEST(RootKeys, RequireDestinationAcceptsAny) {
  LoadOptions options;
  options.destination = Destination("staging");
  EXPECT_EQ(configure("require_destination: true", options).destination.value().str(), "staging");
}

TEST(RootKeys, MinimumVersionMayBeTheCurrent) {
  for (const char* version : {"2.12.0", "1.3"}) {
    EXPECT_EQ(configure(std::string("minimum_version: ") + version).service, "shop") << version;
  }
  EXPECT_EQ(problems_with("minimum_version: 99.0.0").size(), 1u);
}

TEST(RootKeys, BlankMinimumVersionIsUnset) {
  for (const char* blank : {"''", "' '"}) {
    EXPECT_EQ(configure(std::string("minimum_version: ") + blank).service, "shop") << blank;
  }
}

TEST(RootKeys, FalseUnsetsMinimumVersion) { EXPECT_EQ(configure("minimum_version: false").service, "shop"); }

TEST(RootKeys, FalseDisablesErrorPages) {
  EXPECT_FALSE(configure("error_pages_path: false").error_pages_path);
}

TEST(RootKeys, FalseKeepsDefaultPathsAndPrimaryRole) {
  const Configuration configuration =
      configure("primary_role: false\nhooks_path: false\nsecrets_path: false");
  EXPECT_EQ(configuration.primary_role_name.str(), "web");
  EXPECT_EQ(configuration.hooks_path, ".kamal/hooks");
  EXPECT_EQ(configuration.secrets_path, ".kamal/secrets");
}

TEST(RootKeys, LabelsApplyToEveryRole) {
  const Configuration configuration = configure("labels: { team: pay, empty: ' ' }");
  const Labels expected = {
      {"service", "shop"}, {"role", "web"}, {"destination", {}}, {"team", "pay"}, {"empty", {}}};
  EXPECT_EQ(role(configuration, "web").labels, expected);
}

TEST(RootKeys, VolumesStayAsWritten) {
  EXPECT_EQ(configure("volumes: [ '/a:/b:ro', 'data:/data' ]").volumes, (Words{"/a:/b:ro", "data:/data"}));
  EXPECT_EQ(configure("").volumes, Words());
}

TEST(RootKeys, AssetPathAppliesToProxiedRoles) {
  const Configuration configuration =
      configure("asset_path: /app/assets:ro,z\nservers: { web: [ a ], jobs: [ b ] }");
  EXPECT_EQ(role(configuration, "web").asset_path.value().path, "/app/assets");
  EXPECT_EQ(role(configuration, "web").asset_path.value().options, "ro,z");
  EXPECT_TRUE(role(configuration, "web").assets());
  EXPECT_FALSE(role(configuration, "jobs").assets());
  EXPECT_FALSE(configure("asset_path: ''").asset_path);
}

TEST(RootKeys, ErrorPagesPathIsADirectory) {
  EXPECT_EQ(configure("error_pages_path: public").error_pages_path, "public");
  EXPECT_FALSE(configure("").error_pages_path);
}

TEST(RootKeys, HooksPathAndSecretsPathHaveDefaults) {
  EXPECT_EQ(configure("").hooks_path, ".kamal/hooks");
  EXPECT_EQ(configure("").secrets_path, ".kamal/secrets");
  const Configuration configuration = configure("hooks_path: ops/hooks\nsecrets_path: ops/secrets");
  EXPECT_EQ(configuration.hooks_path, "ops/hooks");
  EXPECT_EQ(configuration.secrets_path, "ops/secrets");
}

TEST(RootKeys, HooksOutputAppliesToAllOrEachHook) {
  EXPECT_EQ(configure("").hook_output("pre-deploy"), HookOutput::unset);
  EXPECT_EQ(configure("hooks_output: :verbose").hook_output("pre-deploy"), HookOutput::verbose);
  EXPECT_EQ(configure("hooks_output: quiet").hook_output("pre-deploy"), HookOutput::quiet);
  const Configuration configuration =
      configure("hooks_output:\n  pre-deploy: :verbose\n  pre-build: quiet\n");
  EXPECT_EQ(configuration.hook_output("pre-deploy"), HookOutput::verbose);
  EXPECT_EQ(configuration.hook_output("pre-build"), HookOutput::quiet);
  EXPECT_EQ(configuration.hook_output("post-deploy"), HookOutput::unset);
}

TEST(RootKeys, RunDirectoryWarnsThatItHasNoEffect) {
  const Configuration configuration = configure("run_directory: /etc/kamal");
  EXPECT_EQ(configuration.run_directory(), ".kamal");
  ASSERT_EQ(configuration.warnings.size(), 1u);
  EXPECT_EQ(configuration.warnings.at(0).key, "run_directory");
}

TEST(RootKeys, RetainContainersDefaultsToFive) {
  EXPECT_EQ(configure("").retain_containers, 5);
  EXPECT_EQ(configure("retain_containers: 2").retain_containers, 2);
}

TEST(RootKeys, TimeoutsHaveDefaults) {
  const Configuration configuration = configure("");
  EXPECT_EQ(configuration.readiness_delay, std::chrono::seconds(7));
  EXPECT_EQ(configuration.deploy_timeout, std::chrono::seconds(30));
  EXPECT_EQ(configuration.drain_timeout, std::chrono::seconds(30));
  EXPECT_FALSE(configuration.stop_timeout);
}

TEST(RootKeys, TimeoutsCanBeSet) {
  const Configuration configuration =
      configure("readiness_delay: 0\ndeploy_timeout: 60\ndrain_timeout: 10\nstop_timeout: 45");
  EXPECT_EQ(configuration.readiness_delay, std::chrono::seconds(0));
  EXPECT_EQ(configuration.deploy_timeout, std::chrono::seconds(60));
  EXPECT_EQ(configuration.drain_timeout, std::chrono::seconds(10));
  EXPECT_EQ(configuration.stop_timeout, std::chrono::seconds(45));
  EXPECT_EQ(role(configuration, "web").stop_timeout, std::chrono::seconds(45));
}

TEST(RootKeys, AliasesKeepTheirOrder) {
  EXPECT_EQ(configure("aliases: { log: app logs -f, console: app exec -i sh }").aliases,
            (Pairs{{"log", "app logs -f"}, {"console", "app exec -i sh"}}));
}

TEST(RootKeys, ExtensionsAreIgnored) {
  const Configuration configuration = configure("x-anything: { whatever: [ 1, { a: b } ] }\nx-nothing:\n");
  EXPECT_EQ(configuration.service, "shop");
  EXPECT_EQ(configuration.warnings.size(), 0u);
}

TEST(RootKeys, DestinationIsPartOfNames) {
  LoadOptions options;
  options.destination = Destination("eu");
  const Configuration configuration = configure("", options);
  const Role& web = role(configuration, "web");
  EXPECT_EQ(configuration.service_and_destination(), "shop-eu");
  EXPECT_EQ(configuration.container_prefix(web), "shop-web-eu");
  EXPECT_EQ(configuration.container_name(web, v1), "shop-web-eu-v1");
  EXPECT_EQ(configuration.latest_tag(), "latest-eu");
  EXPECT_EQ(configuration.role_env_path(web), ".kamal/apps/shop-eu/env/roles/web.env");
  EXPECT_EQ(web.labels.at(2).value, "eu");
}

TEST(RootKeys, DirectoriesOnTheServers) {
  const Configuration configuration = configure("accessories: { db: { image: x, host: h } }");
  const Role& web = role(configuration, "web");
  EXPECT_EQ(configuration.env_directory(), ".kamal/apps/shop/env");
  EXPECT_EQ(configuration.assets_directory(), ".kamal/apps/shop/assets");
  EXPECT_EQ(configuration.accessory_env_path(configuration.accessories.at(0)),
            ".kamal/apps/shop/env/accessories/db.env");
  EXPECT_EQ(configuration.asset_extracted_directory(web, v1), ".kamal/apps/shop/assets/extracted/web-v1");
  EXPECT_EQ(configuration.asset_volume_directory(web, v1), ".kamal/apps/shop/assets/volumes/web-v1");
  EXPECT_EQ(configuration.proxy_apps_directory(), ".kamal/proxy/apps-config");
  EXPECT_EQ(configuration.proxy_app_directory(), ".kamal/proxy/apps-config/shop");
  EXPECT_EQ(configuration.proxy_app_container_directory(), "/home/kamal-proxy/.apps-config/shop");
}

TEST(RootKeys, LabelNamesMayBeSymbols) {
  EXPECT_EQ(configure("labels: { ':team': pay }").labels, (Labels{{"team", "pay"}}));
}

}  // namespace
}  // namespace kamal::config
