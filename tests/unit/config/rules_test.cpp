#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "config_fixture.h"

// What the table of keys can't tell: names, and settings that exclude or need each other.
namespace kamal::config {
namespace {

using testing::configure;
using testing::Pairs;
using testing::problems_of;
using testing::problems_with;
using testing::warnings_with;
using testing::without;
using testing::Words;

TEST(Rules, ServiceNamesHaveLettersDigitsDashesAndUnderscores) {
  EXPECT_EQ(problems_with("service: hey-App1_x"), Words());
  const Words wrong = {
      "deploy.yml:1: service: has characters that names can't have (should be letters, digits, - and _)"};
  EXPECT_EQ(problems_with("service: app.com"), wrong);
  EXPECT_EQ(problems_with("service: my shop"), wrong);
  EXPECT_EQ(problems_with("service: ''"),
            Words{"deploy.yml:1: service: is empty (should be the name of the application)"});
}

TEST(Rules, AnImageIsNeededUnlessTheRegistryIsLocal) {
  EXPECT_EQ(problems_of(without("image")),
            Words{"deploy.yml:1: image: is missing (should be the image's name in the registry: acme/shop)"});
  EXPECT_EQ(problems_of(without("image", "registry: { server: 'localhost:5000' }")), Words());
}

TEST(Rules, ARegistryNeedsAnAccountUnlessItIsLocal) {
  EXPECT_EQ(problems_of(without("registry", "x-a: 1\n")).size(), 1u);
  Value raw = without("registry");
  raw.set("registry", testing::yaml_value("server: ghcr.io"));
  EXPECT_EQ(
      problems_of(raw),
      (Words{
          "deploy.yml:1: registry/username: is missing (should be text, or a list with the name of a secret)",
          "deploy.yml:1: registry/password: is missing (should be text, or a list with the name of a "
          "secret)"}));
  raw.set("registry", testing::yaml_value("server: localhost:5000"));
  EXPECT_EQ(problems_of(raw), Words());
  EXPECT_EQ(
      problems_with("registry: { password: '' }"),
      Words{
          "deploy.yml:1: registry/password: is empty (should be text, or a list with the name of a secret)"});
}

TEST(Rules, AnAccountThatALocalRegistryDoesNotUseIsNotLookedAt) {
  const std::string odd = "server: 'localhost:5000', username: , password: 12";
  EXPECT_EQ(problems_with("registry: { " + odd + " }"), Words());
  EXPECT_EQ(problems_with("registry: { server: 'localhost:5000', username: { a: b }, password: [] }"),
            Words());
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, registry: { " + odd + " } } }"), Words());
}

TEST(Rules, ABlankImageIsNone) {
  const Words missing = {
      "deploy.yml:1: image: is missing (should be the image's name in the registry: acme/shop)"};
  EXPECT_EQ(problems_with("image: false"), missing);
  EXPECT_EQ(problems_with("image: ' '"), missing);
}

TEST(Rules, ServersOrAccessoriesAreNeeded) {
  EXPECT_EQ(problems_of(without("servers")), Words{"deploy.yml:1: servers: is missing, and there are no "
                                                   "accessories (should list the servers to deploy to)"});
}

TEST(Rules, ThePrimaryRoleMustExist) {
  EXPECT_EQ(problems_with("servers:\n  jobs: [ a ]\n"),
            Words{"deploy.yml:1: servers: there is no role web (roles here: jobs; primary_role names the one "
                  "to start "
                  "with)"});
  EXPECT_EQ(problems_with("primary_role: api").at(0).substr(0, 50),
            "deploy.yml:1: primary_role: there is no role api (");
}

TEST(Rules, RolesNeedHosts) {
  EXPECT_EQ(problems_with("servers: []"),
            Words{"deploy.yml:1: servers: the role web has no hosts (add some)"});
  EXPECT_EQ(problems_with("servers: { web: {} }"),
            Words{"deploy.yml:1: servers/web: the role web has no hosts (add some)"});
  EXPECT_EQ(problems_with("servers: { web: [ a ], jobs: [] }"),
            Words{"deploy.yml:1: servers/jobs: the role jobs has no hosts (add some, or set "
                  "allow_empty_roles: true if "
                  "it is meant to be so)"});
}

