#include "server/metrics/scrape_metrics.h"

#include "kube/time_units.h"

namespace kubegauge::server {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Histogram;

// The Go client's default.
const Histogram::BucketBoundaries kUsualBuckets = {.005, .01, .025, .05, .1, .25,
                                                   .5,   1,   2.5,  5,   10};

double Seconds(int64_t ns) { return static_cast<double>(ns) / 1e9; }

prometheus::Family<prometheus::Counter>& RequestTotals(prometheus::Registry& registry) {
  return BuildCounter()
      .Name("metrics_server_kubelet_request_total")
      .Help("[ALPHA] Number of requests sent to Kubelet API")
      .Register(registry);
}

}  // namespace

Histogram::BucketBoundaries TickBuckets(int64_t resolution_ns) {
  Histogram::BucketBoundaries buckets = kUsualBuckets;
  const double resolution = Seconds(resolution_ns);
  if (resolution > buckets.back()) {
    const double usual_end = buckets.back();
    buckets.push_back(usual_end + (resolution - usual_end) / 2);
    for (const double factor : {1.0, 1.5, 2.0}) buckets.push_back(resolution * factor);
  }
  return buckets;
}

ScrapeMetrics::ScrapeMetrics(prometheus::Registry& registry, int64_t resolution_ns)
    : tick_duration_(
          BuildHistogram()
              .Name("metrics_server_manager_tick_duration_seconds")
              .Help("[ALPHA] The total time spent collecting and storing metrics in seconds.")
              .Register(registry)
              .Add({}, TickBuckets(resolution_ns))),
      successes_(RequestTotals(registry).Add({{"success", "true"}})),
      failures_(RequestTotals(registry).Add({{"success", "false"}})),
      durations_(BuildHistogram()
                     .Name("metrics_server_kubelet_request_duration_seconds")
                     .Help("[ALPHA] Duration of requests to Kubelet API in seconds")
                     .Register(registry)),
      last_requests_(BuildGauge()
                         .Name("metrics_server_kubelet_last_request_time_seconds")
                         .Help("[ALPHA] Time of last request performed to Kubelet API since unix "
                               "epoch in seconds")
                         .Register(registry)) {}

void ScrapeMetrics::OnScrape(const std::string& node, int64_t duration_ns, bool success,
                             int64_t at_unix_ns) {
  auto known = nodes_.find(node);
  if (known == nodes_.end()) {
    const OfNode added = {&durations_.Add({{"node", node}}, kUsualBuckets),
                          &last_requests_.Add({{"node", node}})};
    known = nodes_.emplace(node, added).first;
  }
  known->second.duration->Observe(Seconds(duration_ns));
  known->second.last_request->Set(static_cast<double>(at_unix_ns / kube::kNsPerSecond));
  (success ? successes_ : failures_).Increment();
}

void ScrapeMetrics::OnTick(int64_t duration_ns) { tick_duration_.Observe(Seconds(duration_ns)); }

void ScrapeMetrics::OnNodeGone(const std::string& node) {
  const auto known = nodes_.find(node);
  if (known == nodes_.end()) return;
  durations_.Remove(known->second.duration);
  last_requests_.Remove(known->second.last_request);
  nodes_.erase(known);
}

}  // namespace kubegauge::server
