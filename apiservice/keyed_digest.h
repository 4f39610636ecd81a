#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "apiservice/openssl.h"

namespace kubegauge::apiservice {

// SHA-256 of a random key of the process and the text: names a secret in a table without keeping
// it, and whoever chooses the text cannot choose the digest. Digests stay in the process, so it
// does no harm that they could be extended. Immutable; thread-safe.
class KeyedDigest {
 public:
  using Value = std::array<unsigned char, 32>;

  // Draws a key. Ends the program when the system has no randomness to give.
  KeyedDigest();

  Value Of(std::string_view text) const;

 private:
  using Context = std::unique_ptr<EVP_MD_CTX, OpenSslDeleter<EVP_MD_CTX_free>>;

  Context after_key_;  // the state that the key leaves, which all digests begin with
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
