#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "config_fixture.h"

// What the table of keys can't tell: names, and settings that exclude or need each other.
namespace kamal::config {
namespace {

using test::configure;
using test::Pairs;
using test::problems_of;
using test::problems_with;
using test::warnings_with;
using test::without;
using test::Words;

TEST(Rules, ServiceAllowsLettersDigitsDashesAndUnderscores) {
  EXPECT_EQ(problems_with("service: hey-App1_x"), Words());
  const Words wrong = {"deploy.yml:1: service: must contain only letters, digits, - and _"};
  EXPECT_EQ(problems_with("service: app.com"), wrong);
  EXPECT_EQ(problems_with("service: my shop"), wrong);
  EXPECT_EQ(problems_with("service: ''"),
            Words{"deploy.yml:1: service: must be the name of the app, not empty"});
}

TEST(Rules, ImageIsRequiredUnlessRegistryIsLocal) {
  EXPECT_EQ(problems_of(without("image")),
            Words{"deploy.yml:1: image: is required (example: image: acme/shop)"});
  EXPECT_EQ(problems_of(without("image", "registry: { server: 'localhost:5000' }")), Words());
}

TEST(Rules, CredentialsAreRequiredUnlessRegistryIsLocal) {
  EXPECT_EQ(problems_of(without("registry", "x-a: 1\n")).size(), 1u);
  Value raw = without("registry");
  raw.set("registry", test::yaml_value("server: ghcr.io"));
  EXPECT_EQ(
      problems_of(raw),
      (Words{
          "deploy.yml:1: registry/username: is required (a string, or a list with the name of a secret)",
          "deploy.yml:1: registry/password: is required (a string, or a list with the name of a secret)"}));
  raw.set("registry", test::yaml_value("server: localhost:5000"));
  EXPECT_EQ(problems_of(raw), Words());
  EXPECT_EQ(problems_with("registry: { password: '' }"),
            Words{"deploy.yml:1: registry/password: must be a string or a list with the name of a secret, "
                  "not empty"});
}

TEST(Rules, LocalRegistryIgnoresCredentials) {
  const std::string odd = "server: 'localhost:5000', username: , password: 12";
  EXPECT_EQ(problems_with("registry: { " + odd + " }"), Words());
  EXPECT_EQ(problems_with("registry: { server: 'localhost:5000', username: { a: b }, password: [] }"),
            Words());
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, registry: { " + odd + " } } }"), Words());
}

TEST(Rules, BlankImageIsMissing) {
  const Words missing = {"deploy.yml:1: image: is required (example: image: acme/shop)"};
  EXPECT_EQ(problems_with("image: false"), missing);
  EXPECT_EQ(problems_with("image: ' '"), missing);
}

TEST(Rules, RequireServersOrAccessories) {
  EXPECT_EQ(
      problems_of(without("servers")),
      Words{"deploy.yml:1: servers: is required unless there are accessories (list the hosts to deploy to)"});
}

TEST(Rules, PrimaryRoleMustExist) {
  EXPECT_EQ(
      problems_with("servers:\n  jobs: [ a ]\n"),
      Words{"deploy.yml:1: servers: unknown role web (available: jobs; set primary_role to one of them)"});
  EXPECT_EQ(problems_with("primary_role: api").at(0).substr(0, 46),
            "deploy.yml:1: primary_role: unknown role api (");
}

TEST(Rules, RolesNeedHosts) {
  EXPECT_EQ(problems_with("servers: []"), Words{"deploy.yml:1: servers: role web has no hosts (add hosts)"});
  EXPECT_EQ(problems_with("servers: { web: {} }"),
            Words{"deploy.yml:1: servers/web: role web has no hosts (add hosts)"});
  EXPECT_EQ(problems_with("servers: { web: [ a ], jobs: [] }"),
            Words{"deploy.yml:1: servers/jobs: role jobs has no hosts (add hosts or set "
                  "allow_empty_roles: true)"});
}

TEST(Rules, AllowEmptyRolesExcludesThePrimaryRole) {
  EXPECT_EQ(problems_with("servers: { web: [], jobs: [] }\nallow_empty_roles: true").size(), 1u);
}

