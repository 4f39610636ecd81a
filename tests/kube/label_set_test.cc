#include "kube/label_set.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "kube/object_key.h"
#include "kube/object_meta.h"

namespace kubegauge::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(LabelSet, HoldsSortedLabels) {
  const std::vector<Label> labels = {{"b", "1"}, {"a", "2"}, {"b", "3"}};
  const LabelSetRef set = LabelSet::Create(SortedLabels(labels));
  ASSERT_EQ(set->size(), 2u);
  EXPECT_THAT(set->label(0), Pair("a", "2"));
  EXPECT_THAT(set->label(1), Pair("b", "3"));
  EXPECT_EQ(LabelSet::Create({}), nullptr);
}

TEST(LabelSetPool, GivesEqualLabelsAsOneSet) {
  LabelSetPool pool;
  std::string text = "app=cart";
  const std::vector<Label> labels = {{std::string_view(text).substr(0, 3), "cart"},
                                     {"tier", "web"}};
  const std::vector<Label> reordered = {{"tier", "web"}, {"app", "cart"}};
  const LabelSetRef first = pool.Get(labels);
  EXPECT_EQ(pool.Get(reordered), first);
  text.assign(text.size(), '?');
  EXPECT_EQ(pool.Get(reordered), first);
  EXPECT_EQ(pool.Get({}), nullptr);

  // The same text, cut differently, and parts of it.
  const std::vector<std::vector<Label>> others = {
      {{"app", "cartt"}, {"ier", "web"}}, {{"app", "cart"}}, {{"appc", "art"}, {"tier", "web"}}};
  for (const auto& other : others) EXPECT_NE(pool.Get(other), first);
  EXPECT_EQ(pool.size(), 4u);
}

TEST(LabelSetPool, ForgetsSetsThatNobodyHas) {
  LabelSetPool pool;
  const std::vector<Label> kept = {{"app", "kept"}};
  const LabelSetRef held = pool.Get(kept);
  for (int i = 0; i < 100'000; ++i) {
    const std::string value = std::to_string(i);
    const std::vector<Label> labels = {{"pod", value}};
    pool.Get(labels);
  }
  EXPECT_LT(pool.size(), 1'000u);
  EXPECT_EQ(pool.Get(kept), held);
}

TEST(LabelSetPool, SetsOutliveIt) {
  ObjectMetaRef a;
  ObjectMetaRef b;
  {
    LabelSetPool pool;
    const std::vector<Label> labels = {{"app", "cart"}};
    a = ObjectMeta::Create("ns", "a", pool.Get(labels));
    b = ObjectMeta::Create("ns", "a", pool.Get(labels));
  }
  EXPECT_EQ(a->labels(), b->labels());
  EXPECT_TRUE(SameContent(*a, *b));
  EXPECT_EQ(b->FindLabel("app"), "cart");
}

}  // namespace
}  // namespace kubegauge::kube
