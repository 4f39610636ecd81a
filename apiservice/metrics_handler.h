#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "apiservice/byte_budget.h"
#include "apiservice/handler.h"
#include "apiservice/in_flight_limit.h"
#include "apiservice/metrics_list.h"
#include "apiservice/snapshot_feed.h"
#include "kube/clock.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"

namespace kubegauge::apiservice {

inline constexpr std::string_view kMetricsGroup = "metrics.k8s.io";
inline constexpr std::string_view kMetricsVersions[] = {"v1beta1", "v1"};

// Watches, and what tests replace.
struct WatchSettings {
  // --min-request-timeout: a watch that asks for no timeout lasts this long, or up to twice as
  // long.
  std::chrono::nanoseconds min_timeout = std::chrono::seconds(1800);
  size_t max_watches = 1000;             // more: 429
  kube::Sleeper* sleeper = nullptr;      // null: timers
  kube::RandomSource* random = nullptr;  // null: the system's
};

// The resources of metrics.k8s.io: get and list of nodes and pods, as objects, Tables or
// metadata alone, in v1beta1 and v1 (the same schema), of the newest snapshot (wire.md A.8 to
// A.12); and watches of them, which upstream has not.
class MetricsHandler final : public Handler {
 public:
  // `freshness` is told how old the served samples are; may be null.
  MetricsHandler(const PublishedSnapshot& snapshot, const kube::Clock& clock,
                 FreshnessObserver* freshness = nullptr, const WatchSettings& watches = {});

  // Whether a request is for a resource path of this group.
  static bool Serves(const RequestInfo& info);
  Response Handle(const AdmittedRequest& admitted) override;

 private:
  struct Context;

  Response List(const Context& context);
  Response Watch(const Context& context);
  Response Get(const Context& context);
  // The object of that place in the catalog, if any.
  template <class Items>
  Response GetOf(const Context& context, std::optional<size_t> index);
  // The objects of the half-open `range` of the catalog that `filter` leaves.
  Response Answer(const Context& context, std::pair<size_t, size_t> range,
                  std::shared_ptr<const MetaFilter> filter, Form form);
  template <class Items>
  Response Encode(const Context& context, Items items, Form form);

  const PublishedSnapshot& snapshot_;
  const kube::Clock& clock_;
  FreshnessObserver* const freshness_;
  ByteBudget kept_protobuf_;

  const WatchSettings watch_settings_;
  kube::TimerSleeper timer_sleeper_;
  kube::SystemRandom system_random_;
  SnapshotFeed feed_;
  InFlightLimit watches_;
};

}  // namespace kubegauge::apiservice
