#include "apiservice/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace kubegauge::apiservice {

std::string Sha512Hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha512(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex.append(fmt::format("{:02X}", digest[i]));
  return hex;
}

}  // namespace kubegauge::apiservice
