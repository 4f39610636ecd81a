#include "autoscaler/packed_texts.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kubegauge::autoscaler {
namespace {

TEST(PackedTextsTest, GivesItsTextsBack) {
  const std::string large(70'000, 'x');
  const std::vector<std::string_view> given = {"one", "", large, std::string_view("a\0b", 3)};
  PackedTexts texts(given);
  const PackedTexts copy = texts;
  const PackedTexts moved = std::move(texts);
  for (size_t i = 0; i < given.size(); ++i) {
    EXPECT_EQ(copy[i], given[i]) << i;
    EXPECT_NE(copy[i].data(), nullptr) << i;
    EXPECT_EQ(moved[i], given[i]) << i;
  }
  EXPECT_EQ(copy, moved);
}

TEST(PackedTextsTest, AreEqualTextByText) {
  const auto pack = [](std::vector<std::string_view> texts) { return PackedTexts(texts); };
  const PackedTexts texts = pack({"one", "two"});
  EXPECT_EQ(texts, pack({"one", "two"}));
  for (const auto& other : {pack({}), pack({"one"}), pack({"onetwo", ""}), pack({"two", "one"}),
                            pack({"one", "two", ""})}) {
    EXPECT_NE(texts, other);
  }
  EXPECT_EQ(PackedTexts(), pack({}));
  EXPECT_NE(PackedTexts(), pack({""}));
}

TEST(PackedTextsTest, TakesAPointer) { EXPECT_EQ(sizeof(PackedTexts), sizeof(void*)); }

}  // namespace
}  // namespace kubegauge::autoscaler