TEST(Rules, HostsMustBeHostnamesOrAddresses) {
  EXPECT_EQ(problems_with("servers: [ 'a b' ]"),
            Words{"deploy.yml:1: servers/0: must be a hostname (web1.example.com) or IP address"});
  EXPECT_EQ(problems_with("servers: [ '-oProxyCommand=x' ]").size(), 1u);
  EXPECT_EQ(problems_with("servers: { web: { hosts: [ 10 ] } }"),
            Words{"deploy.yml:1: servers/web/hosts/0: must be a hostname or IP address (quote it if YAML "
                  "reads it as a number)"});
  EXPECT_EQ(problems_with("servers: [ 'fe80::1', 'web1:2222', 'web_1.test', 'app@web' ]"), Words());
}

TEST(Rules, RequireDestinationWhenConfigured) {
  EXPECT_EQ(problems_with("require_destination: true"),
            Words{"deploy.yml:1: require_destination: no destination given (pass -d DESTINATION)"});
  EXPECT_EQ(problems_of(without("servers", "require_destination: true")).size(), 1u);
}

TEST(Rules, MinimumVersionMustBeMet) {
  EXPECT_EQ(problems_with("minimum_version: 99.1.0"),
            Words{"deploy.yml:1: minimum_version: requires kamal 99.1.0 or later; this is 2.12.0"});
  EXPECT_EQ(problems_with("minimum_version: 2.12.1").size(), 1u);
  EXPECT_EQ(problems_with("minimum_version: 2.12.0.beta1"), Words());
  for (const char* wrong : {"newest", "1..2", "1.2.", "v1", "1.2/3"}) {
    EXPECT_EQ(problems_with(std::string("minimum_version: ") + wrong),
              Words{"deploy.yml:1: minimum_version: must be a version (such as 2.12.0)"})
        << wrong;
  }
}

TEST(Rules, RetainContainersIsAtLeastOne) {
  EXPECT_EQ(problems_with("retain_containers: 0"),
            Words{"deploy.yml:1: retain_containers: must be at least 1"});
}

TEST(Rules, ErrorPagesPathNamesADirectory) {
  EXPECT_EQ(
      problems_with("error_pages_path: \"\""),
      Words{"deploy.yml:1: error_pages_path: must name a directory; leave it out for kamal-proxy's pages"});
}

TEST(Rules, Kamal1HooksMustBeRenamed) {
  const auto folder = std::filesystem::temp_directory_path() / "kamal-rules-test-hooks";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "pre-traefik-reboot") << "x";
  EXPECT_EQ(problems_with("hooks_path: " + folder.string()),
            Words{"deploy.yml:1: hooks_path: the hook pre-traefik-reboot is from Kamal 1 (rename it to "
                  "pre-proxy-reboot)"});
  std::filesystem::remove_all(folder);
}

TEST(Rules, AliasNamesArePlainAndUnreserved) {
  LoadOptions options;
  options.builtin_commands = {"deploy", "app"};
  EXPECT_EQ(
      problems_with("aliases: { Up!: deploy }", options),
      Words{"deploy.yml:1: aliases/Up!: is not a valid alias name (use lowercase letters, digits, - and _)"});
  EXPECT_EQ(problems_with("aliases: { deploy: app boot }", options),
            Words{"deploy.yml:1: aliases/deploy: is the name of a kamal command (rename the alias)"});
  EXPECT_EQ(problems_with("aliases: { deploy2: deploy }", options), Words());
}

TEST(Rules, KamalLabelsAreReserved) {
  const std::string why = "is reserved, as are service, role and destination (rename it)";
  EXPECT_EQ(problems_with("servers: { web: { hosts: [ a ], labels: { role: x } } }"),
            Words{"deploy.yml:1: servers/web/labels/role: " + why});
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, labels: { destination: x } } }"),
            Words{"deploy.yml:1: accessories/db/labels/destination: " + why});
}

TEST(Rules, RootLabelsThatOverrideKamalsWarn) {
  EXPECT_EQ(
      warnings_with("labels: { role: x }"),
      Words{
          "deploy.yml:1: labels/role: overrides a label that kamal uses to find its containers (rename it)"});
}

TEST(Rules, RestartTakesDockerPolicies) {
  const auto restart = [](const std::string& policy) {
    return problems_with("servers: { web: { hosts: [ a ], options: { restart: " + policy + " } } }");
  };
  for (const char* fine : {"\"no\"", "always", "unless-stopped", "on-failure", "'on-failure:3'"}) {
    EXPECT_EQ(restart(fine), Words()) << fine;
  }
  EXPECT_EQ(restart("sometimes"), Words{"deploy.yml:1: servers/web/options/restart: must be no, always, "
                                        "unless-stopped, on-failure or on-failure:N"});
  EXPECT_EQ(restart("no"), Words{"deploy.yml:1: servers/web/options/restart: must be a string, not false "
                                 "(quote \"no\" to turn restarts off)"});
  EXPECT_EQ(restart("'on-failure:'").size(), 1u);
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, options: { restart: 1 } } }").size(), 1u);
}

