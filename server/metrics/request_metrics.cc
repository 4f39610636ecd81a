#include "server/metrics/request_metrics.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "apiservice/metrics_handler.h"

namespace kubegauge::server {
namespace {

using apiservice::Request;
using apiservice::RequestInfo;
using RequestKind = RequestMetrics::Kind;

constexpr std::string_view kServingComponent = "apiserver";

const prometheus::Histogram::BucketBoundaries kDurationBuckets = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2,
    3,     4,     5,    6,   8,   10,  15,  20,  30,  45,   60};

// The one of `constants` that equals `text`, or null.
template <size_t kCount>
const std::string_view* FindConstant(const std::string_view (&constants)[kCount],
                                     std::string_view text) {
  const auto* found = std::ranges::find(constants, text);
  return found == std::end(constants) ? nullptr : found;
}

// Upstream's name of what only reads; "" for others.
std::string_view ReadingVerb(std::string_view verb) {
  static constexpr std::pair<std::string_view, std::string_view> kVerbs[] = {
      {"get", "GET"}, {"list", "LIST"}, {"watch", "WATCH"}};
  for (const auto& [name, upstreams] : kVerbs) {
    if (name == verb) return upstreams;
  }
  return "";
}

// By the path: the name that a list's field selector asks for does not count.
std::string_view ScopeOf(const RequestInfo& info) {
  if (info.verb == "get") return "resource";
  return info.namespace_name.empty() ? "cluster" : "namespace";
}

// Of our resources' routes.
std::optional<RequestKind> ResourceKindOf(const RequestInfo& info) {
  static constexpr std::string_view kResources[] = {"nodes", "pods"};
  const std::string_view verb = ReadingVerb(info.verb);
  if (verb.empty() || info.api_group != apiservice::kMetricsGroup || !info.subresource.empty()) {
    return std::nullopt;
  }
  const std::string_view* version = FindConstant(apiservice::kMetricsVersions, info.api_version);
  const std::string_view* resource = FindConstant(kResources, info.resource);
  if (version == nullptr || resource == nullptr) return std::nullopt;
  return RequestKind{.verb = verb,
                     .group = apiservice::kMetricsGroup,
                     .version = *version,
                     .resource = *resource,
                     .scope = ScopeOf(info),
                     .component = kServingComponent};
}

// What upstream counts of requests: those that reach its API or its health checks.
std::optional<RequestKind> KindOf(const Request& request, const RequestInfo& info) {
  static constexpr std::string_view kHealthPaths[] = {"/healthz", "/livez", "/readyz"};
  if (info.is_resource_request) return ResourceKindOf(info);
  if (info.verb != "get" && info.verb != "head") return std::nullopt;
  const bool is_aggregated =
      request.headers.Find("Accept").find("APIGroupDiscoveryList") != std::string_view::npos;
  if (info.path == "/apis" && is_aggregated) {
    return RequestKind{.verb = "GET", .subresource = "apis", .component = kServingComponent};
  }
  const std::string_view* path = FindConstant(kHealthPaths, info.path);
  if (path == nullptr) return std::nullopt;
  return RequestKind{.verb = "GET", .subresource = *path};
}

// The client of Kubernetes itself that asks, by its User-Agent; "" for all others.
std::string_view SystemClientOf(const Request& request) {
  static constexpr std::string_view kClients[] = {"kube-apiserver", "kube-controller-manager",
                                                  "kube-scheduler", "cluster-policy-controller"};
  const std::string_view agent = request.headers.Find("User-Agent");
  const size_t slash = agent.find('/');
  if (slash == std::string_view::npos) return "";
  const std::string_view* client = FindConstant(kClients, agent.substr(0, slash));
  return client == nullptr ? "" : *client;
}

prometheus::Labels LabelsOf(const RequestKind& kind) {
  return {
      {"component", std::string(kind.component)}, {"dry_run", ""},
      {"group", std::string(kind.group)},         {"resource", std::string(kind.resource)},
      {"scope", std::string(kind.scope)},         {"subresource", std::string(kind.subresource)},
      {"verb", std::string(kind.verb)},           {"version", std::string(kind.version)}};
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

void RequestMetrics::OnAnswer(const Request& request, const RequestInfo& info, unsigned status,
                              int64_t came_ns) {
  const std::optional<RequestKind> kind = KindOf(request, info);
  if (!kind) return;
  const int64_t duration_ns = clock_.MonotonicNs() - came_ns;
  const std::string_view client = SystemClientOf(request);
  const std::lock_guard lock(mutex_);
  OfKind& series = known_[*kind];
  if (series.duration == nullptr) {
    series.duration = &durations_.Add(LabelsOf(*kind), kDurationBuckets);
  }
  prometheus::Counter*& total = series.totals[{status, client}];
  if (total == nullptr) {
    prometheus::Labels labels = LabelsOf(*kind);
    labels.emplace("code", std::to_string(status));
    labels.emplace("system_client", client);
    total = &totals_.Add(labels);
  }
  total->Increment();
  series.duration->Observe(static_cast<double>(duration_ns) / 1e9);
}

}  // namespace kubegauge::server
