#include "server/listener/crowd.h"

#include <gmock/gmock.h>

#include <string>
#include <utility>

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CrowdTest : public ::testing::Test {
 protected:
  void Add(const std::string& peer, int64_t since_ns) {
    waiting_.push_back(
        {.peer = NetworkOf(boost::asio::ip::make_address(peer)), .since_ns = since_ns});
  }
  // The times of those that would be ended.
  std::vector<int64_t> Ended(size_t count) const {
    std::vector<int64_t> times;
    for (const auto& one : OldestOfLargestCrowd(waiting_, count)) times.push_back(one.since_ns);
    return times;
  }

  std::vector<WaitingConnection> waiting_;
};

TEST_F(CrowdTest, IsTheNetworkWithMostConnectionsTheOldestFirst) {
  for (size_t i = 0; i < kCrowdSize; ++i) Add("10.0.0.1", 1 + static_cast<int64_t>(i));
  EXPECT_THAT(Ended(2), ElementsAre(1, 2));
  for (size_t i = 0; i <= kCrowdSize; ++i) Add("10.0.0.2", 100 - static_cast<int64_t>(i));
  EXPECT_THAT(Ended(2), ElementsAre(68, 69));
  EXPECT_EQ(Ended(99).size(), kCrowdSize + 1);
}

TEST_F(CrowdTest, IsNobodyWhereAllHaveFewAndTheOldestOfAllAreEnded) {
  for (size_t i = 1; i < kCrowdSize; ++i) Add("10.0.0.1", 1000);
  Add("10.0.0.3", 7);
  Add("10.0.0.2", 5);
  Add("10.0.0.4", 6);
  EXPECT_THAT(Ended(3), ElementsAre(5, 6, 7));
}

TEST_F(CrowdTest, MayBeNobody) { EXPECT_THAT(Ended(3), IsEmpty()); }

TEST_F(CrowdTest, OfIPv6IsOfTheNetworkThatAClientHasForItself) {
  for (size_t i = 0; i < kCrowdSize; ++i) {
    Add("2001:db8:0:1::" + std::to_string(i), 50 + static_cast<int64_t>(i));
    Add("2001:db8:1:" + std::to_string(i) + "::1", static_cast<int64_t>(i));
  }
  EXPECT_THAT(Ended(2), ElementsAre(50, 51));
}

TEST_F(CrowdTest, OfIPv4IsOfAnAddressHoweverItIsWritten) {
  for (size_t i = 0; i < kCrowdSize; ++i) {
    Add("::ffff:10.0.0.1", 50 + static_cast<int64_t>(i));
    Add("::ffff:10.0.1." + std::to_string(i), static_cast<int64_t>(i));
  }
  Add("10.0.0.1", 49);
  EXPECT_THAT(Ended(2), ElementsAre(49, 50));
}

}  // namespace
}  // namespace kubegauge::server
