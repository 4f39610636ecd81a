#pragma once

#include <functional>

#include "autoscaler/fenced_api_client.h"
#include "autoscaler/hpa_api.h"
#include "autoscaler/reconcile_observer.h"
#include "autoscaler/status_writer.h"
#include "autoscaler/target_scales.h"
#include "autoscaler/watched_scales.h"
#include "kube/event_recorder.h"
#include "kube/random_source.h"
#include "kube/rate_limited_api_client.h"
#include "kube/rest_mapper.h"
#include "kube/retrying_api_client.h"
#include "kube/scale_client.h"
#include "kube/sleeper.h"

namespace kubegauge::server {

// Events about HPAs, as upstream's recorder writes them (hpa.md 16), while the term lasts: what the
// last reconciles of an ended term say is not for the one that comes. Keeps references.
class TermEvents final : public autoscaler::HpaEventSink {
 public:
  TermEvents(kube::EventRecorder& recorder, const autoscaler::HpaApi& api,
             std::function<bool()> lasts)
      : recorder_(recorder), api_(api), lasts_(std::move(lasts)) {}

  void Record(const autoscaler::Hpa& hpa, const autoscaler::HpaEvent& event) override;

 private:
  kube::EventRecorder& recorder_;
  const autoscaler::HpaApi& api_;
  const std::function<bool()> lasts_;
};

// What one term writes with. A leader that lost its Lease and won it again leads, but its
// reconciles of the term before know only what was then: nothing of theirs gets through any more,
// and nothing that is repeated, as another may have written in between.
struct TermApi {
  // Keeps references to all of it.
  struct Parts {
    kube::ApiClient& client;                 // that neither repeats requests nor holds them back
    const kube::RateLimitedApiClient& rate;  // with which the term shares its limit
    kube::RestMapper& mapper;
    kube::Sleeper& sleeper;
    kube::RandomSource& random;
    kube::EventRecorder& recorder;
    const autoscaler::HpaApi& api;
    autoscaler::WatchedScales* watched_scales = nullptr;  // null: each scale is read every time
  };

  // `lasts`: whether the term has not ended, now.
  TermApi(const Parts& parts, const std::function<bool()>& lasts);

  // The fence stands last, so that nothing that waited or is repeated passes it by.
  autoscaler::FencedApiClient fenced;
  kube::RetryingApiClient retrying;
  kube::RateLimitedApiClient client;
  kube::ScaleClient scale_client;
  autoscaler::TargetScales scales;
  autoscaler::StatusWriter statuses;
  TermEvents events;
};

}  // namespace kubegauge::server