TEST(Rules, AllowEmptyRolesIsNotForThePrimaryOne) {
  EXPECT_EQ(problems_with("servers: { web: [], jobs: [] }\nallow_empty_roles: true").size(), 1u);
}

TEST(Rules, HostsMustBeNamesOrAddresses) {
  EXPECT_EQ(
      problems_with("servers: [ 'a b' ]"),
      Words{"deploy.yml:1: servers/0: is no name of a host (should be a name such as web1.example.com or an "
            "address)"});
  EXPECT_EQ(problems_with("servers: [ '-oProxyCommand=x' ]").size(), 1u);
  EXPECT_EQ(
      problems_with("servers: { web: { hosts: [ 10 ] } }"),
      Words{"deploy.yml:1: servers/web/hosts/0: is no text for YAML (should be a host's name or address, in "
            "quotes if need be)"});
  EXPECT_EQ(problems_with("servers: [ 'fe80::1', 'web1:2222', 'web_1.test', 'app@web' ]"), Words());
}

TEST(Rules, ADestinationMayBeRequired) {
  EXPECT_EQ(problems_with("require_destination: true"),
            Words{"deploy.yml:1: require_destination: a destination is required, and none was given (name "
                  "one with -d)"});
  EXPECT_EQ(problems_of(without("servers", "require_destination: true")).size(), 1u);
}

TEST(Rules, TheFileMayWantANewerKamal) {
  EXPECT_EQ(
      problems_with("minimum_version: 99.1.0"),
      Words{
          "deploy.yml:1: minimum_version: this file needs kamal 99.1.0, and this is 2.12.0 (install a newer "
          "one)"});
  EXPECT_EQ(problems_with("minimum_version: 2.12.1").size(), 1u);
  EXPECT_EQ(problems_with("minimum_version: 2.12.0.beta1"), Words());
  for (const char* wrong : {"newest", "1..2", "1.2.", "v1", "1.2/3"}) {
    EXPECT_EQ(problems_with(std::string("minimum_version: ") + wrong),
              Words{"deploy.yml:1: minimum_version: is no version (should be like 2.3.0)"})
        << wrong;
  }
}

TEST(Rules, AtLeastOneContainerIsKept) {
  EXPECT_EQ(problems_with("retain_containers: 0"),
            Words{"deploy.yml:1: retain_containers: is too small (should be 1 or more)"});
}

TEST(Rules, HooksOfKamal1AreToBeRenamed) {
  const auto folder = std::filesystem::temp_directory_path() / "kamal-rules-test-hooks";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "pre-traefik-reboot") << "x";
  EXPECT_EQ(problems_with("hooks_path: " + folder.string()),
            Words{"deploy.yml:1: hooks_path: the hook pre-traefik-reboot is from Kamal 1 (rename it to "
                  "pre-proxy-reboot)"});
  std::filesystem::remove_all(folder);
}

TEST(Rules, AliasesHavePlainNamesThatAreNotTaken) {
  LoadOptions options;
  options.builtin_commands = {"deploy", "app"};
  EXPECT_EQ(
      problems_with("aliases: { Up!: deploy }", options),
      Words{
          "deploy.yml:1: aliases/Up!: is no name for an alias (should have lower case letters, digits, - and "
          "_)"});
  EXPECT_EQ(
      problems_with("aliases: { deploy: app boot }", options),
      Words{"deploy.yml:1: aliases/deploy: is the name of one of kamal's own commands (choose another one)"});
  EXPECT_EQ(problems_with("aliases: { deploy2: deploy }", options), Words());
}

TEST(Rules, LabelsThatKamalSetsAreTaken) {
  const std::string why =
      "is a label that kamal sets itself: service, role and destination are taken (use another name)";
  EXPECT_EQ(problems_with("servers: { web: { hosts: [ a ], labels: { role: x } } }"),
            Words{"deploy.yml:1: servers/web/labels/role: " + why});
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, labels: { destination: x } } }"),
            Words{"deploy.yml:1: accessories/db/labels/destination: " + why});
}

TEST(Rules, RootLabelsThatReplaceKamalsOwnWarn) {
  EXPECT_EQ(warnings_with("labels: { role: x }"), Words{"deploy.yml:1: labels/role: replaces a label that "
                                                        "kamal finds its containers by (use another name)"});
}

