#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "apiservice/handler.h"
#include "apiservice/metrics_list.h"
#include "kube/clock.h"
#include "scraper/published.h"
#include "scraper/snapshot.h"

namespace kubegauge::apiservice {

using PublishedSnapshot = scraper::Published<scraper::Snapshot>;

inline constexpr std::string_view kMetricsGroup = "metrics.k8s.io";
inline constexpr std::string_view kMetricsVersions[] = {"v1beta1", "v1"};

// The resources of metrics.k8s.io: get and list of nodes and pods, as objects or Tables, in
// v1beta1 and v1 (the same schema), of the newest snapshot (wire.md A.8 to A.11).
class MetricsHandler final : public Handler {
 public:
  // `freshness` is told how old the served samples are; may be null.
  MetricsHandler(const PublishedSnapshot& snapshot, const kube::Clock& clock,
                 FreshnessObserver* freshness = nullptr);

  // Whether a request is for a resource path of this group.
  static bool Serves(const RequestInfo& info);
  Response Handle(const AdmittedRequest& admitted) override;

 private:
  struct Context;

  Response List(const Context& context) const;
  Response Get(const Context& context) const;
  // The objects of the half-open `range` of the catalog that `filter` leaves.
  Response Answer(const Context& context, std::pair<size_t, size_t> range,
                  std::shared_ptr<const MetaFilter> filter, Form form) const;
  template <class Items>
  Response Encode(const Context& context, Items items, Form form) const;

  const PublishedSnapshot& snapshot_;
  const kube::Clock& clock_;
  FreshnessObserver* const freshness_;
};

}  // namespace kubegauge::apiservice
