#include "kube/request_target.h"

#include <fmt/format.h>

#include "absl/strings/ascii.h"

namespace kubegauge::kube {
namespace {

bool StaysInQuery(char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~';
}

// As url.QueryEscape.
std::string QueryEscaped(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    if (StaysInQuery(c)) {
      escaped.push_back(c);
    } else if (c == ' ') {
      escaped.push_back('+');
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

}  // namespace

RequestTarget& RequestTarget::Add(std::string_view key, std::string_view value) {
  if (value.empty()) return *this;
  text_.append(1, separator_).append(key).append("=").append(QueryEscaped(value));
  separator_ = '&';
  return *this;
}

}  // namespace kubegauge::kube