TEST(Rules, RestartPoliciesAreDockers) {
  const auto restart = [](const std::string& policy) {
    return problems_with("servers: { web: { hosts: [ a ], options: { restart: " + policy + " } } }");
  };
  for (const char* fine : {"\"no\"", "always", "unless-stopped", "on-failure", "'on-failure:3'"}) {
    EXPECT_EQ(restart(fine), Words()) << fine;
  }
  EXPECT_EQ(restart("sometimes"),
            Words{"deploy.yml:1: servers/web/options/restart: is no restart policy (should be no, always, "
                  "unless-stopped, on-failure or on-failure:N)"});
  EXPECT_EQ(
      restart("no"),
      Words{
          "deploy.yml:1: servers/web/options/restart: is false for YAML (should be text: \"no\", in quotes, "
          "turns restarts off)"});
  EXPECT_EQ(restart("'on-failure:'").size(), 1u);
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, options: { restart: 1 } } }").size(), 1u);
}

TEST(Rules, TagsAreForTheRootsEnv) {
  const std::string why = "tags are only allowed in the env at the root (move them there)";
  EXPECT_EQ(problems_with("servers: { web: { hosts: [ a ], env: { tags: { a: { B: 1 } } } } }"),
            Words{"deploy.yml:1: servers/web/env/tags: " + why});
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, env: { tags: {} } } }"),
            Words{"deploy.yml:1: accessories/db/env/tags: " + why});
  EXPECT_EQ(problems_with("env: { tags: { a: { tags: {} } } }"),
            Words{"deploy.yml:1: env/tags/a/tags: tags can't have tags (put them beside each other)"});
}

TEST(Rules, BootLimitsAreAtLeastOneHost) {
  for (const char* wrong : {"0", "-1", "half", "0x"}) {
    EXPECT_EQ(
        problems_with(std::string("boot: { limit: ") + wrong + " }"),
        Words{
            "deploy.yml:1: boot/limit: is no number of hosts (should be 1 or more, or a share such as 25%)"})
        << wrong;
  }
}

TEST(Rules, ABuilderNeedsAnArchitecture) {
  EXPECT_EQ(problems_with("builder: { arch: [] }"),
            Words{"deploy.yml:1: builder/arch: is empty (should be amd64, arm64 or both)"});
}

TEST(Rules, BuildpacksBuildForOneArchitecture) {
  EXPECT_EQ(
      problems_with("builder: { arch: [ amd64, arm64 ], pack: { builder: x } }"),
      Words{"deploy.yml:1: builder/pack: buildpacks build for one architecture (name one in builder/arch)"});
}

TEST(Rules, WithoutLocalBuildsARemoteIsNeeded) {
  EXPECT_EQ(
      problems_with("builder: { local: false }"),
      Words{
          "deploy.yml:1: builder/local: is false, and there is no remote to build on (set builder/remote)"});
}

TEST(Rules, ALocalRegistryIsReachedByARemoteBuilderOverSshOnly) {
  const std::string registry = "registry: { server: 'localhost:5000' }\n";
  EXPECT_EQ(
      problems_with(registry + "builder: { local: false, remote: 'tcp://b:2375' }"),
      Words{
          "deploy.yml:2: builder/remote: a remote builder reaches a local registry over SSH only (should be "
          "ssh://USER@HOST)"});
  EXPECT_EQ(problems_with(registry + "builder: { local: false, remote: 'ssh://b' }"), Words());
}

TEST(Rules, PortsOfSshAreNumbers) {
  EXPECT_EQ(problems_with("ssh: { port: ssh }"),
            Words{"deploy.yml:1: ssh/port: is no port (should be a number from 1 to 65535)"});
  EXPECT_EQ(problems_with("ssh: { port: 70000 }").size(), 1u);
}

TEST(Rules, AProxyCommandBehindAProxyWarns) {
  EXPECT_EQ(warnings_with("ssh: { proxy: jump, proxy_command: nc %h }"),
            Words{"deploy.yml:1: ssh/proxy_command: is ignored, since there is proxy, too"});
  EXPECT_EQ(warnings_with("ssh: { proxy: false, proxy_command: nc %h }"), Words());
}

