#include "kube/ascii_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace kubegauge::kube {

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), absl::ascii_tolower);
  return lower;
}

std::string_view TrimAsciiSpace(std::string_view text) {
  while (!text.empty() && absl::ascii_isspace(text.front())) text.remove_prefix(1);
  while (!text.empty() && absl::ascii_isspace(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace kubegauge::kube
