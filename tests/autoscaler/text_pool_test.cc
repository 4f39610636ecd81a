#include "autoscaler/text_pool.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kubegauge::autoscaler {
namespace {

TEST(SharedTextTest, IsAText) {
  const SharedText text = "cpu resource";
  const std::string& as_string = text;
  EXPECT_EQ(as_string, "cpu resource");
  EXPECT_EQ(text, "cpu resource");
  EXPECT_EQ(std::string("cpu resource"), text);
  EXPECT_EQ(text, SharedText(std::string("cpu resource")));
  EXPECT_NE(text, SharedText());
  EXPECT_EQ(fmt::format("<{}>", text), "<cpu resource>");
  EXPECT_TRUE(SharedText("").empty());
  EXPECT_EQ(SharedText(), "");
}

TEST(TextPoolTest, EqualTextsShareTheirMemory) {
  TextPool pool;
  SharedText first = "ReadyForNewScale";
  SharedText second = "ReadyForNewScale";
  EXPECT_NE(&first.str(), &second.str());
  pool.Share(first);
  pool.Share(second);
  EXPECT_EQ(&first.str(), &second.str());
  SharedText none;
  pool.Share(none);
  EXPECT_EQ(pool.size(), 1u);
}

TEST(TextPoolTest, DropsWhatNobodyHasAnyMore) {
  TextPool pool;
  std::vector<SharedText> kept;
  for (int i = 0; i < 10'000; ++i) {
    SharedText text = "error " + std::to_string(i);
    pool.Share(text);
    if (i % 100 == 0) kept.push_back(text);
  }
  EXPECT_LT(pool.size(), 512u);
  for (SharedText& text : kept) {
    SharedText again = text.str();
    pool.Share(again);
    EXPECT_EQ(&again.str(), &text.str());
  }
}

TEST(TextPoolTest, HoldsNoLongTexts) {
  TextPool pool;
  SharedText text = std::string(100'000, 'a');
  pool.Share(text);
  EXPECT_EQ(pool.size(), 0u);
  EXPECT_TRUE(text.unshared());
}

TEST(TextPoolTest, DropsWhatIsReleasedByTheLast) {
  TextPool pool;
  SharedText first = "cpu resource";
  SharedText second = "cpu resource";
  pool.Share(first);
  pool.Share(second);
  pool.Release(first);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(pool.size(), 1u);
  pool.Release(second);
  EXPECT_EQ(pool.size(), 0u);
  pool.Release(second);
}

}  // namespace
}  // namespace kubegauge::autoscaler