TEST(Rules, PrivateKeysInTheFileWarn) {
  const Words warnings = warnings_with("ssh: { key_data: [ '-----BEGIN OPENSSH PRIVATE KEY----- abc' ] }");
  EXPECT_EQ(warnings,
            Words{"deploy.yml:1: ssh/key_data: there is a private key in it, which goes with Kamal 3 (should "
                  "be the name of a secret)"});
}

TEST(ProxyRules, HostAndHostsExcludeEachOther) {
  EXPECT_EQ(problems_with("proxy:\n  host: a.test\n  hosts: [ b.test ]\n"),
            Words{"deploy.yml:3: proxy/hosts: there are both host and hosts (should be one of them)"});
}

TEST(ProxyRules, SslNeedsAHostInTheSameSection) {
  const std::string why = "a certificate needs a name to be for (set host, too)";
  EXPECT_EQ(problems_with("proxy: { ssl: true }"), Words{"deploy.yml:1: proxy/ssl: " + why});
  EXPECT_EQ(problems_with("servers: { web: { hosts: [ a ], proxy: { ssl: true } } }"),
            Words{"deploy.yml:1: servers/web/proxy/ssl: " + why});
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, proxy: { ssl: true } } }"),
            Words{"deploy.yml:1: accessories/db/proxy/ssl: " + why});
}

TEST(ProxyRules, ACertificateAndItsKeyGoTogether) {
  EXPECT_EQ(problems_with("proxy: { host: a.test, ssl: { certificate_pem: C } }"),
            Words{"deploy.yml:1: proxy/ssl: private_key_pem is missing (should be the name of a secret, like "
                  "certificate_pem)"});
  EXPECT_EQ(problems_with("proxy: { host: a.test, ssl: { private_key_pem: K } }"),
            Words{"deploy.yml:1: proxy/ssl: certificate_pem is missing (should be the name of a secret, like "
                  "private_key_pem)"});
}

TEST(ProxyRules, LetsEncryptIsForOneServer) {
  EXPECT_EQ(problems_with("proxy:\n  host: a.test\n  ssl: true\n"),
            Words{"deploy.yml:3: proxy/ssl: Let's Encrypt works with one server, and the role web has 2 (use "
                  "one, or a "
                  "certificate of your own)"});
  EXPECT_EQ(problems_with("servers: [ a ]\nproxy: { host: a.test, ssl: true }"), Words());
  EXPECT_EQ(problems_with("proxy: { host: a.test, ssl: { certificate_pem: C, private_key_pem: K } }"),
            Words());
}

TEST(ProxyRules, RolesDontShareANameForSsl) {
  EXPECT_EQ(problems_with("servers: { web: [ a ], api: { hosts: [ b ], proxy: true } }\n"
                          "proxy: { host: 'a.test,b.test', ssl: true }"),
            Words{"deploy.yml:2: proxy/ssl: several roles want a certificate for a.test, b.test (give each "
                  "role a host "
                  "of its own)"});
}

TEST(ProxyRules, AHiddenProxyHasNoPorts) {
  EXPECT_EQ(
      problems_with("proxy: { run: { publish: false, http_port: 8080 } }"),
      Words{"deploy.yml:1: proxy/run/http_port: goes nowhere with publish: false (remove one of the two)"});
  EXPECT_EQ(problems_with("proxy: { run: { publish: false, bind_ips: [ 127.0.0.1 ] } }").size(), 1u);
  EXPECT_EQ(problems_with("proxy: { run: { publish: false } }"), Words());
}

TEST(ProxyRules, WhatARoleAddsMustFitTheRootsSettings) {
  EXPECT_EQ(problems_with("proxy: { run: { http_port: 8080 } }\n"
                          "servers: { web: { hosts: [ a ], proxy: { run: { publish: false } } } }"),
            Words{"deploy.yml:1: servers/web/proxy/run/http_port: goes nowhere with publish: false (remove "
                  "one of the "
                  "two)"});
}

