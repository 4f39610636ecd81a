#include "apiservice/keyed_digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstdlib>

namespace kubegauge::apiservice {

KeyedDigest::KeyedDigest() {
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) std::abort();
}

KeyedDigest::Value KeyedDigest::Of(std::string_view text) const {
  Value digest{};
  const unsigned char* made = HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
                                   reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                                   digest.data(), nullptr);
  if (made == nullptr) std::abort();  // an all-zero digest would make all texts equal
  return digest;
}

}  // namespace kubegauge::apiservice