TEST(Rules, TagsBelongToTheRootEnv) {
  const std::string why = "is only allowed in the root env (move it there)";
  EXPECT_EQ(problems_with("servers: { web: { hosts: [ a ], env: { tags: { a: { B: 1 } } } } }"),
            Words{"deploy.yml:1: servers/web/env/tags: " + why});
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, env: { tags: {} } } }"),
            Words{"deploy.yml:1: accessories/db/env/tags: " + why});
  EXPECT_EQ(problems_with("env: { tags: { a: { tags: {} } } }"),
            Words{"deploy.yml:1: env/tags/a/tags: is not allowed inside a tag (move it up to env/tags)"});
}

TEST(Rules, BootLimitsAreAtLeastOneHost) {
  for (const char* wrong : {"0", "-1", "half", "0x"}) {
    EXPECT_EQ(problems_with(std::string("boot: { limit: ") + wrong + " }"),
              Words{"deploy.yml:1: boot/limit: must be at least 1 host, or a percentage such as 25%"})
        << wrong;
  }
}

TEST(Rules, BuilderRequiresAnArchitecture) {
  EXPECT_EQ(problems_with("builder: { arch: [] }"),
            Words{"deploy.yml:1: builder/arch: must be amd64, arm64 or both, not empty"});
}

TEST(Rules, BuildpacksBuildForOneArchitecture) {
  EXPECT_EQ(problems_with("builder: { arch: [ amd64, arm64 ], pack: { builder: x } }"),
            Words{"deploy.yml:1: builder/pack: requires a single architecture (set one in builder/arch)"});
}

TEST(Rules, LocalFalseRequiresRemote) {
  EXPECT_EQ(
      problems_with("builder: { local: false }"),
      Words{
          "deploy.yml:1: builder/local: is false, but no remote builder is configured (set builder/remote)"});
}

TEST(Rules, RemoteBuilderNeedsSshForLocalRegistry) {
  const std::string registry = "registry: { server: 'localhost:5000' }\n";
  EXPECT_EQ(problems_with(registry + "builder: { local: false, remote: 'tcp://b:2375' }"),
            Words{"deploy.yml:2: builder/remote: must be ssh://USER@HOST to reach a local registry"});
  EXPECT_EQ(problems_with(registry + "builder: { local: false, remote: 'ssh://b' }"), Words());
}

TEST(Rules, SshPortIsANumber) {
  EXPECT_EQ(problems_with("ssh: { port: ssh }"),
            Words{"deploy.yml:1: ssh/port: must be a port from 1 to 65535"});
  EXPECT_EQ(problems_with("ssh: { port: 70000 }").size(), 1u);
}

TEST(Rules, ProxyCommandBesideProxyWarns) {
  EXPECT_EQ(warnings_with("ssh: { proxy: jump, proxy_command: nc %h }"),
            Words{"deploy.yml:1: ssh/proxy_command: is ignored because proxy is set"});
  EXPECT_EQ(warnings_with("ssh: { proxy: false, proxy_command: nc %h }"), Words());
}

TEST(Rules, InlinePrivateKeysWarn) {
  const Words warnings = warnings_with("ssh: { key_data: [ '-----BEGIN OPENSSH PRIVATE KEY----- abc' ] }");
  EXPECT_EQ(warnings, Words{"deploy.yml:1: ssh/key_data: contains a private key, which Kamal 3 no longer "
                            "accepts (use the name of a secret)"});
}

TEST(ProxyRules, HostAndHostsExcludeEachOther) {
  EXPECT_EQ(problems_with("proxy:\n  host: a.test\n  hosts: [ b.test ]\n"),
            Words{"deploy.yml:3: proxy/hosts: use host or hosts, not both"});
}

TEST(ProxyRules, SslRequiresHostInTheSameSection) {
  const std::string why = "ssl requires host or hosts";
  EXPECT_EQ(problems_with("proxy: { ssl: true }"), Words{"deploy.yml:1: proxy/ssl: " + why});
  EXPECT_EQ(problems_with("servers: { web: { hosts: [ a ], proxy: { ssl: true } } }"),
            Words{"deploy.yml:1: servers/web/proxy/ssl: " + why});
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, proxy: { ssl: true } } }"),
            Words{"deploy.yml:1: accessories/db/proxy/ssl: " + why});
}

