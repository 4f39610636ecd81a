#include "apiservice/keyed_digest.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <cstdlib>

namespace kubegauge::apiservice {
namespace {

// A digest that could not be made would make all texts equal.
void Check(bool done) {
  if (!done) std::abort();
}

}  // namespace

KeyedDigest::KeyedDigest() : after_key_(EVP_MD_CTX_new()) {
  std::array<unsigned char, 64> key;  // a block of SHA-256
  Check(RAND_bytes(key.data(), static_cast<int>(key.size())) == 1);
  Check(after_key_ != nullptr && EVP_DigestInit_ex(after_key_.get(), EVP_sha256(), nullptr) == 1 &&
        EVP_DigestUpdate(after_key_.get(), key.data(), key.size()) == 1);
  OPENSSL_cleanse(key.data(), key.size());
}

KeyedDigest::Value KeyedDigest::Of(std::string_view text) const {
  // Making one takes longer than a short text does.
  thread_local const Context context(EVP_MD_CTX_new());
  Value digest;
  Check(context != nullptr && EVP_MD_CTX_copy_ex(context.get(), after_key_.get()) == 1 &&
        EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1 &&
        EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace kubegauge::apiservice