TEST(ProxyRules, WhatDockerDoesNotPublishOnWarns) {
  EXPECT_EQ(warnings_with("proxy: { run: { bind_ips: [ 127.0.0.1, '::1', '[::1]' ] } }"), Words());
  const std::string why =
      " is no IP address that docker publishes on, so the proxy won't start (put IPv6 addresses in quotes)";
  EXPECT_EQ(warnings_with("proxy: { run: { bind_ips: [ localhost, 'fe80::1%eth0' ] } }"),
            (Words{"deploy.yml:1: proxy/run/bind_ips: localhost" + why,
                   "deploy.yml:1: proxy/run/bind_ips: fe80::1%eth0" + why}));
}

TEST(ProxyRules, APathPrefixBehindTheRootsPathPrefixesWarns) {
  EXPECT_EQ(warnings_with("proxy: { path_prefixes: [ /a ] }\n"
                          "servers: { web: { hosts: [ a ], proxy: { path_prefix: /c } } }"),
            Words{"deploy.yml:2: servers/web/proxy/path_prefix: is ignored, since the root's proxy has "
                  "path_prefixes (should be path_prefixes here, too)"});
}

TEST(ProxyRules, AServerHasOneProxyRunInOneWay) {
  EXPECT_EQ(problems_with("servers:\n"
                          "  web: { hosts: [ a, b ], proxy: { run: { http_port: 81 } } }\n"
                          "  api: { hosts: [ a ], proxy: { run: { http_port: 82 } } }\n"),
            Words{"deploy.yml:1: proxy/run: there is one proxy on a, and role api and role web want it run "
                  "differently "
                  "(should be the same settings)"});
  EXPECT_EQ(problems_with("servers: { web: { hosts: [ a ], proxy: { run: { http_port: 81 } } } }\n"
                          "accessories: { db: { image: x, host: a, proxy: { run: { http_port: 82 } } } }")
                .size(),
            1u);
  EXPECT_EQ(problems_with("proxy: { run: { http_port: 81 } }\n"
                          "servers: { web: [ a ], api: { hosts: [ a ], proxy: true } }"),
            Words());
}

Words problems_with_runs(const std::string& web, const std::string& api) {
  return problems_with("servers:\n  web: { hosts: [ a ], proxy: { run: { " + web +
                       " } } }\n  api: { hosts: [ a ], proxy: { run: { " + api + " } } }\n");
}

TEST(ProxyRules, RunsInAnotherOrderAreTheSame) {
  EXPECT_EQ(problems_with_runs("http_port: 81, https_port: 444", "https_port: 444, http_port: 81"), Words());
}

TEST(ProxyRules, RunsThatAreWrittenOtherwiseDiffer) {
  EXPECT_EQ(problems_with_runs("https_port: 444", "https_port: 444, http_port: 80").size(), 1u);
  EXPECT_EQ(problems_with_runs("version: 1", "version: '1'").size(), 1u);
}

TEST(AccessoryRules, OneKeySaysWhereItRuns) {
  EXPECT_EQ(
      problems_with("accessories:\n  db: { image: x }\n"),
      Words{
          "deploy.yml:2: accessories/db: it is not said where this runs (should be one of host, hosts, role, "
          "roles, tag and tags)"});
  EXPECT_EQ(problems_with("accessories:\n  db: { image: x, host: h, role: web }\n"),
            Words{"deploy.yml:2: accessories/db: it is said more than once where this runs: host, role "
                  "(should be one "
                  "of host, hosts, role, roles, tag and tags)"});
}

TEST(AccessoryRules, WithoutAnImageTheyLoadAndWarn) {
  EXPECT_EQ(warnings_with("accessories:\n  db: { host: h }\n"),
            Words{"deploy.yml:2: accessories/db/image: is missing (add image: postgres:17)"});
}

TEST(AccessoryRules, RolesMustExist) {
  EXPECT_EQ(problems_with("accessories: { db: { image: x, role: storage } }"),
            Words{"deploy.yml:1: accessories/db/role: there is no role storage (roles here: web)"});
  EXPECT_EQ(problems_with("accessories: { db: { image: x, roles: [ web, wab ] } }"),
            Words{"deploy.yml:1: accessories/db/roles: there is no role wab (did you mean web?)"});
}

