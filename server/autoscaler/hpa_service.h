#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "autoscaler/api_custom_metrics_reader.h"
#include "autoscaler/api_metrics_reader.h"
#include "autoscaler/controller.h"
#include "autoscaler/decision_log.h"
#include "autoscaler/fenced_api_client.h"
#include "autoscaler/hpa_kind.h"
#include "autoscaler/pod_cache.h"
#include "autoscaler/reconciler.h"
#include "autoscaler/watched_scales.h"
#include "kube/event_recorder.h"
#include "kube/leader_election.h"
#include "kube/object_cache.h"
#include "kube/object_key.h"
#include "kube/rate_limited_api_client.h"
#include "kube/reflector.h"
#include "kube/rest_mapper.h"
#include "kube/retrying_api_client.h"
#include "server/autoscaler/autoscaler_flags.h"
#include "server/autoscaler/hpa_environment.h"
#include "server/autoscaler/hpa_metrics.h"
#include "server/autoscaler/hpa_observer.h"

namespace kubegauge::server {

struct TermApi;

// The HorizontalPodAutoscaler controller with all that it needs: follows HPAs and pods, and while
// this process holds the Lease, reconciles them. A process that waits for the Lease has its caches
// filled already. Everything happens on one executor of one thread; const members and
// SamplesArrived are for any thread. Keeps references.
class HpaService {
 public:
  // `flags` have been validated.
  HpaService(boost::asio::any_io_executor executor, const AutoscalerFlags& flags,
             const HpaEnvironment& environment);
  HpaService(const HpaService&) = delete;
  HpaService& operator=(const HpaService&) = delete;
  ~HpaService();

  // Begins to work, for as long as the executor runs.
  void Start();
  // Ends the work of a leader, waits for what is in flight, and gives the Lease back.
  boost::asio::awaitable<void> Retire();

  // There are new samples of these pods. May be called on any thread.
  void SamplesArrived(std::vector<kube::ObjectMetaRef> pods);
  const autoscaler::DecisionLog& decisions() const { return decisions_; }
  // For the health checks: an error when this process does not notice that it lost the Lease.
  absl::Status CheckLease() const;
  bool leads() const { return !elects_ || elector_.IsLeader(); }
  // Who leads instead, as far as is known.
  std::string Leader() const { return elector_.Leader(); }
  bool synced() const { return hpas_.synced() && pod_cache_.synced(); }

 private:
  struct Term;
  boost::asio::awaitable<void> Lead();
  boost::asio::awaitable<void> AwaitInputs();
  void RenewInputs();
  // The term that begins after `lost_terms` losses, once its inputs are renewed, if it still lasts.
  boost::asio::awaitable<void> BeginOnceRenewed(uint64_t lost_terms);
  autoscaler::Reconciler::Parts ReconcilerPartsOf(TermApi& api);
  autoscaler::Controller::Parts ControllerParts();
  void BeginTerm();
  void EndTerm();
  void FollowHpas();
  autoscaler::HpaPtr Find(std::string_view namespace_name, std::string_view name) const;

  const boost::asio::any_io_executor executor_;
  const HpaFlags flags_;
  const bool elects_;
  const HpaEnvironment environment_;
  const autoscaler::HpaApi api_;

  // Of what is no term's own; of changes these are events that wait to be written.
  autoscaler::FencedApiClient fenced_;
  kube::RetryingApiClient retrying_;
  kube::RateLimitedApiClient client_;
  kube::RestMapper mapper_;
  autoscaler::ApiMetricsReader api_metrics_;
  autoscaler::ApiCustomMetricsReader custom_metrics_;
  kube::ApiEventRecorder recorder_;
  kube::ApiEventRecorder lease_recorder_;  // not behind the fence, as it tells of a loss too
  kube::LeaderElector elector_;

  autoscaler::PodIndex pods_;
  autoscaler::PodCache pod_cache_;
  kube::ObjectCache<autoscaler::HpaKind> hpas_;
  kube::Reflector hpa_reflector_;
  autoscaler::WatchedScales watched_scales_;
  HpaMetrics metrics_;
  autoscaler::DecisionLog decisions_;
  HpaObserver observer_;
  std::vector<std::unique_ptr<Term>> terms_;  // until their last reconcile has ended
  Term* current_ = nullptr;                   // of these; null while this process does not lead
  uint64_t lost_terms_ = 0;                   // how often the Lease was lost
  bool retiring_ = false;
};

}  // namespace kubegauge::server
