#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "autoscaler/hpa.h"
#include "autoscaler/observation.h"
#include "kube/rest_mapper.h"
#include "kube/scale_client.h"

namespace kubegauge::autoscaler {

// The scale subresource that an HPA's scaleTargetRef leads to, read and written as upstream does
// (hpa.md 3 steps 1 to 3, 13). Thread-safe; keeps references.
class TargetScales {
 public:
  TargetScales(kube::RestMapper& mapper, kube::ScaleClient& scales)
      : mapper_(mapper), scales_(scales) {}

  struct Found {
    kube::ScaleTarget target;
    kube::Scale scale;
  };
  struct Failure {
    ScaleStage stage = ScaleStage::kScale;
    std::string text;
  };
  using Reading = std::variant<Failure, Found>;

  boost::asio::awaitable<Reading> Read(const Hpa& hpa);

  // The text of the error; nullopt when the scale was written.
  boost::asio::awaitable<std::optional<std::string>> Write(Found found, int32_t replicas);

 private:
  kube::RestMapper& mapper_;
  kube::ScaleClient& scales_;
};

}  // namespace kubegauge::autoscaler
