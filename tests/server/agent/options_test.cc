#include "server/agent/options.h"

#include <gtest/gtest.h>

#include "server/flags/flag_set.h"

namespace kubegauge::server {
namespace {

TEST(AgentOptions, RememberReviewsAsLongAsAKubeletUnlessFlagsSayOtherwise) {
  AgentOptions options;
  EXPECT_EQ(options.access.token_cache_ttl_ns, 120 * kSecondNs);
  EXPECT_EQ(options.access.authorized_cache_ttl_ns, 300 * kSecondNs);
  EXPECT_EQ(options.access.unauthorized_cache_ttl_ns, 30 * kSecondNs);
  FlagSet flags;
  bool show_version = false;
  AddAgentFlags(flags, options, show_version);
  ASSERT_TRUE(flags.Parse({"--authentication-token-webhook-cache-ttl=10s"}).ok());
  EXPECT_EQ(options.access.token_cache_ttl_ns, 10 * kSecondNs);
  EXPECT_EQ(options.access.authorized_cache_ttl_ns, 300 * kSecondNs);
}

}  // namespace
}  // namespace kubegauge::server
