#include "server/listener/http2_header_cutter.h"

#include <gmock/gmock.h>
#include <nghttp2/nghttp2.h>

#include "tests/server/listener/hpack_blocks.h"
#include "tests/server/listener/http2_peer.h"

namespace kubegauge::testing {
namespace {

using server::HpackCutter;
using server::Http2HeaderCutter;

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

std::string PassInPieces(std::string_view bytes, size_t size) {
  Http2HeaderCutter cutter;
  std::string passed;
  while (!bytes.empty()) {
    std::string_view piece = bytes.substr(0, size);
    bytes.remove_prefix(piece.size());
    while (!piece.empty()) passed += cutter.Next(piece);
  }
  return passed;
}

std::string Settings() { return RawFrame(NGHTTP2_SETTINGS, 0, 0, ""); }

// A header in frames of `size` at most, padded and with a priority.
std::string HeaderFrames(std::string_view block, size_t size, int32_t stream) {
  constexpr uint8_t kFlags = NGHTTP2_FLAG_END_STREAM | NGHTTP2_FLAG_PADDED | NGHTTP2_FLAG_PRIORITY;
  std::string frames;
  bool is_first = true;
  do {
    const std::string_view part = block.substr(0, size);
    block.remove_prefix(part.size());
    const uint8_t end = block.empty() ? NGHTTP2_FLAG_END_HEADERS : NGHTTP2_FLAG_NONE;
    if (is_first) {
      const std::string padded = std::string("\x03\0\0\0\0\x0f", 6).append(part).append("PAD");
      frames += RawFrame(NGHTTP2_HEADERS, kFlags | end, stream, padded);
    } else {
      frames += RawFrame(NGHTTP2_CONTINUATION, end, stream, part);
    }
    is_first = false;
  } while (!block.empty());
  return frames;
}

TEST(Http2HeaderCutter, LetsPassWhatIsNoLongHeader) {
  std::string bytes(kPreface);
  bytes += Settings() + HeaderFrames("\x82\x87\x84", 100, 1) + Settings();
  bytes += RawFrame(NGHTTP2_DATA, 0, 1, std::string(100'000, 'x'));
  bytes += HeaderFrames(HpackEncoder().Literal("a", std::string(60'000, ';'), {}), 64'000, 3);
  bytes += RawFrame(NGHTTP2_CONTINUATION, 0, 3, "stray") + Settings();
  for (size_t size : {size_t{1}, size_t{2}, size_t{9}, size_t{1000}, bytes.size()}) {
    EXPECT_TRUE(PassInPieces(bytes, size) == bytes) << size;
  }
}

TEST(Http2HeaderCutter, CutsWhateverTheFramesAre) {
  const std::string block = HpackEncoder().Literal("a", std::string(100'000, ';'), {});
  std::string cut;
  HpackCutter().Cut(block, cut);
  for (size_t frame_size : {1000, 16'384, 16'385, 40'000, 200'000}) {
    const std::string bytes =
        std::string(kPreface) + HeaderFrames(block, frame_size, 1) + Settings();
    const std::string whole = PassInPieces(bytes, bytes.size());
    EXPECT_TRUE(PassInPieces(bytes, 1) == whole) << frame_size;
    EXPECT_TRUE(PassInPieces(bytes, 777) == whole) << frame_size;
    ASSERT_TRUE(whole.starts_with(kPreface) && whole.ends_with(Settings()));
    std::string_view passed = std::string_view(whole).substr(kPreface.size());
    std::string joined;
    std::string flags;
    while (passed.size() > Settings().size()) {
      const size_t length = static_cast<uint8_t>(passed[1]) << 8 | static_cast<uint8_t>(passed[2]);
      EXPECT_EQ(passed[3], joined.empty() ? NGHTTP2_HEADERS : NGHTTP2_CONTINUATION);
      flags.push_back(passed[4]);
      joined += passed.substr(9, length);
      passed.remove_prefix(9 + length);
    }
    EXPECT_TRUE(joined == cut) << frame_size;
    EXPECT_EQ(flags.front(), NGHTTP2_FLAG_END_STREAM);
    EXPECT_EQ(flags.back(), NGHTTP2_FLAG_END_HEADERS);
  }
}

TEST(Http2HeaderCutter, LeavesToNghttp2WhatIsNoHeader) {
  const std::string long_block = HpackEncoder().Literal("a", std::string(100'000, ';'), {});
  const std::string broken[] = {
      RawFrame(NGHTTP2_HEADERS, NGHTTP2_FLAG_PADDED, 1, "\xff too short for its padding"),
      RawFrame(NGHTTP2_HEADERS, NGHTTP2_FLAG_PADDED, 1, ""),
      RawFrame(NGHTTP2_HEADERS, NGHTTP2_FLAG_PRIORITY, 1, "\x01"),
      RawFrame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, std::string(300'000, 'x')),
      RawFrame(NGHTTP2_HEADERS, 0, 1, "") + RawFrame(NGHTTP2_DATA, 0, 1, long_block),
  };
  for (const std::string& frames : broken) {
    const std::string bytes = std::string(kPreface) + frames + Settings();
    EXPECT_TRUE(PassInPieces(bytes, bytes.size()) == bytes);
    EXPECT_TRUE(PassInPieces(bytes, 1) == bytes);
  }
}

TEST(Http2HeaderCutter, SaysOfOneHeaderThatItWasCut) {
  HpackEncoder encoder;
  const std::string cut =
      HeaderFrames(encoder.Literal("a", std::string(100'000, ';'), {}), 16'000, 1);
  const std::string next = HeaderFrames(encoder.Literal("b", "c", {}), 1, 3);
  const std::string bytes = std::string(kPreface) + cut + next;
  Http2HeaderCutter cutter;
  std::string_view left = bytes;
  while (left.size() > next.size()) cutter.Next(left);
  EXPECT_EQ(left.size(), next.size()) << "no piece is of both";
  EXPECT_TRUE(cutter.has_cut());
  while (!left.empty()) {
    cutter.Next(left);
    EXPECT_FALSE(cutter.has_cut());
  }
}

}  // namespace
}  // namespace kubegauge::testing
