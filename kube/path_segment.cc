#include "kube/path_segment.h"

#include <fmt/format.h>

#include "absl/strings/ascii.h"
#include "kube/go_quote.h"

namespace kubegauge::kube {
namespace {

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(c) || std::string_view("-._~*").find(c) != std::string_view::npos;
}

std::string FaultsOf(std::string_view segment) {
  if (segment == "." || segment == "..") return fmt::format("may not be '{}'", segment);
  std::string faults;
  for (const char illegal : {'/', '%'}) {
    if (segment.find(illegal) == std::string_view::npos) continue;
    if (!faults.empty()) faults += ' ';
    faults += fmt::format("may not contain '{}'", illegal);
  }
  return faults;
}

}  // namespace

absl::Status CheckPathSegment(std::string_view what, std::string_view segment) {
  if (segment.empty() && what == "resource name") {
    return absl::InvalidArgumentError("resource name may not be empty");
  }
  const std::string faults = FaultsOf(segment);
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("invalid {} {}: [{}]", what, GoQuote(segment), faults));
}

std::string EncodePathSegment(std::string_view segment) {
  std::string encoded;
  encoded.reserve(segment.size());
  for (const char c : segment) {
    if (IsUnreserved(c)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace kubegauge::kube
