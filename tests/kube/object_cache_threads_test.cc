// Readers of a cache while its reflector changes it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "kube/pod_meta_cache.h"

namespace kubegauge::kube {
namespace {

constexpr int kPods = 20;

// One round's `name` as its label says it.
std::string PodText(int name, int round) {
  return fmt::format(
      R"({{"metadata":{{"namespace":"shop","name":"pod-{}","labels":{{"round":"{}"}}}}}})", name,
      round);
}

EncodedObject JsonObject(const std::string& text) { return {WireFormat::kJson, text}; }

TEST(ObjectCacheThreads, SeeWholeListsAndNeverAnOlderOne) {
  constexpr int kRounds = 200;
  ObjectCache<ObjectMetaKind> cache;
  const auto list = [&cache](int round) {
    cache.BeginList();
    for (int i = 0; i < kPods; ++i) {
      EXPECT_TRUE(cache.AddListed(JsonObject(PodText(i, round))).ok());
    }
    cache.CommitList();
  };
  list(0);
  std::atomic<int> faults{0};
  std::atomic<bool> is_over{false};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      for (uint64_t last = 0; !is_over;) {
        const uint64_t version = cache.version();
        const auto pod = cache.Find({"shop", "pod-1"});
        if (version < last || pod == nullptr || cache.Objects().size() != kPods) ++faults;
        last = version;
      }
    });
  }
  for (int round = 1; round <= kRounds; ++round) {
    list(round);
    const std::string changed = PodText(1, -round);
    EXPECT_TRUE(cache.Apply(WatchEventType::kModified, JsonObject(changed)).ok());
    cache.EndBatch();
  }
  is_over = true;
  readers.clear();
  EXPECT_EQ(faults, 0);
  EXPECT_EQ(cache.version(), 1u + 2 * kRounds);
}

}  // namespace
}  // namespace kubegauge::kube