TEST(AccessoryRules, TagsThatNoServerHasWarn) {
  EXPECT_EQ(warnings_with("accessories: { db: { image: x, tag: none } }"),
            Words{"deploy.yml:1: accessories/db/tag: no server has such a tag, so this runs nowhere"});
}

TEST(AccessoryRules, TagsOfRolesWithHostsWarn) {
  EXPECT_EQ(
      warnings_with("servers: { web: [ a ], jobs: { hosts: [ { b: x } ] } }\n"
                    "accessories:\n  db: { image: x, tag: x }\n"),
      Words{"deploy.yml:3: accessories/db/tag: this does not run on b, though the tag x is there: tags are "
            "only looked for in roles that are a list, and jobs has hosts (name roles or hosts instead)"});
}

TEST(AccessoryRules, TagsThatAreAPartOfAnotherWarn) {
  EXPECT_EQ(
      warnings_with("servers: { web: [ { a: writer }, { b: write } ] }\n"
                    "accessories:\n  db: { image: x, tags: [ write ] }\n"),
      Words{"deploy.yml:3: accessories/db/tags: write is only a part of the tag of a, and this runs there "
            "all the same (write that tag as a list to have it compared as a whole)"});
}

TEST(AccessoryRules, PathsThatComeTwiceWarn) {
  EXPECT_EQ(
      warnings_with("accessories:\n  db:\n    image: x\n    host: h\n    files:\n      - a:/b\n      - "
                    "a:/c\n"),
      Words{"deploy.yml:7: accessories/db/files/1: a is here a second time and replaces what came before "
            "(each can be mounted once)"});
}

TEST(AccessoryRules, PathsComeInPairs) {
  for (const char* wrong : {"a", ":b", "a:", "a::ro"}) {
    EXPECT_EQ(
        problems_with("accessories: { db: { image: x, host: h, files: [ '" + std::string(wrong) + "' ] } }"),
        Words{"deploy.yml:1: accessories/db/files/0: is no pair of paths (should be LOCAL:REMOTE, or "
              "LOCAL:REMOTE:OPTIONS)"})
        << wrong;
  }
}

TEST(AccessoryRules, ProxyTrueIsNotEnough) {
  EXPECT_EQ(
      problems_with("accessories: { db: { image: x, host: h, proxy: true } }"),
      Words{
          "deploy.yml:1: accessories/db/proxy: is true (should be a map of settings: accessories don't share "
          "the root's)"});
}

TEST(AccessoryRules, ARegistryNeedsItsAccount) {
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, registry: { server: r.test } } }").size(),
            2u);
}

TEST(AccessoryRules, NamesMustSuitDocker) {
  EXPECT_EQ(problems_with("accessories: { 'my db': { image: x, host: h } }").size(), 1u);
  EXPECT_EQ(problems_with("servers: { web: [ a ], 'my jobs': [ b ] }").size(), 1u);
}

TEST(Rules, AnEmptyClearVariableIsNotSetWithAWarning) {
  EXPECT_EQ(
      warnings_with("env: { A: '' }"),
      Words{"deploy.yml:1: env/A: is empty, so the variable is not set in the container (for an empty value, "
            "move it to secret and put A= in .kamal/secrets)"});
  const Words all = warnings_with(
      "servers: { web: { hosts: [ { 192.0.2.1: eu } ], env: { A: ' ' } } }\nsecrets_path: ops/secrets\n"
      "env: { clear: { B: '', C: x, D: 0, E: false }, tags: { eu: { F: '' } } }\n"
      "accessories: { db: { image: pg, host: 192.0.2.1, env: { clear: { G: '' } } } }");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].find("deploy.yml:3: env/clear/B: is empty"), 0u);
  EXPECT_EQ(all[1].find("deploy.yml:3: env/tags/eu/F: is empty"), 0u);
  EXPECT_EQ(all[2].find("deploy.yml:1: servers/web/env/A: is empty"), 0u);
  EXPECT_EQ(all[3].find("deploy.yml:4: accessories/db/env/clear/G: is empty"), 0u);
  EXPECT_NE(all[3].find("put G= in ops/secrets)"), std::string::npos);
}

