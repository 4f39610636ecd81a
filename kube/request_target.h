#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace kubegauge::kube {

// Builds the target of an ApiRequest, its query as Go's url.Values writes it, and so client-go.
class RequestTarget {
 public:
  // `path` is percent-encoded (EncodePathSegment).
  explicit RequestTarget(std::string path) : text_(std::move(path)) {}

  // Keys in their order. A parameter without value is left out.
  RequestTarget& Add(std::string_view key, std::string_view value);

  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
  char separator_ = '?';
};

}  // namespace kubegauge::kube
