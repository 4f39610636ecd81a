#include "server/autoscaler/hpa_service.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <utility>

#include "kube/group_version.h"
#include "server/autoscaler/hpa_term.h"
#include "server/autoscaler/term_api.h"
#include "server/background.h"

namespace kubegauge::server {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kLookAgain{100};
// How long the work in flight may keep others from the Lease at the end.
constexpr int64_t kRetireWithinNs = 2'000'000'000;
// How long after the end of its Lease a leader may go without noticing, as kube-controller-manager.
constexpr std::chrono::seconds kLeaseGrace{20};
constexpr char kComponent[] = "horizontal-pod-autoscaler";
// client-go's requests have no limit. An API server gives up on an adapter after 60 s and says so,
// in the words that upstream's users know; this is for an API server that hangs itself.
constexpr std::chrono::milliseconds kMetricsTimeout{65'000};

kube::LeaderElectionOptions ElectionOptionsOf(const LeaderElectionFlags& flags,
                                              const std::string& identity) {
  return {.namespace_name = flags.resource_namespace,
          .name = flags.resource_name,
          .identity = identity,
          .lease_duration = std::chrono::nanoseconds(flags.lease_duration_ns),
          .renew_deadline = std::chrono::nanoseconds(flags.renew_deadline_ns),
          .retry_period = std::chrono::nanoseconds(flags.retry_period_ns)};
}

// Slower ones, and larger bursts, would be beyond the times that can be told.
kube::RateLimit RateOf(const AutoscalerFlags& flags) {
  using Seconds = std::chrono::duration<double>;
  const Seconds interval(std::min(1 / double{flags.api_requests_per_second}, 3600.0));
  return {.interval = std::chrono::duration_cast<std::chrono::nanoseconds>(interval),
          .burst = std::min<int64_t>(flags.api_burst, 1'000'000)};
}

kube::WatchedResource HpaResource(const autoscaler::HpaApi& api) {
  return {.name = std::string(autoscaler::HpaApi::kResource),
          .path = api.CollectionPath(),
          .field_selector = "",
          .list_accept = "application/json",
          .watch_accept = "application/json"};
}

}  // namespace

// What one time of leading works with.
struct HpaService::Term {
  Term(HpaService& service, const std::function<bool()>& lasts)
      : api({.client = service.environment_.client,
             .rate = service.client_,
             .mapper = service.mapper_,
             .sleeper = service.environment_.sleeper,
             .random = service.environment_.random,
             .recorder = service.recorder_,
             .api = service.api_,
             .watched_scales =
                 service.flags_.watch_scale_targets ? &service.watched_scales_ : nullptr},
            lasts),
        work(service.executor_, service.ReconcilerPartsOf(api), service.ControllerParts(),
             service.flags_.tuning,
             {.sync_period_ns = service.flags_.sync_period_ns,
              .react_to_samples = service.flags_.react_to_samples,
              .samples_are_announced = service.environment_.resource_metrics != nullptr}) {}

