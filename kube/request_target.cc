#include "kube/request_target.h"

#include <fmt/format.h>

namespace kubegauge::kube {
namespace {

// As url.QueryEscape.
std::string QueryEscaped(std::string_view text) {
  static constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  std::string escaped;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
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
  text_ += fmt::format("{}{}={}", separator_, key, QueryEscaped(value));
  separator_ = '&';
  return *this;
}

}  // namespace kubegauge::kube