TEST(ProxyRules, CertificateAndKeyRequireEachOther) {
  EXPECT_EQ(
      problems_with("proxy: { host: a.test, ssl: { certificate_pem: C } }"),
      Words{"deploy.yml:1: proxy/ssl: certificate_pem requires private_key_pem (the name of a secret)"});
  EXPECT_EQ(
      problems_with("proxy: { host: a.test, ssl: { private_key_pem: K } }"),
      Words{"deploy.yml:1: proxy/ssl: private_key_pem requires certificate_pem (the name of a secret)"});
}

TEST(ProxyRules, LetsEncryptNeedsASingleHost) {
  EXPECT_EQ(problems_with("proxy:\n  host: a.test\n  ssl: true\n"),
            Words{"deploy.yml:3: proxy/ssl: Let's Encrypt needs a single host; role web has 2 (use one host "
                  "or a custom certificate)"});
  EXPECT_EQ(problems_with("servers: [ a ]\nproxy: { host: a.test, ssl: true }"), Words());
  EXPECT_EQ(problems_with("proxy: { host: a.test, ssl: { certificate_pem: C, private_key_pem: K } }"),
            Words());
}

TEST(ProxyRules, RolesMustNotShareAnSslHost) {
  EXPECT_EQ(problems_with("servers: { web: [ a ], api: { hosts: [ b ], proxy: true } }\n"
                          "proxy: { host: 'a.test,b.test', ssl: true }"),
            Words{"deploy.yml:2: proxy/ssl: several roles request a certificate for a.test, b.test (give "
                  "each role its own host)"});
}

TEST(ProxyRules, UnpublishedProxyHasNoPorts) {
  EXPECT_EQ(problems_with("proxy: { run: { publish: false, http_port: 8080 } }"),
            Words{"deploy.yml:1: proxy/run/http_port: conflicts with publish: false (remove one)"});
  EXPECT_EQ(problems_with("proxy: { run: { publish: false, bind_ips: [ 127.0.0.1 ] } }").size(), 1u);
  EXPECT_EQ(problems_with("proxy: { run: { publish: false } }"), Words());
}

TEST(ProxyRules, RoleSettingsMustFitTheRoots) {
  EXPECT_EQ(
      problems_with("proxy: { run: { http_port: 8080 } }\n"
                    "servers: { web: { hosts: [ a ], proxy: { run: { publish: false } } } }"),
      Words{"deploy.yml:1: servers/web/proxy/run/http_port: conflicts with publish: false (remove one)"});
}

TEST(ProxyRules, UnpublishableBindIpsWarn) {
  EXPECT_EQ(warnings_with("proxy: { run: { bind_ips: [ 127.0.0.1, '::1', '[::1]' ] } }"), Words());
  const std::string why =
      " is not an IP address Docker can publish on, so the proxy will not start (quote IPv6 addresses)";
  EXPECT_EQ(warnings_with("proxy: { run: { bind_ips: [ localhost, 'fe80::1%eth0' ] } }"),
            (Words{"deploy.yml:1: proxy/run/bind_ips: localhost" + why,
                   "deploy.yml:1: proxy/run/bind_ips: fe80::1%eth0" + why}));
}

TEST(ProxyRules, RolePathPrefixBelowRootPathPrefixesWarns) {
  EXPECT_EQ(warnings_with("proxy: { path_prefixes: [ /a ] }\n"
                          "servers: { web: { hosts: [ a ], proxy: { path_prefix: /c } } }"),
            Words{"deploy.yml:2: servers/web/proxy/path_prefix: is ignored because the root proxy sets "
                  "path_prefixes (use path_prefixes here too)"});
}