TEST(Rules, AnImageThatNamesAnotherRegistryIsAWarning) {
  EXPECT_EQ(warnings_with("image: ghcr.io/acme/shop"),
            Words{"deploy.yml:1: image: names the registry ghcr.io, but the login goes to Docker Hub (set "
                  "registry/server: ghcr.io and image: acme/shop)"});
  for (const std::string image : {"localhost/shop", "registry:5000/shop", "Registry/shop"})
    EXPECT_EQ(warnings_with("image: " + image).size(), 1u) << image;
  for (const std::string image :
       {"shop", "acme/shop", "acme/shop.web", "docker.io/acme/shop", "index.docker.io/a/b"})
    EXPECT_EQ(warnings_with("image: " + image), Words{}) << image;
  EXPECT_EQ(warnings_with("registry: { server: ghcr.io }\nimage: ghcr.io/acme/shop"),
            Words{"deploy.yml:2: image: repeats the host of registry/server, so the image is "
                  "ghcr.io/ghcr.io/acme/shop (set image: acme/shop)"});
  EXPECT_EQ(warnings_with("registry: { server: ghcr.io }"), Words{});
}

TEST(Rules, AnAccessorysImageMayNameItsRegistry) {
  EXPECT_EQ(warnings_with("accessories: { db: { image: ghcr.io/a/b, host: 192.0.2.1 } }"), Words{});
  EXPECT_EQ(
      warnings_with("accessories: { db: { image: ghcr.io/a/b, host: 192.0.2.1, registry: { username: u, "
                    "password: p } } }"),
      Words{
          "deploy.yml:1: accessories/db/image: names the registry ghcr.io, but the login goes to Docker Hub "
          "(set accessories/db/registry/server: ghcr.io and accessories/db/image: a/b)"});
}

TEST(Rules, TlsBelowTheRootPathIsAWarning) {
  const std::string refused =
      "kamal-proxy refuses ssl below the root path (remove one of the two, or set ssl on the app that serves "
      "/)";
  const std::string one = "servers: [ 192.0.2.1 ]\nproxy: { ssl: true, host: a.example.com, ";
  EXPECT_EQ(warnings_with(one + "path_prefix: /api }"), Words{"deploy.yml:2: proxy/path_prefix: " + refused});
  EXPECT_EQ(warnings_with(one + "path_prefixes: [ /api, /v2 ] }"),
            Words{"deploy.yml:2: proxy/path_prefixes: " + refused});
  EXPECT_EQ(warnings_with(one + "path_prefixes: [ /api, / ] }"), Words{});
  EXPECT_EQ(warnings_with("proxy: { host: a.example.com, path_prefix: /api }"), Words{});
  EXPECT_EQ(warnings_with("servers: { web: { hosts: [ 192.0.2.1 ], proxy: { path_prefix: /api } } }\n"
                          "proxy: { ssl: true, host: a.example.com }"),
            Words{"deploy.yml:1: servers/web/proxy/path_prefix: " + refused});
  EXPECT_EQ(warnings_with(
                "accessories: { db: { image: pg, host: 192.0.2.1, proxy: { ssl: true, host: a.example.com, "
                "path_prefix: /db } } }"),
            Words{"deploy.yml:1: accessories/db/proxy/path_prefix: " + refused});
}

TEST(Rules, ABuildArgThatIsAListIsPassedInRubyNotation) {
  const Configuration configuration =
      configure("builder: { args: { X: [ a, \"b c\", 1, null, 'q\"' ], Y: { a: 1, b: [ x ] }, Z: [], N: } }");
  EXPECT_EQ(configuration.builder.args, (Pairs{{"X", "[\"a\", \"b c\", 1, nil, \"q\\\"\"]"},
                                               {"Y", "{\"a\"=>1, \"b\"=>[\"x\"]}"},
                                               {"Z", ""},
                                               {"N", ""}}));
  ASSERT_EQ(configuration.warnings.size(), 3u);
  EXPECT_EQ(configuration.warnings[0].text(),
            "deploy.yml:1: builder/args/X: is passed in Ruby notation because it is a list (write it as "
            "text, in quotes)");
  EXPECT_EQ(problems_with("builder: { args: [ A=b ] }"),
            Words{"deploy.yml:1: builder/args: is a list (should be a map of names to values)"});
}

}  // namespace
}  // namespace kamal::config
