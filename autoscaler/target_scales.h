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
// (hpa.md 3 steps 1 to 3, 13). For one executor of one thread; keeps references.
class TargetScales {
 public:
  // `watched` null: a scale is read whenever it is asked for.
  TargetScales(kube::RestMapper& mapper, kube::ScaleClient& scales,
               WatchedScales* watched = nullptr)
      : mapper_(mapper), scales_(scales), watched_(watched) {}

  struct Found {
    kube::ScaleTarget target;
    ScaleReading reading;
    std::optional<kube::Scale> scale;  // which `reading` is of; nullopt: it is known only
  };
  struct Failure {
    ScaleStage stage = ScaleStage::kScale;
    std::string text;
  };
  using Reading = std::variant<Failure, Found>;

  // kKnown: without asking the API server where its watch says that the scale is as it was.
  enum class From : uint8_t { kKnown, kApi };
  boost::asio::awaitable<Reading> Read(const Hpa& hpa, From from);

  // Of what was read, not known only. The text of the error; nullopt when the scale was written.
  boost::asio::awaitable<std::optional<std::string>> Write(Found found, int32_t replicas);

 private:
  boost::asio::awaitable<absl::StatusOr<Found>> ReadOne(const kube::RestMapping& mapping,
                                                        kube::ScaleTarget target, From from);

  kube::RestMapper& mapper_;
  kube::ScaleClient& scales_;
  WatchedScales* const watched_;
};

}  // namespace kubegauge::autoscaler
