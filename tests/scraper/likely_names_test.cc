#include "scraper/likely_names.h"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "tests/scraper/sample_builder.h"

namespace kubegauge::scraper {
namespace {

using kubegauge::testing::MakeSample;
using kubegauge::testing::Point;

std::shared_ptr<const NodeLayout> LayoutOf(std::string_view container) {
  const Sample sample = MakeSample(
      std::nullopt, {{"a", "p", {{container, Point(1, 1)}}}, {"b", "q", {{"c", Point(1, 1)}}}});
  const auto no_meta = [](std::string_view, std::string_view) -> kube::ObjectMetaRef {
    return nullptr;
  };
  return Advance(nullptr, sample, 1, no_meta)->layout;
}

// Whether the set numbered `set` is found at the front of `text`, and ends behind its brace.
bool Finds(const LikelyNames& names, uint32_t set, std::string_view text) {
  const char* const end = names.FindEnd(set, text.data(), text.data() + text.size());
  return end != nullptr && end == text.data() + text.find('}') + 1;
}

TEST(LikelyNames, AreThoseOfContainersInTheOrderOfTheBodyThenThoseOfPods) {
  const auto layout = LayoutOf("x");
  LikelyNames names;
  names.Begin(layout.get(), {1, 0});
  EXPECT_EQ(names.container_count(), 2u);
  EXPECT_EQ(names.container(1).container, "x");
  EXPECT_TRUE(Finds(names, 0, R"({container="c",namespace="b",pod="q"} 1)"));
  EXPECT_TRUE(Finds(names, 1, R"({container="x",namespace="a",pod="p"})"));
  EXPECT_TRUE(Finds(names, 2, R"({namespace="a",pod="p"} 1)"));
  EXPECT_TRUE(Finds(names, 3, R"({namespace="b",pod="q"} 1)"));
}

TEST(LikelyNames, AreFoundAsAWholeOnly) {
  const auto layout = LayoutOf("x");
  LikelyNames names;
  names.Begin(layout.get(), {1, 0});
  EXPECT_FALSE(Finds(names, 1, R"({container="c",namespace="b",pod="q"} 1)")) << "another set";
  EXPECT_FALSE(Finds(names, 0, R"({container="c",namespace="b",pod="qq"} 1)"));
  EXPECT_FALSE(Finds(names, 0, R"({container="c",namespace="b",pod="q",x="y"} 1)"));
  EXPECT_FALSE(Finds(names, 0, R"({container="c",namespace="b",pod="q")")) << "cut off";
  EXPECT_FALSE(Finds(names, 0, "{"));
  EXPECT_FALSE(Finds(names, 0, ""));
  EXPECT_FALSE(Finds(names, 4, R"({namespace="b",pod="q"} 1)")) << "no such set";
}

TEST(LikelyNames, AreNoneWhereLittleIsKnown) {
  constexpr std::string_view kFirst = R"({container="x",namespace="a",pod="p"} 1)";
  LikelyNames names;
  names.Begin(nullptr, {});
  EXPECT_FALSE(Finds(names, 0, kFirst)) << "a new node";
  const auto layout = LayoutOf("x");
  names.Begin(layout.get(), {0, 1, 2});
  EXPECT_FALSE(Finds(names, 0, kFirst)) << "an order of something else";
  names.Begin(layout.get(), {0, 1});
  EXPECT_TRUE(Finds(names, 0, kFirst));
  for (const std::string_view odd : {"pod=", "a\"b", "a\\", "\xc3\xa9", "a_b"}) {
    const auto odd_layout = LayoutOf(odd);
    names.Begin(odd_layout.get(), {0, 1});
    EXPECT_EQ(names.container_count(), 0u) << odd;
    EXPECT_FALSE(Finds(names, 2, R"({namespace="a",pod="p"} 1)")) << odd;
  }
}

}  // namespace
}  // namespace kubegauge::scraper
