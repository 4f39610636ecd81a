#include "apiservice/keyed_digest.h"

#include <openssl/rand.h>

#include <bit>
#include <cstdlib>
#include <cstring>

namespace kubegauge::apiservice {
namespace {

static_assert(std::endian::native == std::endian::little, "as SipHash reads its words");

constexpr size_t kWordBytes = sizeof(uint64_t);

uint64_t WordAt(const void* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// The state and its rounds, in the names of the paper (Aumasson and Bernstein, 2012).
class SipState {
 public:
  SipState(uint64_t key0, uint64_t key1)
      : v0_(key0 ^ 0x736f6d6570736575),
        v1_(key1 ^ 0x646f72616e646f6d ^ kWideOutput),
        v2_(key0 ^ 0x6c7967656e657261),
        v3_(key1 ^ 0x7465646279746573) {}

  void Compress(uint64_t word) {
    v3_ ^= word;
    Round();
    Round();
    v0_ ^= word;
  }

  KeyedDigest::Value Finish() {
    v2_ ^= kWideOutput;
    const uint64_t first = Drain();
    v1_ ^= 0xdd;
    return {first, Drain()};
  }

 private:
  static constexpr uint64_t kWideOutput = 0xee;

  void Round() {
    v0_ += v1_;
    v2_ += v3_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v1_;
    v0_ += v3_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ = std::rotl(v2_, 32);
  }

  uint64_t Drain() {
    for (int round = 0; round < 4; ++round) Round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

  uint64_t v0_;
  uint64_t v1_;
  uint64_t v2_;
  uint64_t v3_;
};

}  // namespace

KeyedDigest::KeyedDigest() {
  // A key that others could know would let them choose digests.
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) std::abort();
}

KeyedDigest::Value KeyedDigest::Of(std::string_view text) const {
  SipState state(WordAt(key_.data()), WordAt(key_.data() + kWordBytes));
  const uint64_t length = uint64_t{text.size()} << 56;
  for (; text.size() >= kWordBytes; text.remove_prefix(kWordBytes)) {
    state.Compress(WordAt(text.data()));
  }
  uint64_t rest = 0;
  text.copy(reinterpret_cast<char*>(&rest), text.size());
  state.Compress(length | rest);
  return state.Finish();
}

}  // namespace kubegauge::apiservice