TEST(ProxyRules, RunsOnAHostMustAgree) {
  EXPECT_EQ(problems_with("servers:\n"
                          "  web: { hosts: [ a, b ], proxy: { run: { http_port: 81 } } }\n"
                          "  api: { hosts: [ a ], proxy: { run: { http_port: 82 } } }\n"),
            Words{"deploy.yml:1: proxy/run: role api and role web share the proxy on a, so their settings "
                  "must match"});
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

TEST(ProxyRules, RunKeyOrderIsIgnored) {
  EXPECT_EQ(problems_with_runs("http_port: 81, https_port: 444", "https_port: 444, http_port: 81"), Words());
}

TEST(ProxyRules, RunsWrittenDifferentlyDiffer) {
  EXPECT_EQ(problems_with_runs("https_port: 444", "https_port: 444, http_port: 80").size(), 1u);
  EXPECT_EQ(problems_with_runs("version: 1", "version: '1'").size(), 1u);
}

TEST(AccessoryRules, RequireExactlyOnePlacementKey) {
  EXPECT_EQ(problems_with("accessories:\n  db: { image: x }\n"),
            Words{"deploy.yml:2: accessories/db: must have one of host, hosts, role, roles, tag or tags"});
  EXPECT_EQ(problems_with("accessories:\n  db: { image: x, host: h, role: web }\n"),
            Words{"deploy.yml:2: accessories/db: must have only one of host and role"});
}

TEST(AccessoryRules, MissingImageWarns) {
  EXPECT_EQ(warnings_with("accessories:\n  db: { host: h }\n"),
            Words{"deploy.yml:2: accessories/db/image: is required (example: image: postgres:17)"});
}

TEST(AccessoryRules, RolesMustExist) {
  EXPECT_EQ(problems_with("accessories: { db: { image: x, role: storage } }"),
            Words{"deploy.yml:1: accessories/db/role: unknown role storage (available: web)"});
  EXPECT_EQ(problems_with("accessories: { db: { image: x, roles: [ web, wab ] } }"),
            Words{"deploy.yml:1: accessories/db/roles: unknown role wab (did you mean \"web\"?)"});
}

TEST(AccessoryRules, UnknownTagsWarn) {
  EXPECT_EQ(warnings_with("accessories: { db: { image: x, tag: none } }"),
            Words{"deploy.yml:1: accessories/db/tag: no host has this tag, so the accessory runs nowhere"});
}

TEST(AccessoryRules, TagsOfMapRolesWarn) {
  EXPECT_EQ(warnings_with("servers: { web: [ a ], jobs: { hosts: [ { b: x } ] } }\n"
                          "accessories:\n  db: { image: x, tag: x }\n"),
            Words{"deploy.yml:3: accessories/db/tag: does not run on b despite the tag x: tags only match in "
                  "roles that are a list, and role jobs is a map (use roles or hosts instead)"});
}

TEST(AccessoryRules, PartialTagMatchesWarn) {
  EXPECT_EQ(warnings_with("servers: { web: [ { a: writer }, { b: write } ] }\n"
                          "accessories:\n  db: { image: x, tags: [ write ] }\n"),
            Words{"deploy.yml:3: accessories/db/tags: write matches only part of the tag on a, so this runs "
                  "there too (write that tag as a list for exact matching)"});
}

TEST(AccessoryRules, DuplicatePathsWarn) {
  EXPECT_EQ(warnings_with(
                "accessories:\n  db:\n    image: x\n    host: h\n    files:\n      - a:/b\n      - a:/c\n"),
            Words{"deploy.yml:7: accessories/db/files/1: duplicate a overrides the earlier entry"});
}

TEST(AccessoryRules, PathsMustBePairs) {
  for (const char* wrong : {"a", ":b", "a:", "a::ro"}) {
    EXPECT_EQ(
        problems_with("accessories: { db: { image: x, host: h, files: [ '" + std::string(wrong) + "' ] } }"),
        Words{"deploy.yml:1: accessories/db/files/0: must be LOCAL:REMOTE[:OPTIONS]"})
        << wrong;
  }
}

TEST(AccessoryRules, ProxyMustBeAMap) {
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, proxy: true } }"),
            Words{"deploy.yml:1: accessories/db/proxy: must be a map, not true: accessories do not inherit "
                  "the root proxy"});
}

TEST(AccessoryRules, RegistryRequiresCredentials) {
  EXPECT_EQ(problems_with("accessories: { db: { image: x, host: h, registry: { server: r.test } } }").size(),
            2u);
}

TEST(AccessoryRules, NamesMustBeValidContainerNames) {
  EXPECT_EQ(problems_with("accessories: { 'my db': { image: x, host: h } }").size(), 1u);
  EXPECT_EQ(problems_with("servers: { web: [ a ], 'my jobs': [ b ] }").size(), 1u);
}

