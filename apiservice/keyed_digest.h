#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kubegauge::apiservice {

// SipHash-2-4 of a text under a random key of the process, in 128 bits: names a secret in a table
// without keeping it. To who does not know the key the digests are random, so that whoever chooses
// the text can neither choose its digest nor guess that of another. Several times as fast as a
// cryptographic hash, which each request would pay for. Immutable; thread-safe.
class KeyedDigest {
 public:
  using Key = std::array<unsigned char, 16>;
  using Value = std::array<uint64_t, 2>;

  // Draws a key. Ends the program when the system has no randomness to give.
  KeyedDigest();
  explicit KeyedDigest(const Key& key) : key_(key) {}

  Value Of(std::string_view text) const;

 private:
  Key key_;
};

// The digest is random already.
struct DigestHash {
  size_t operator()(const KeyedDigest::Value& digest) const { return digest[0]; }
};

}  // namespace kubegauge::apiservice
