#include "server/listener/hpack_cutter.h"

#include <gmock/gmock.h>

#include "tests/server/listener/hpack_blocks.h"

namespace kubegauge::testing {
namespace {

using server::HpackCutter;
using ::testing::ElementsAre;
using ::testing::Pair;

std::string CutWhole(std::string_view block) {
  std::string cut;
  HpackCutter().Cut(block, cut);
  return cut;
}

// What a decoder is to make of `text` behind a cutter.
bool StandsFor(std::string_view decoded, std::string_view text) {
  if (text.size() <= HpackCutter::kMaxStringBytes) return decoded == text;
  return decoded.size() >= HpackCutter::kMaxKnown && decoded.size() <= HpackCutter::kMaxStringBytes;
}

TEST(HpackCutter, LeavesAsTheyAreStringsThatADecoderTakes) {
  HpackEncoder encoder;
  for (size_t size : {0, 1, 126, 127, 128, 16'511, 49'152, 65'535, 65'536}) {
    for (bool is_huffman : {false, true}) {
      const std::string block =
          encoder.Literal("a", std::string(size, ';'), {.is_huffman = is_huffman});
      EXPECT_EQ(CutWhole(block), block) << size;
      ASSERT_TRUE(HpackDecoder().Decode(block).has_value()) << size;
    }
  }
}

TEST(HpackCutter, CutsWhatADecoderDoesNotTake) {
  const std::string block = HpackEncoder().Literal("a", std::string(65'537, ';'), {});
  EXPECT_FALSE(HpackDecoder().Decode(block).has_value());
  HpackCutter cutter;
  std::string cut;
  EXPECT_FALSE(cutter.has_cut());
  cutter.Cut(block, cut);
  EXPECT_TRUE(cutter.has_cut());
  EXPECT_TRUE(HpackDecoder().Decode(cut).has_value());
}

TEST(HpackCutter, EmptiesTheTableAsTheWholeFieldWould) {
  HpackEncoder encoder;
  HpackDecoder decoder;
  decoder.Decode(encoder.Literal("old", "x", {}));
  decoder.Decode(CutWhole(encoder.Literal("a", std::string(100'000, ';'), {})));
  decoder.Decode(encoder.Literal("new", "y", {}));
  EXPECT_THAT(decoder.Decode(encoder.Indexed(0)),
              ::testing::Optional(ElementsAre(Pair("new", "y"))));
  EXPECT_EQ(decoder.Decode(encoder.Indexed(1)), std::nullopt) << "the old one is gone";
}

TEST(HpackCutter, LeavesALengthBeyondAnyLimitToTheDecoder) {
  const std::string block = HpackEncoder().Literal("a", std::string(3 << 20, ';'), {});
  EXPECT_FALSE(HpackDecoder().Decode(CutWhole(block)).has_value());
}

TEST(HpackCutter, GivesTheSameByteByByte) {
  HpackEncoder encoder;
  for (bool is_huffman : {false, true}) {
    const HpackEncoder::Form form{.is_huffman = is_huffman};
    const std::string block = encoder.Literal("a", std::string(70'000, ';'), form) +
                              encoder.Literal(std::string(70'000, ';'), "b", form) +
                              encoder.Indexed(0);
    HpackCutter cutter;
    std::string cut;
    for (char byte : block) cutter.Cut({&byte, 1}, cut);
    EXPECT_EQ(cut, CutWhole(block));
  }
}

TEST(HpackCutter, LetsADecoderReadOnAfterAnything) {
  RandomHpackBlocks blocks(1);
  HpackDecoder decoder;
  size_t cuts = 0;
  for (int i = 0; i < 100; ++i) {
    const auto [bytes, fields] = blocks.Next();
    HpackCutter cutter;
    std::string cut;
    for (std::string_view left = bytes; !left.empty();) {
      const size_t size = std::min(blocks.Below(HpackCutter::kMaxKnown) + 1, left.size());
      const size_t known = cutter.KeptOf(size);
      const size_t before = cut.size();
      cutter.Cut(left.substr(0, size), cut);
      ASSERT_EQ(cut.size() - before, known);
      left.remove_prefix(size);
    }
    const std::optional<HpackFields> decoded = decoder.Decode(cut);
    ASSERT_TRUE(decoded.has_value()) << i;
    ASSERT_EQ(decoded->size(), fields.size()) << i;
    for (size_t f = 0; f < fields.size(); ++f) {
      ASSERT_TRUE(StandsFor((*decoded)[f].first, fields[f].first)) << i;
      ASSERT_TRUE(StandsFor((*decoded)[f].second, fields[f].second)) << i;
    }
    cuts += cutter.has_cut() ? 1 : 0;
  }
  EXPECT_GT(cuts, 10u);
}

}  // namespace
}  // namespace kubegauge::testing