  TermApi api;
  HpaTerm work;
};

HpaService::HpaService(asio::any_io_executor executor, const AutoscalerFlags& flags,
                       const HpaEnvironment& environment)
    : executor_(executor),
      flags_(flags.hpa),
      elects_(flags.election.elect),
      environment_(environment),
      api_{.version = *kube::ParseGroupVersion(flags.hpa.hpa_api)},
      fenced_(environment.client, [this] { return leads(); }),
      retrying_(fenced_, environment.sleeper),
      client_(retrying_, RateOf(flags), environment.clock, environment.sleeper),
      mapper_(executor, client_, environment.clock),
      api_metrics_(client_, kMetricsTimeout),
      custom_metrics_(client_, mapper_, environment.clock,
                      {.timeout = kMetricsTimeout,
                       .version_good_for = std::chrono::nanoseconds(flags.hpa.sync_period_ns)}),
      recorder_(executor, client_, environment.clock, environment.sleeper, environment.random,
                environment.log, {.component = kComponent}),
      lease_recorder_(executor, environment.client, environment.clock, environment.sleeper,
                      environment.random, environment.log,
                      {.component = flags.election.resource_name}),
      elector_(environment.client, environment.clock, environment.sleeper, environment.random,
               &lease_recorder_, environment.log,
               ElectionOptionsOf(flags.election, environment.identity)),
      pod_cache_(
          {client_, environment.clock, environment.sleeper, environment.random, environment.log},
          pods_),
      hpa_reflector_(
          HpaResource(api_), hpas_,
          {client_, environment.clock, environment.sleeper, environment.random, environment.log}),
      watched_scales_(
          {client_, environment.clock, environment.sleeper, environment.random, environment.log},
          [executor](auto task) { RunInBackground(executor, std::move(task)); }),
      metrics_(environment.registry, elects_ ? flags.election.resource_name : ""),
      observer_(metrics_, decisions_, environment.log) {
  FollowHpas();
}

HpaService::~HpaService() = default;

void HpaService::FollowHpas() {
  const auto tell = [this](auto&& what) {
    if (current_ != nullptr) what(*current_->work.controller);
  };
  hpas_.SetHandlers(
      {.added = [tell](const auto& hpa) { tell([&](auto& one) { one.Added(hpa); }); },
       .updated = [tell](
                      const auto& before,
                      const auto& after) { tell([&](auto& one) { one.Updated(before, after); }); },
       .deleted = [tell](const auto& hpa) { tell([&](auto& one) { one.Deleted(hpa); }); }});
}

void HpaService::Start() {
  RunInBackground(executor_, pod_cache_.Run());
  RunInBackground(executor_, hpa_reflector_.Run());
  RunInBackground(executor_, recorder_.Run());
  RunInBackground(executor_, lease_recorder_.Run());
  RunInBackground(executor_, Lead());
}

// Without samples there is nothing to say but that they are missing; after a period, when upstream
// has its first look, that may be said.
asio::awaitable<void> HpaService::AwaitInputs() {
  const kube::Clock& clock = environment_.clock;
  const int64_t began_ns = clock.MonotonicNs();
  const auto awaits_samples = [&, usage = environment_.resource_metrics] {
    return usage != nullptr && !usage->ready() &&
           clock.MonotonicNs() - began_ns < flags_.sync_period_ns;
  };
  while (!synced() || awaits_samples()) co_await environment_.sleeper.SleepFor(kLookAgain);
}

asio::awaitable<void> HpaService::Lead() {
  co_await AwaitInputs();
  if (retiring_) co_return;
  if (!elects_) {
    metrics_.SetLeads(true);
    BeginTerm();
    co_return;
  }
  while (!retiring_) {
    co_await elector_.Acquire();
    if (retiring_) co_return;
    environment_.log.info("Leads identity={}", environment_.identity);
    metrics_.SetLeads(true);
    RenewInputs();
    RunInBackground(executor_, BeginOnceRenewed(lost_terms_));
    const absl::Status lost = co_await elector_.Hold([this] { RenewInputs(); });
    ++lost_terms_;
    EndTerm();
    if (!retiring_) {
      environment_.log.warn("Leads no more reason=\"{}\"", std::string(lost.message()));
    }
  }
}

// What was seen before the Lease was won may be long past: no watch need have worked since.
void HpaService::RenewInputs() {
  hpa_reflector_.Renew();
  pod_cache_.Renew();
  watched_scales_.Renew();
}

asio::awaitable<void> HpaService::BeginOnceRenewed(uint64_t lost_terms) {
  const auto lasts = [&] { return !retiring_ && lost_terms_ == lost_terms && leads(); };
  const auto renewed = [&] { return hpa_reflector_.renewed() && pod_cache_.renewed(); };
  while (lasts() && !renewed()) co_await environment_.sleeper.SleepFor(kLookAgain);
  if (lasts()) BeginTerm();
}

void HpaService::BeginTerm() {
  std::erase_if(terms_, [](const auto& term) { return term->work.IsOver(); });
  decisions_.Clear();
  terms_.push_back(std::make_unique<Term>(
      *this, [this, before = lost_terms_] { return leads() && lost_terms_ == before; }));
  current_ = terms_.back().get();
  autoscaler::Controller& controller = *current_->work.controller;
  controller.Begin(hpas_.Objects());
  RunInBackground(executor_, controller.Run());
}

autoscaler::Reconciler::Parts HpaService::ReconcilerPartsOf(TermApi& api) {
  autoscaler::ResourceMetricsReader* const in_process = environment_.resource_metrics;
  return {.scales = api.scales,
          .pods = pods_,
          .resource_metrics = in_process != nullptr ? *in_process : api_metrics_,
          .custom_metrics = custom_metrics_,
          .statuses = api.statuses,
          .events = api.events,
          .clock = environment_.clock,
          .log = environment_.log,
          .checks_specs = api_.version != autoscaler::HpaApi().version};
}

autoscaler::Controller::Parts HpaService::ControllerParts() {
  return {.observer = observer_,
          .clock = environment_.clock,
          .sleeper = environment_.sleeper,
          .log = environment_.log,
          .find = [this](auto namespace_name, auto name) { return Find(namespace_name, name); }};
}

void HpaService::EndTerm() {
  metrics_.SetLeads(false);
  if (current_ == nullptr) return;
  std::exchange(current_, nullptr)->work.controller->Stop();
}

asio::awaitable<void> HpaService::Retire() {
  retiring_ = true;
  EndTerm();
  const auto in_flight = [](const auto& term) { return term->work.controller->in_flight() > 0; };
  const int64_t began_ns = environment_.clock.MonotonicNs();
  while (std::ranges::any_of(terms_, in_flight) &&
         environment_.clock.MonotonicNs() - began_ns < kRetireWithinNs) {
    co_await environment_.sleeper.SleepFor(kLookAgain);
  }
  // With the Lease goes the right to write: what still goes on only ends.
  if (elects_) co_await elector_.Release();
}

void HpaService::SamplesArrived(std::vector<kube::ObjectMetaRef> pods) {
  if (!flags_.react_to_samples) return;
  asio::post(executor_, [this, pods = std::move(pods)] {
    if (current_ == nullptr) return;
    std::vector<autoscaler::PodPtr> found;
    for (const kube::ObjectMetaRef& meta : pods) {
      autoscaler::PodPtr pod = pod_cache_.Find(kube::KeyOf(*meta));
      if (pod == nullptr) continue;
      found.push_back(std::move(pod));
    }
    std::ranges::sort(found, {}, &autoscaler::Pod::shape);
    autoscaler::ForEachShape(found, [this](autoscaler::Pods of_shape) {
      current_->work.controller->SamplesArrived(current_->work.selectors.HpasSelecting(
          of_shape.front()->shape->namespace_name, of_shape));
    });
  });
}

absl::Status HpaService::CheckLease() const {
  return elects_ ? elector_.CheckRenewals(kLeaseGrace) : absl::OkStatus();
}

autoscaler::HpaPtr HpaService::Find(std::string_view namespace_name, std::string_view name) const {
  return hpas_.Find({namespace_name, name});
}

}  // namespace kubegauge::server
