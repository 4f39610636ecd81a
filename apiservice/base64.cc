#include "apiservice/base64.h"

#include <cstdint>

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kForUrls =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

absl::StatusOr<std::string> Decode(std::string_view text, std::string_view alphabet) {
  if (text.size() % 4 == 1) return absl::InvalidArgumentError("not base64: it ends too early");
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int bit_count = 0;
  for (const char c : text) {
    const size_t value = alphabet.find(c);
    if (value == std::string_view::npos) {
      return absl::InvalidArgumentError("not base64: a character is not of its alphabet");
    }
    bits = (bits << 6) | static_cast<uint32_t>(value);
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      bytes.push_back(static_cast<char>((bits >> bit_count) & 0xff));
      bits &= (uint32_t{1} << bit_count) - 1;
    }
  }
  if (bits != 0) return absl::InvalidArgumentError("not base64: bits are left over");
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return absl::InvalidArgumentError("not base64: padding is missing");
  for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) {
    text.remove_suffix(1);
  }
  return Decode(text, kStandard);
}

absl::StatusOr<std::string> DecodeBase64Url(std::string_view text) {
  return Decode(text, kForUrls);
}

}  // namespace kubegauge::apiservice
