#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* proxied = R"(
error_pages_path: public
accessories:
  admin:
    image: acme/admin
    host: 1.1.1.5
    proxy: { host: admin.test }
)";

constexpr const char* proxy_remove = "kamal-proxy remove shop-admin";

class AccessoryBehindTheProxy : public ::testing::Test {
 protected:
  AccessoryBehindTheProxy() {
    kamal_.servers.docker("1.1.1.5").add("shop-admin");
    kamal_.servers.answer("*", "docker ps", {});
    kamal_.servers.answer("*", "docker container ls", {0, "id-shop-admin\n", ""});
    kamal_.write("public/503.html", "Not now");
  }
  CliRun kamal_{proxied};
};

TEST_F(AccessoryBehindTheProxy, HasItsErrorPagesBeforeItIsRegistered) {
  EXPECT_EQ(kamal_.run({"accessory", "boot", "admin", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal_.story.of({"1.1.1.5: upload .kamal/proxy", "kamal-proxy deploy"}),
      ElementsAre("1.1.1.5: upload .kamal/proxy/apps-config/shop/error_pages/v1/503.html 0644",
                  HasSubstr("--error-pages=/home/kamal-proxy/.apps-config/shop/error_pages/v1"),
                  "1.1.1.5: upload .kamal/proxy/apps-config/shop/accessories/admin.error_pages 0644"));
  EXPECT_EQ(kamal_.servers.uploads["1.1.1.5:.kamal/proxy/apps-config/shop/accessories/admin.error_pages"],
            "v1");
}

TEST_F(AccessoryBehindTheProxy, HasItsErrorPagesWhenRestarted) {
  EXPECT_EQ(kamal_.run({"accessory", "start", "admin", "--version", "v2"}).status, 0);
  EXPECT_THAT(kamal_.story.of({"error_pages/v2/503.html", "kamal-proxy deploy"}),
              ElementsAre(HasSubstr("upload"), HasSubstr("error_pages/v2")));
}

TEST_F(AccessoryBehindTheProxy, IsRegisteredBeforeTheFirstBootOfTheAppInASetup) {
  CliRun kamal(std::string(proxied) + "servers: [ 1.1.1.5 ]\n");
  kamal.write("public/503.html", "Not now");
  kamal.servers.answer("*", "name=^shop-admin$", {0, "id-shop-admin\n", ""});
  EXPECT_EQ(kamal.run({"setup", "-P", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"error_pages/v1/503.html", "kamal-proxy deploy"}),
              ElementsAre(HasSubstr("upload"), HasSubstr("deploy shop-admin"), HasSubstr("upload"),
                          HasSubstr("deploy shop-web")));
}

TEST(AnAccessorysCertificate, IsUploadedBeforeTheAccessoryIsRegistered) {
  CliRun kamal(
      "accessories: { admin: { image: a, host: 1.1.1.5, proxy: { host: admin.test, ssl: { certificate_pem: "
      "CERT, "
      "private_key_pem: KEY } } } }");
  kamal.write(".kamal/secrets", "CERT=certificate\nKEY=key\n");
  kamal.servers.answer("*", "docker container ls", {0, "id-shop-admin\n", ""});
  EXPECT_EQ(kamal.run({"accessory", "boot", "admin", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.story.of({"1.1.1.5: upload .kamal/proxy", "kamal-proxy deploy"}),
      ElementsAre("1.1.1.5: upload .kamal/proxy/apps-config/shop/tls/cert.pem 0644",
                  "1.1.1.5: upload .kamal/proxy/apps-config/shop/tls/key.pem 0644",
                  HasSubstr("--tls-certificate-path=/home/kamal-proxy/.apps-config/shop/tls/cert.pem")));
  EXPECT_EQ(kamal.servers.uploads["1.1.1.5:.kamal/proxy/apps-config/shop/tls/key.pem"], "key");
}

TEST(AnAccessorysCertificate, ThatIsMissingStopsNothing) {
  CliRun kamal(
      "accessories: { admin: { image: a, host: 1.1.1.5, proxy: { host: admin.test, ssl: { certificate_pem: "
      "CERT, "
      "private_key_pem: KEY } } } }");
  const CliRun::Result result = kamal.run({"accessory", "reboot", "admin", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("CERT"), HasSubstr("accessories/admin/proxy/ssl")));
  EXPECT_THAT(kamal.story.of({"docker"}), ElementsAre());
}

struct ProxySays {
  const char* name;
  const char* text;
};

std::ostream& operator<<(std::ostream& out, const ProxySays& says) { return out << says.name; }

class ProxyWithoutTheAccessory : public AccessoryBehindTheProxy,
                                 public ::testing::WithParamInterface<ProxySays> {
 protected:
  ProxyWithoutTheAccessory() { kamal_.servers.answer("*", proxy_remove, {1, "", GetParam().text}); }
};

TEST_P(ProxyWithoutTheAccessory, DoesNotKeepItFromBeingRemoved) {
  EXPECT_EQ(kamal_.run({"accessory", "remove", "admin", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal_.story.of({proxy_remove, "docker container prune", "docker image rm", "rm -rf"}),
              ElementsAre(HasSubstr(proxy_remove), HasSubstr("prune"), HasSubstr("rm -rf shop-admin"),
                          HasSubstr("docker image rm --force acme/admin")));
}

TEST_P(ProxyWithoutTheAccessory, DoesNotKeepItFromBeingStoppedOrRebooted) {
  EXPECT_EQ(kamal_.run({"accessory", "stop", "admin", "--version", "v1"}).status, 0);
  EXPECT_EQ(kamal_.run({"accessory", "reboot", "admin", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal_.story.of({proxy_remove, "docker run"}),
              ElementsAre(HasSubstr(proxy_remove), HasSubstr(proxy_remove), HasSubstr("docker run --name")));
}

INSTANTIATE_TEST_SUITE_P(
    Which, ProxyWithoutTheAccessory,
    ::testing::Values(ProxySays{"does not know it", "Error: service not found\n"},
                      ProxySays{"is gone", "Error response from daemon: No such container: kamal-proxy\n"},
                      ProxySays{"is stopped",
                                "Error response from daemon: container 0a1b is not running\n"}));

TEST_F(AccessoryBehindTheProxy, IsRemovedEvenIfTheProxyFailsWhichIsReported) {
  kamal_.servers.answer("*", proxy_remove, {1, "", "Error: could not save state\n"});
  const CliRun::Result result = kamal_.run({"accessory", "remove", "admin", "-y", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not save state"));
  EXPECT_THAT(kamal_.story.of({"docker container prune", "docker image rm", "rm -rf"}),
              ElementsAre(HasSubstr("prune"), HasSubstr("rm -rf"), HasSubstr("image rm")));
}

TEST(AccessoryUpgrade, RebootsEachOfTwoAccessoriesOfAHostOnce) {
  CliRun kamal("accessories: { db: { image: a, host: 1.1.1.5 }, cache: { image: b, host: 1.1.1.5 } }");
  EXPECT_EQ(kamal.run({"accessory", "upgrade", "all", "--rolling", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run"}),
              ElementsAre(HasSubstr("--name shop-db"), HasSubstr("--name shop-cache")));
}

}  // namespace
}  // namespace kamal
