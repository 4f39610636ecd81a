#include "apiservice/audit_ids.h"

#include <openssl/rand.h>

namespace kubegauge::apiservice {

AuditIds::Id AuditIds::TakeRandom() {
  const std::lock_guard lock(mutex_);
  if (left_ == 0) {
    RAND_bytes(random_.front().data(), sizeof random_);
    left_ = random_.size();
  }
  return random_[--left_];
}

std::string AuditIds::Next() {
  constexpr char kHex[] = "0123456789abcdef";
  Id bytes = TakeRandom();
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string id(2 * bytes.size() + 4, '-');
  char* out = id.data();
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) ++out;
    *out++ = kHex[bytes[i] >> 4];
    *out++ = kHex[bytes[i] & 0xf];
  }
  return id;
}

}  // namespace kubegauge::apiservice
