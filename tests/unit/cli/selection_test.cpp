#include "cli/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/arguments/options.h"
#include "support/deploy_file.h"
#include "support/there.h"

namespace kamal::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

using Names = std::vector<std::string>;

constexpr const char* web_and_workers = R"(
servers:
  web: [ 1.1.1.1, 1.1.1.2 ]
  workers: { hosts: [ 1.1.1.3, 1.1.1.4 ] }
)";

constexpr const char* tokyo_first = R"(
primary_role: web_tokyo
servers:
  web_chicago: { proxy: true, hosts: [ 1.1.1.1, 1.1.1.2 ] }
  web_tokyo: { proxy: true, hosts: [ 1.1.1.3, 1.1.1.4 ] }
proxy: { app_port: 3000 }
)";

constexpr const char* two_accessories = R"(
servers:
  web: [ 1.1.1.1, 1.1.1.2 ]
  workers: [ 1.1.1.3, 1.1.1.4 ]
accessories:
  mysql: { image: "mysql:8", host: 1.1.1.5 }
  redis: { image: redis, role: web }
)";

// The selection of a deploy.yml, with the configuration that it refers to.
struct Selected {
  explicit Selected(const std::string& yaml, const Filters& filters = {})
      : config(kamal::test::configured(yaml)), selection(config, filters) {}
  const config::Configuration config;
  const Selection selection;
};

Filters hosts(const Names& patterns) { return {.hosts = patterns, .roles = std::nullopt, .primary = false}; }
Filters roles(const Names& patterns) { return {.hosts = std::nullopt, .roles = patterns, .primary = false}; }
Filters primary() { return {.hosts = std::nullopt, .roles = std::nullopt, .primary = true}; }

Names names(const std::vector<Host>& hosts) {
  Names names;
  for (const Host& host : hosts) names.push_back(host.str());
  return names;
}

Names names(const std::vector<const config::Role*>& roles) {
  Names names;
  for (const config::Role* role : roles) names.push_back(role->name.str());
  return names;
}

