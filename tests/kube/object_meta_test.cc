#include "kube/object_meta.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace kubegauge::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::vector<Label> LabelsOf(const ObjectMeta& meta) {
  std::vector<Label> labels;
  for (uint32_t i = 0; i < meta.label_count(); ++i) labels.push_back(meta.label(i));
  return labels;
}

TEST(ObjectMeta, KeepsItsOwnCopyOfAllText) {
  std::string text = "shop cart-7 app cart tier web";
  const auto part = [&](size_t begin, size_t size) {
    return std::string_view(text).substr(begin, size);
  };
  const std::vector<Label> labels = {{part(12, 3), part(16, 4)}, {part(21, 4), part(26, 3)}};
  const ObjectMetaRef meta = ObjectMeta::Create(part(0, 4), part(5, 6), labels);
  text.assign(text.size(), '?');

  EXPECT_EQ(meta->namespace_name(), "shop");
  EXPECT_EQ(meta->name(), "cart-7");
  EXPECT_THAT(LabelsOf(*meta), ElementsAre(Pair("app", "cart"), Pair("tier", "web")));
}

TEST(ObjectMeta, SortsLabelsAndKeepsTheLastValueOfAKey) {
  const std::vector<Label> labels = {{"b", "1"}, {"a", "2"}, {"b", "3"}, {"B", "4"}, {"b", "5"}};
  const ObjectMetaRef meta = ObjectMeta::Create("", "node-1", labels);
  EXPECT_THAT(LabelsOf(*meta), ElementsAre(Pair("B", "4"), Pair("a", "2"), Pair("b", "5")));
}

TEST(ObjectMeta, TellsAnEmptyValueFromAMissingLabel) {
  const std::vector<Label> labels = {{"control-plane", ""}, {"zone", "z1"}};
  const ObjectMetaRef meta = ObjectMeta::Create("", "node-1", labels);
  EXPECT_EQ(meta->FindLabel("zone"), "z1");
  EXPECT_EQ(meta->FindLabel("control-plane"), "");
  EXPECT_NE(meta->FindLabel("control-plane").data(), nullptr);
  EXPECT_EQ(meta->FindLabel("zon").data(), nullptr);
  EXPECT_EQ(meta->FindLabel("zone1").data(), nullptr);

  const std::vector<Label> nothing = {{"", ""}};
  EXPECT_NE(ObjectMeta::Create("", "", nothing)->FindLabel("").data(), nullptr);
  EXPECT_EQ(ObjectMeta::Create("", "")->FindLabel("").data(), nullptr);
}

TEST(ObjectMeta, FindsEachOfAnyNumberOfLabels) {
  for (int count = 0; count < 40; ++count) {
    std::vector<std::string> keys;
    for (int i = 0; i < count; ++i) keys.push_back("k" + std::to_string(100 + 2 * i));
    std::vector<Label> labels;
    for (const std::string& key : keys) labels.emplace_back(key, key);
    const ObjectMetaRef meta = ObjectMeta::Create("ns", "pod", labels);
    for (const std::string& key : keys) EXPECT_EQ(meta->FindLabel(key), key) << count;
    for (int i = -1; i < count; ++i) {
      const std::string between = "k" + std::to_string(101 + 2 * i);
      EXPECT_EQ(meta->FindLabel(between).data(), nullptr) << count << " " << between;
    }
    EXPECT_EQ(meta->FindLabel("").data(), nullptr);
  }
}

TEST(ObjectMeta, KnowsWhetherItsTextNeedsNoJsonEscapes) {
  EXPECT_TRUE(ObjectMeta::Create("ns", "pod.x-1_2/3")->json_safe());
  for (const std::string_view unsafe : {"\"", "\\", "<", ">", "&", "\n", "\x7f", "\xc3\xa9"}) {
    EXPECT_FALSE(ObjectMeta::Create(unsafe, "pod")->json_safe()) << unsafe;
    EXPECT_FALSE(ObjectMeta::Create("ns", unsafe)->json_safe()) << unsafe;
    const std::vector<Label> key = {{unsafe, ""}}, value = {{"k", unsafe}};
    EXPECT_FALSE(ObjectMeta::Create("ns", "pod", key)->json_safe()) << unsafe;
    EXPECT_FALSE(ObjectMeta::Create("ns", "pod", value)->json_safe()) << unsafe;
  }
}

TEST(ObjectMeta, CountsItsHeapBytes) {
  const std::vector<Label> labels = {{"app", "cart"}};
  EXPECT_EQ(ObjectMeta::Create("shop", "p")->allocated_bytes(), 16 + 5);
  EXPECT_EQ(ObjectMeta::Create("shop", "p", labels)->allocated_bytes(), 16 + 5 + 12 + 8 + 7);
}

TEST(ObjectMeta, HoldsMoreLabelsAndLongerTextThanSixteenBitsCount) {
  std::vector<std::string> keys;
  for (int i = 0; i < 70'000; ++i) keys.push_back(std::to_string(1'000'000 + i));
  std::vector<Label> labels;
  for (const std::string& key : keys) labels.emplace_back(key, key);
  const ObjectMetaRef many = ObjectMeta::Create("ns", "pod", labels);
  EXPECT_EQ(many->label_count(), 70'000u);
  EXPECT_EQ(many->name(), "pod");
  EXPECT_EQ(many->FindLabel("1069999"), "1069999");

  const std::string long_text(70'000, 'x');
  const std::vector<Label> long_label = {{"k", long_text}};
  const ObjectMetaRef clipped = ObjectMeta::Create(long_text, "pod", long_label);
  EXPECT_EQ(clipped->namespace_name().size(), 65'535u);
  EXPECT_EQ(clipped->name(), "pod");
  EXPECT_EQ(clipped->FindLabel("k").size(), 65'535u);
}

TEST(ObjectMeta, IsSharedByCount) {
  const ObjectMetaRef first = ObjectMeta::Create("ns", "pod");
  ObjectMetaRef second = first;
  EXPECT_EQ(first.get(), second.get());
  second.reset();
  EXPECT_EQ(first->name(), "pod");
  EXPECT_THAT(LabelsOf(*first), IsEmpty());
}

TEST(ComparePlaces, OrdersByNamespaceThenNameBytewise) {
  const ObjectMetaRef meta = ObjectMeta::Create("b", "m");
  EXPECT_EQ(ComparePlaces(*meta, "b", "m"), std::strong_ordering::equal);
  EXPECT_EQ(ComparePlaces(*meta, "c", "a"), std::strong_ordering::less);
  EXPECT_EQ(ComparePlaces(*meta, "a", "z"), std::strong_ordering::greater);
  EXPECT_EQ(ComparePlaces(*meta, "b", "n"), std::strong_ordering::less);
  EXPECT_EQ(ComparePlaces(*meta, "b", "M"), std::strong_ordering::greater);
  EXPECT_EQ(ComparePlaces(*meta, "b", "\xc3\xa9"), std::strong_ordering::less);
}

}  // namespace
}  // namespace kubegauge::kube
