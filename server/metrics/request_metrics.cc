#include "server/metrics/request_metrics.h"

#include <algorithm>
#include <array>
#include <utility>

#include "apiservice/metrics_handler.h"

namespace kubegauge::server {
namespace {

using apiservice::RequestInfo;

const prometheus::Histogram::BucketBoundaries kDurationBuckets = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2,
    3,     4,     5,    6,   8,   10,  15,  20,  30,  45,   60};

bool IsOurs(const RequestInfo& info) {
  return info.is_resource_request && info.api_group == apiservice::kMetricsGroup &&
         (info.resource == "nodes" || info.resource == "pods") && info.subresource.empty() &&
         std::ranges::find(apiservice::kMetricsVersions, info.api_version) !=
             std::end(apiservice::kMetricsVersions);
}

// Upstream's names; what is none of them has one name.
std::string VerbOf(const RequestInfo& info, bool ours) {
  static constexpr std::array<std::string_view, 8> kVerbs = {"get",    "list",  "watch",  "create",
                                                             "update", "patch", "delete", "post"};
  if (std::ranges::find(kVerbs, info.verb) == kVerbs.end() || (!ours && info.verb == "list")) {
    return "other";
  }
  std::string verb = info.verb;
  std::ranges::transform(verb, verb.begin(),
                         [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  return verb;
}

std::string ScopeOf(const RequestInfo& info) {
  if (!info.name.empty()) return "resource";
  return info.namespace_name.empty() ? "cluster" : "namespace";
}

}  // namespace

RequestMetrics::RequestMetrics(prometheus::Registry& registry, const kube::Clock& clock)
    : clock_(clock),
      totals_(prometheus::BuildCounter()
                  .Name("apiserver_request_total")
                  .Help("[STABLE] Counter of apiserver requests broken out for each verb, dry run "
                        "value, group, version, resource, scope, component, and HTTP response "
                        "code.")
                  .Register(registry)),
      durations_(prometheus::BuildHistogram()
                     .Name("apiserver_request_duration_seconds")
                     .Help("[STABLE] Response latency distribution in seconds for each verb, dry "
                           "run value, group, version, resource, subresource, scope and component.")
                     .Register(registry)) {}

void RequestMetrics::OnAnswer(const RequestInfo& info, unsigned status, int64_t came_ns) {
  const int64_t duration_ns = clock_.MonotonicNs() - came_ns;
  const bool ours = IsOurs(info);
  Key key{VerbOf(info, ours), ours ? info.api_version : "", ours ? info.resource : "",
          ours ? ScopeOf(info) : ""};
  const auto labels = [&key, ours] {
    const auto& [verb, version, resource, scope] = key;
    return prometheus::Labels{{"component", ""},
                              {"dry_run", ""},
                              {"group", ours ? std::string(apiservice::kMetricsGroup) : ""},
                              {"resource", resource},
                              {"scope", scope},
                              {"subresource", ""},
                              {"verb", verb},
                              {"version", version}};
  };
  const std::lock_guard lock(mutex_);
  OfKey& series = known_[key];
  if (series.duration == nullptr) series.duration = &durations_.Add(labels(), kDurationBuckets);
  prometheus::Counter*& total = series.by_status[status];
  if (total == nullptr) {
    prometheus::Labels with_code = labels();
    with_code.emplace("code", std::to_string(status));
    total = &totals_.Add(with_code);
  }
  total->Increment();
  series.duration->Observe(static_cast<double>(duration_ns) / 1e9);
}

}  // namespace kubegauge::server
