#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "autoscaler/hpa.h"
#include "autoscaler/observation.h"
#include "autoscaler/watched_scales.h"
#include "kube/rest_mapper.h"
#include "kube/scale_client.h"

namespace kubegauge::autoscaler {

// The scale subresource that an HPA's scaleTargetRef leads to, read and written as upstream does
// (hpa.md 3 steps 1 to 3, 13), but for those that are known to be as they were when they were last
// read. For one executor of one thread; keeps references.
class TargetScales {
 public:
  // `watched` null: a scale is read whenever it is asked for.
  TargetScales(kube::RestMapper& mapper, kube::ScaleClient& scales,
               WatchedScales* watched = nullptr)
      : mapper_(mapper), scales_(scales), watched_(watched) {}

  struct Found {
    kube::ScaleTarget target;
    TargetScalePtr scale;
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
  boost::asio::awaitable<absl::StatusOr<TargetScalePtr>> ScaleOf(const kube::RestMapping& mapping,
                                                                 const kube::ScaleTarget& target);

  kube::RestMapper& mapper_;
  kube::ScaleClient& scales_;
  WatchedScales* const watched_;
};

}  // namespace kubegauge::autoscaler