std::string error_of(const Filters& filters) {
  try {
    const Selected selected(web_and_workers, filters);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no UsageError";
}

TEST(Selection, IsEverythingWithoutFilters) {
  const Selected all(web_and_workers);
  EXPECT_THAT(names(all.selection.hosts()), ElementsAre("1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"));
  EXPECT_THAT(names(all.selection.roles()), ElementsAre("web", "workers"));
  EXPECT_THAT(all.selection.primary_host(), Optional(Host("1.1.1.1")));
  EXPECT_EQ(test::there(all.selection.primary_role()).name.str(), "web");
}

struct HostFilter {
  Names patterns, hosts;
};

class SelectionByHosts : public ::testing::TestWithParam<HostFilter> {};

TEST_P(SelectionByHosts, TakesThoseThatMatch) {
  const Selected selected(web_and_workers, hosts(GetParam().patterns));
  EXPECT_EQ(names(selected.selection.hosts()), GetParam().hosts);
}

INSTANTIATE_TEST_SUITE_P(
    Patterns, SelectionByHosts,
    ::testing::Values(HostFilter{{"1.1.1.1", "1.1.1.2"}, {"1.1.1.1", "1.1.1.2"}},
                      HostFilter{{"1.1.1.1*"}, {"1.1.1.1"}},
                      HostFilter{{"1.1.1.*", "*.1.2.*"}, {"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"}},
                      HostFilter{{"*"}, {"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"}},
                      HostFilter{{"1.1.1.[12]"}, {"1.1.1.1", "1.1.1.2"}},
                      HostFilter{{"1.1.1.2", "1.1.1.1"}, {"1.1.1.2", "1.1.1.1"}},
                      HostFilter{{"1.1.1.4", "1.1.1.*"}, {"1.1.1.4", "1.1.1.3", "1.1.1.1", "1.1.1.2"}}));

struct RoleFilter {
  Names patterns, roles;
};

class SelectionByRoles : public ::testing::TestWithParam<RoleFilter> {};

TEST_P(SelectionByRoles, TakesThoseThatMatch) {
  const Selected selected(web_and_workers, roles(GetParam().patterns));
  EXPECT_EQ(names(selected.selection.roles()), GetParam().roles);
}

INSTANTIATE_TEST_SUITE_P(Patterns, SelectionByRoles,
                         ::testing::Values(RoleFilter{{"workers"}, {"workers"}},
                                           RoleFilter{{"w*"}, {"web", "workers"}},
                                           RoleFilter{{"we*", "*orkers"}, {"web", "workers"}},
                                           RoleFilter{{"*"}, {"web", "workers"}},
                                           RoleFilter{{"w{eb,orkers}"}, {"web", "workers"}},
                                           RoleFilter{{"workers", "web"}, {"web", "workers"}}));

TEST(Selection, ByRolesTakesTheirHosts) {
  const Selected web(web_and_workers, roles({"web"}));
  EXPECT_THAT(names(web.selection.hosts()), ElementsAre("1.1.1.1", "1.1.1.2"));
}

TEST(Selection, ByRolesHasItsPrimaryAmongThem) {
  const Selected workers(web_and_workers, roles({"workers"}));
  EXPECT_THAT(workers.selection.primary_host(), Optional(Host("1.1.1.3")));
  EXPECT_EQ(test::there(workers.selection.primary_role()).name.str(), "workers");
}

TEST(Selection, ByRolesPassesThemToHooks) {
  const Selected workers(web_and_workers, roles({"work*"}));
  EXPECT_THAT(workers.selection.specific_roles(), Optional(ElementsAre(RoleName("workers"))));
  EXPECT_EQ(Selected(web_and_workers).selection.specific_roles(), std::nullopt);
}

TEST(Selection, ByHostsTakesTheRolesOnThem) {
  const Selected selected(web_and_workers, hosts({"1.1.1.3"}));
  EXPECT_THAT(names(selected.selection.roles()), ElementsAre("workers"));
}

TEST(Selection, ByHostsHasTheFirstForItsPrimary) {
  const Selected selected(web_and_workers, hosts({"1.1.1.4", "1.1.1.1"}));
  EXPECT_THAT(selected.selection.primary_host(), Optional(Host("1.1.1.4")));
  EXPECT_EQ(test::there(selected.selection.primary_role()).name.str(), "workers");
}

TEST(Selection, ByHostsAndRolesTakesWhatIsInBoth) {
  const Selected selected(web_and_workers,
                          {.hosts = Names{"*"}, .roles = Names{"workers"}, .primary = false});
  EXPECT_THAT(names(selected.selection.hosts()), ElementsAre("1.1.1.3", "1.1.1.4"));
}

TEST(Selection, OfThePrimaryIsOneHost) {
  const Selected selected(web_and_workers, primary());
  EXPECT_THAT(names(selected.selection.hosts()), ElementsAre("1.1.1.1"));
  EXPECT_THAT(names(selected.selection.roles()), ElementsAre("web"));
}

TEST(Selection, OfThePrimaryOfARoleIsItsFirstHost) {
  const Selected selected(web_and_workers,
                          {.hosts = std::nullopt, .roles = Names{"workers"}, .primary = true});
  EXPECT_THAT(names(selected.selection.hosts()), ElementsAre("1.1.1.3"));
}

TEST(Selection, ThatMatchesNoHostNamesTheChoices) {
  EXPECT_EQ(error_of(hosts({"*miss", "9.9.9.9"})),
            "No --hosts match for *miss,9.9.9.9 (available: 1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4)");
}

TEST(Selection, OfHostsAndRolesThatHaveNoHostInCommonNamesTheChoices) {
  EXPECT_EQ(error_of({.hosts = Names{"1.1.1.1"}, .roles = Names{"workers"}, .primary = false}),
            "No --hosts match for 1.1.1.1 with --roles workers (available: 1.1.1.3, 1.1.1.4)");
}

TEST(Selection, ThatMatchesNoRoleNamesTheChoices) {
  EXPECT_EQ(error_of(roles({"*miss"})), "No --roles match for *miss (available: web, workers)");
}

TEST(Selection, ThatMatchesNothingSuggestsTheNearest) {
  EXPECT_EQ(error_of(roles({"wrokers"})), "No --roles match for wrokers (did you mean \"workers\"?)");
  EXPECT_EQ(error_of(hosts({"9.9.9.9", "1.1.1.12"})),
            "No --hosts match for 9.9.9.9,1.1.1.12 (did you mean \"1.1.1.1\" or \"1.1.1.2\"?)");
}

TEST(Selection, WarnsOfPatternsThatMatchNothing) {
  const Selected selected(web_and_workers, roles({"wrokers", "web", "*b"}));
  EXPECT_THAT(names(selected.selection.roles()), ElementsAre("web"));
  EXPECT_THAT(selected.selection.warnings(),
              ElementsAre("No --roles match for wrokers (did you mean \"workers\"?)"));
  EXPECT_THAT(Selected(web_and_workers, roles({"web"})).selection.warnings(), IsEmpty());
}

TEST(Selection, PutsThePrimaryRoleFirstOnAHost) {
  const Selected both("servers:\n  workers: [ 1.1.1.1 ]\n  web: [ 1.1.1.1 ]\nprimary_role: workers\n");
  EXPECT_THAT(names(both.selection.roles_on(Host("1.1.1.1"))), ElementsAre("workers", "web"));
}

TEST(Selection, PutsHostsOfThePrimaryRoleFirst) {
  const Selected all("servers:\n  aide: [ 1.1.1.1, 1.1.1.2 ]\n  web: [ 1.1.1.3, 1.1.1.4 ]\n");
  EXPECT_THAT(names(all.selection.hosts()), ElementsAre("1.1.1.3", "1.1.1.4", "1.1.1.1", "1.1.1.2"));
  EXPECT_THAT(names(all.selection.app_hosts()), ElementsAre("1.1.1.3", "1.1.1.4", "1.1.1.1", "1.1.1.2"));
}

TEST(Selection, FindsThePrimaryRoleAmongThoseThatMatch) {
  const Selected web(tokyo_first, roles({"web_*"}));
  EXPECT_THAT(names(web.selection.roles()), ElementsAre("web_tokyo", "web_chicago"));
  EXPECT_EQ(test::there(web.selection.primary_role()).name.str(), "web_tokyo");
  EXPECT_THAT(web.selection.primary_host(), Optional(Host("1.1.1.3")));
  EXPECT_THAT(names(web.selection.hosts()), ElementsAre("1.1.1.3", "1.1.1.4", "1.1.1.1", "1.1.1.2"));
}

TEST(Selection, ByRolesNarrowsTheProxies) {
  EXPECT_THAT(names(Selected(tokyo_first, roles({"web_tokyo"})).selection.proxy_hosts()),
              ElementsAre("1.1.1.3", "1.1.1.4"));
}

TEST(Selection, ByHostsNarrowsTheProxies) {
  EXPECT_THAT(names(Selected(tokyo_first, hosts({"1.1.1.2"})).selection.proxy_hosts()),
              ElementsAre("1.1.1.2"));
}

TEST(Selection, HasNoProxyForWorkers) {
  EXPECT_THAT(names(Selected(web_and_workers).selection.proxy_hosts()), ElementsAre("1.1.1.1", "1.1.1.2"));
}

TEST(Selection, KeepsAccessoryHostsInTheirOrder) {
  EXPECT_THAT(names(Selected(two_accessories).selection.accessory_hosts()),
              ElementsAre("1.1.1.5", "1.1.1.1", "1.1.1.2"));
}

TEST(Selection, ByRolesNarrowsTheAccessories) {
  EXPECT_THAT(names(Selected(two_accessories, roles({"web"})).selection.accessory_hosts()),
              ElementsAre("1.1.1.1", "1.1.1.2"));
  EXPECT_THAT(names(Selected(two_accessories, roles({"workers"})).selection.accessory_hosts()), IsEmpty());
}

TEST(Selection, OfAnAccessoryHostHasNoRole) {
  const Selected selected(two_accessories, hosts({"1.1.1.5"}));
  EXPECT_THAT(names(selected.selection.hosts()), ElementsAre("1.1.1.5"));
  EXPECT_THAT(names(selected.selection.app_hosts()), IsEmpty());
  EXPECT_EQ(selected.selection.primary_role(), nullptr);
}

TEST(Selection, MayBeNarrowedToSomeHosts) {
  const Selected all(web_and_workers);
  const Selection narrowed = all.selection.only({Host("1.1.1.3")});
  EXPECT_THAT(names(narrowed.hosts()), ElementsAre("1.1.1.3"));
  EXPECT_THAT(narrowed.primary_host(), Optional(Host("1.1.1.3")));
  EXPECT_EQ(test::there(narrowed.primary_role()).name.str(), "workers");
}

TEST(Selection, MayBeNarrowedToNoHost) {
  const Selected all(web_and_workers);
  const Selection narrowed = all.selection.only({});
  EXPECT_THAT(names(narrowed.hosts()), IsEmpty());
  EXPECT_EQ(narrowed.primary_host(), std::nullopt);
  EXPECT_EQ(narrowed.primary_role(), nullptr);
}

TEST(Selection, NarrowedToSomeHostsKeepsToItsRoles) {
  const Selected web("servers: { web: [ 1.1.1.1, 1.1.1.2 ], workers: { hosts: [ 1.1.1.1 ] } }",
                     roles({"web"}));
  const Selection narrowed = web.selection.only({Host("1.1.1.1")});
  const auto here = narrowed.roles_on(Host("1.1.1.1"));
  ASSERT_EQ(here.size(), 1u);
  EXPECT_EQ(here.front()->name.str(), "web");
}

TEST(Selection, HasAHostOfTwoAccessoriesOnce) {
  EXPECT_THAT(names(Selected("accessories: { db: { image: a, host: 1.1.1.5 }, cache: { image: b, hosts: [ "
                             "1.1.1.6, 1.1.1.5 ] } }")
                        .selection.accessory_hosts()),
              ElementsAre("1.1.1.5", "1.1.1.6"));
}

TEST(Selection, OfThePrimaryIsItsHostWhateverOthersAreNamed) {
  const Selected selected(web_and_workers,
                          {.hosts = Names{"1.1.1.4"}, .roles = std::nullopt, .primary = true});
  EXPECT_THAT(names(selected.selection.hosts()), ElementsAre("1.1.1.1"));
}

TEST(Selection, OfThePrimaryOfARoleWithoutHostsIsRefused) {
  const Filters primary_of_jobs{.hosts = std::nullopt, .roles = Names{"jobs"}, .primary = true};
  EXPECT_THROW(Selected("servers: { web: [ 1.1.1.1 ], jobs: { hosts: [] } }\nallow_empty_roles: true\n",
                        primary_of_jobs),
               UsageError);
}

}  // namespace
}  // namespace kamal::cli
