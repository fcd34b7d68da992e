#include "cli/proxy/services.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/there.h"

namespace kamal {
namespace {

using cli::ProxyService;
using ::testing::IsEmpty;

constexpr const char* listing =
    "\x1b[3;94mService\x1b[0m   \x1b[3;94mHost\x1b[0m  \x1b[3;94mPath\x1b[0m  \x1b[3;94mTarget\x1b[0m  "
    "\x1b[3;94mState\x1b[0m  \x1b[3;94mTLS\x1b[0m\n"
    "\x1b[1;34mshop-web\x1b[0m  \x1b[ma.test,b.test\x1b[0m  \x1b[m/\x1b[0m  \x1b[m0123456789ab:80\x1b[0m  "
    "\x1b[mrunning\x1b[0m  \x1b[mno\x1b[0m  \n"
    "\x1b[1;34mshop-web-admin\x1b[0m  \x1b[m*\x1b[0m  \x1b[m/\x1b[0m  \x1b[mba9876543210:80\x1b[0m  "
    "\x1b[mstopped\x1b[0m  \x1b[mno\x1b[0m  \n";

TEST(ProxyServices, HaveATargetAndAState) {
  const std::vector<ProxyService> services = cli::parse_proxy_services(listing);
  ASSERT_EQ(services.size(), 2U);
  const ProxyService* const web = find_service(services, "shop-web");
  const ProxyService* const admin = find_service(services, "shop-web-admin");
  ASSERT_TRUE(web && admin);
  EXPECT_EQ(web->target, "0123456789ab");
  EXPECT_EQ(web->state, "running");
  EXPECT_EQ(admin->target, "ba9876543210");
  EXPECT_EQ(admin->state, "stopped");
}

TEST(ProxyServices, OfAnOlderProxyAreReadByTheirHeadings) {
  const std::vector<ProxyService> services = cli::parse_proxy_services(
      "Service  Host  Target  State  TLS\nshop-web  *  0123456789ab:80  paused  no\n");
  EXPECT_EQ(services.at(0).target, "0123456789ab");
  EXPECT_EQ(services.at(0).state, "paused");
}

TEST(ProxyServices, ArePerhapsNone) {
  EXPECT_EQ(find_service(cli::parse_proxy_services(listing), "shop"), nullptr);
  EXPECT_THAT(cli::parse_proxy_services(""), IsEmpty());
  EXPECT_THAT(cli::parse_proxy_services("Error: connection refused\n"), IsEmpty());
}

}  // namespace
}  // namespace kamal
