#include "kube/api_client.h"

namespace kubegauge::kube {

std::string_view ApiResponseHead::Find(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (field == name) return value;
  }
  return {};
}

}  // namespace kubegauge::kube
