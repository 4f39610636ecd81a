#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace kubegauge::apiservice {

// HMAC-SHA256 under a random key of the process: names a secret in a table without keeping it, and
// whoever chooses the text cannot choose the digest. Immutable; thread-safe.
class KeyedDigest {
 public:
  using Value = std::array<unsigned char, 32>;

  // Draws a key. Ends the program when the system has no randomness to give.
  KeyedDigest();

  Value Of(std::string_view text) const;

 private:
  std::array<unsigned char, 32> key_;
};

// The digest is random already.
struct DigestHash {
  size_t operator()(const KeyedDigest::Value& digest) const {
    size_t hash;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
  }
};

}  // namespace kubegauge::apiservice
