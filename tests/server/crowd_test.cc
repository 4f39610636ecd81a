#include "server/crowd.h"

#include <gmock/gmock.h>

#include <string>
#include <utility>

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The times of those of `silent`, each a peer and a time, that would be ended.
std::vector<int64_t> TimesOfCrowd(const std::vector<std::pair<std::string, int64_t>>& silent,
                                  size_t count) {
  std::vector<SilentConnection> connections;
  for (const auto& [peer, since_ns] : silent) {
    connections.push_back({.peer = boost::asio::ip::make_address(peer), .since_ns = since_ns});
  }
  std::vector<int64_t> times;
  for (const auto& one : OldestOfLargestCrowd(std::move(connections), count)) {
    times.push_back(one.since_ns);
  }
  return times;
}

TEST(CrowdTest, IsThePeerWithMostConnectionsTheOldestFirst) {
  EXPECT_THAT(TimesOfCrowd({{"10.0.0.1", 1}, {"fd00::2", 9}, {"fd00::2", 7}, {"fd00::2", 8}}, 2),
              ElementsAre(7, 8));
  EXPECT_THAT(TimesOfCrowd({{"10.0.0.2", 5}, {"10.0.0.1", 6}, {"10.0.0.2", 4}}, 9),
              ElementsAre(4, 5));
}

TEST(CrowdTest, IsTheOldestOfManyPeersWithAsManyConnections) {
  EXPECT_THAT(TimesOfCrowd({{"10.0.0.1", 3}, {"10.0.0.3", 1}, {"10.0.0.2", 2}}, 9), ElementsAre(1));
}

TEST(CrowdTest, MayBeNobody) { EXPECT_THAT(TimesOfCrowd({}, 3), IsEmpty()); }

}  // namespace
}  // namespace kubegauge::server
