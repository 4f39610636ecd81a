#include "kube/retry_after.h"

#include <charconv>
#include <cstdint>

namespace kubegauge::kube {

std::optional<std::chrono::seconds> RetryAfter(const ApiResponseHead& head) {
  const std::string_view text = head.Find("retry-after");
  uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace kubegauge::kube
