#include "scraper/published.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace kubegauge::scraper {
namespace {

// Two numbers that agree in every value that was ever published, and a count of the living.
struct Pair {
  Pair(int value, std::atomic<int>& living) : first(value), second(value), living(living) {
    ++living;
  }
  ~Pair() {
    first = -1;
    --living;
  }
  int first;
  int second;
  std::atomic<int>& living;
};

TEST(Published, GivesTheNewestValueAndFreesTheOld) {
  std::atomic<int> living = 0;
  {
    Published<Pair> published(std::make_shared<Pair>(1, living));
    const auto held = published.Get();
    published.Set(std::make_shared<Pair>(2, living));
    EXPECT_EQ(held->first, 1);
    EXPECT_EQ(published.Get()->first, 2);
    EXPECT_EQ(living, 2);
  }
  EXPECT_EQ(living, 0);
}

TEST(Published, ReadersNeverSeeATornOrFreedValue) {
  constexpr int kValues = 20'000;
  constexpr int kReaders = 3;
  std::atomic<int> living = 0;
  std::atomic<int> mismatches = 0;
  {
    Published<Pair> published(std::make_shared<Pair>(0, living));
    std::vector<std::jthread> readers;
    for (int r = 0; r < kReaders; ++r) {
      readers.emplace_back([&] {
        int newest = 0;
        while (newest < kValues) {
          const auto value = published.Get();
          if (value->first != value->second || value->first < newest) ++mismatches;
          newest = value->first;
        }
      });
    }
    for (int i = 1; i <= kValues; ++i) published.Set(std::make_shared<Pair>(i, living));
  }
  EXPECT_EQ(mismatches, 0);
  EXPECT_EQ(living, 0);
}

}  // namespace
}  // namespace kubegauge::scraper
