#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tests/server/listener/hpack_codec.h"

namespace kubegauge::testing {

// Blocks of any fields, some with strings of any length.
class RandomHpackBlocks {
 public:
  explicit RandomHpackBlocks(uint32_t seed) : random_(seed) {}

  struct Block {
    std::string bytes;
    HpackFields fields;
  };

  Block Next() {
    Block block;
    for (size_t left = Below(8); left > 0; --left) AddField(block);
    return block;
  }
  size_t Below(size_t limit) { return random_() % limit; }

 private:
  void AddField(Block& block) {
    if (!encoder_.table().empty() && Below(2) == 0) {
      const size_t n = Below(encoder_.table().size());
      block.bytes += encoder_.Indexed(n);
      block.fields.push_back(encoder_.table()[n]);
      return;
    }
    HpackEncoder::Form form{.is_huffman = Below(2) == 0, .has_indexed_name = Below(2) == 0};
    constexpr uint8_t kFirst[] = {0x40, 0x40, 0x00, 0x10};
    form.first = kFirst[Below(4)];
    std::string name = Text(Below(20) == 0);
    if (form.has_indexed_name) {
      const bool is_known = !encoder_.table().empty() && Below(2) == 0;
      name = is_known ? encoder_.table().front().first : "user-agent";
    }
    const std::string value = Text(Below(4) == 0);
    block.bytes += encoder_.Literal(name, value, form);
    block.fields.emplace_back(name, value);
  }
  std::string Text(bool is_long) {
    constexpr size_t kLong[] = {4000, 16'638, 65'536, 65'537, 70'000, 300'000, 1'100'000};
    std::string text(is_long ? kLong[Below(std::size(kLong))] : Below(300), ';');
    for (size_t i = Below(20); i < text.size(); i += 1 + Below(200)) text[i] = 'X';
    return text;
  }

  std::mt19937 random_;
  HpackEncoder encoder_;
};

}  // namespace kubegauge::testing