TEST(Rules, EmptyClearVariableWarns) {
  EXPECT_EQ(warnings_with("env: { A: '' }"),
            Words{"deploy.yml:1: env/A: is empty, so the variable is not set in the container (for an empty "
                  "value, move it to secret and add A= in .kamal/secrets)"});
  const Words all = warnings_with(
      "servers: { web: { hosts: [ { 192.0.2.1: eu } ], env: { A: ' ' } } }\nsecrets_path: ops/secrets\n"
      "env: { clear: { B: '', C: x, D: 0, E: false }, tags: { eu: { F: '' } } }\n"
      "accessories: { db: { image: pg, host: 192.0.2.1, env: { clear: { G: '' } } } }");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].find("deploy.yml:3: env/clear/B: is empty"), 0u);
  EXPECT_EQ(all[1].find("deploy.yml:3: env/tags/eu/F: is empty"), 0u);
  EXPECT_EQ(all[2].find("deploy.yml:1: servers/web/env/A: is empty"), 0u);
  EXPECT_EQ(all[3].find("deploy.yml:4: accessories/db/env/clear/G: is empty"), 0u);
  EXPECT_NE(all[3].find("add G= in ops/secrets)"), std::string::npos);
}

TEST(Rules, ImageWithAnotherRegistryWarns) {
  EXPECT_EQ(warnings_with("image: ghcr.io/acme/shop"),
            Words{"deploy.yml:1: image: names the registry ghcr.io, but kamal logs in to Docker Hub (set "
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

TEST(Rules, AccessoryImageMayNameItsRegistry) {
  EXPECT_EQ(warnings_with("accessories: { db: { image: ghcr.io/a/b, host: 192.0.2.1 } }"), Words{});
  EXPECT_EQ(warnings_with("accessories: { db: { image: ghcr.io/a/b, host: 192.0.2.1, registry: { username: "
                          "u, password: p } } }"),
            Words{"deploy.yml:1: accessories/db/image: names the registry ghcr.io, but kamal logs in to "
                  "Docker Hub (set accessories/db/registry/server: ghcr.io and accessories/db/image: a/b)"});
}

TEST(Rules, TlsBelowTheRootPathWarns) {
  const std::string refused =
      "kamal-proxy rejects ssl below the root path (remove one, or set ssl on the app that serves /)";
  const std::string one = "servers: [ 192.0.2.1 ]\nproxy: { ssl: true, host: a.example.com, ";
  EXPECT_EQ(warnings_with(one + "path_prefix: /api }"), Words{"deploy.yml:2: proxy/path_prefix: " + refused});
  EXPECT_EQ(warnings_with(one + "path_prefixes: [ /api, /v2 ] }"),
            Words{"deploy.yml:2: proxy/path_prefixes: " + refused});
  EXPECT_EQ(warnings_with(one + "path_prefixes: [ /api, / ] }"), Words{});
  EXPECT_EQ(warnings_with("proxy: { host: a.example.com, path_prefix: /api }"), Words{});
  EXPECT_EQ(warnings_with("servers: { web: { hosts: [ 192.0.2.1 ], proxy: { path_prefix: /api } } }\n"
                          "proxy: { ssl: true, host: a.example.com }"),
            Words{"deploy.yml:1: servers/web/proxy/path_prefix: " + refused});
  EXPECT_EQ(warnings_with("accessories: { db: { image: pg, host: 192.0.2.1, proxy: { ssl: true, host: "
                          "a.example.com, path_prefix: /db } } }"),
            Words{"deploy.yml:1: accessories/db/proxy/path_prefix: " + refused});
}

TEST(Rules, ListBuildArgIsPassedInRubyNotation) {
  const Configuration configuration =
      configure("builder: { args: { X: [ a, \"b c\", 1, null, 'q\"' ], Y: { a: 1, b: [ x ] }, Z: [], N: } }");
  EXPECT_EQ(configuration.builder.args, (Pairs{{"X", "[\"a\", \"b c\", 1, nil, \"q\\\"\"]"},
                                               {"Y", "{\"a\"=>1, \"b\"=>[\"x\"]}"},
                                               {"Z", ""},
                                               {"N", ""}}));
  ASSERT_EQ(configuration.warnings.size(), 3u);
  EXPECT_EQ(
      configuration.warnings[0].text(),
      "deploy.yml:1: builder/args/X: is a list, passed on in Ruby notation (write it as a quoted string)");
  EXPECT_EQ(problems_with("builder: { args: [ A=b ] }"),
            Words{"deploy.yml:1: builder/args: must be a map of names to values, not a list"});
}

}  // namespace
}  // namespace kamal::config
