#include "kube/lru_map.h"

#include <gmock/gmock.h>

namespace kubegauge::kube {
namespace {

TEST(LruMapTest, ForgetsWhatWasNotUsedForLongest) {
  LruMap<int> map(3);
  map.Use("a") = 1;
  map.Use("b") = 2;
  map.Use("c") = 3;
  EXPECT_EQ(map.Use("a"), 1);
  map.Use("d") = 4;
  EXPECT_EQ(map.size(), 3U);
  EXPECT_EQ(map.Use("a"), 1);
  EXPECT_EQ(map.Use("c"), 3);
  EXPECT_EQ(map.Use("d"), 4);
  EXPECT_EQ(map.Use("b"), 0) << "new";
  EXPECT_EQ(map.size(), 3U);
}

}  // namespace
}  // namespace kubegauge::kube
