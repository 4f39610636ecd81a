#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "autoscaler/decide.h"
#include "tests/autoscaler/metric_specs.h"  // IWYU pragma: export

// An HPA, its pods and their samples, in few words.
namespace kubegauge::autoscaler::testing {

inline constexpr int64_t kSecond = 1'000'000'000;
inline constexpr int64_t kNow = 1'767'225'600 * kSecond;  // 2026-01-01T00:00:00Z

struct PodSpec {
  std::optional<int64_t> milli;           // of its sample; nullopt: it has none
  const char* state = "ready";            // "unready", "pending", "failed", "succeeded", "deleting"
  std::optional<int64_t> request = 1000;  // millicores
};

inline std::shared_ptr<const PodShape> ShapeOf(std::optional<int64_t> request,
                                               std::string container = "app") {
  auto shape = std::make_shared<PodShape>();
  shape->namespace_name = "default";
  shape->labels = {{"app", "web"}};
  ContainerRequests requests{.name = std::move(container), .requests = {}};
  if (request) {
    requests.requests.Set("cpu", *request);
    requests.requests.Set("memory", *request);
  }
  shape->containers.push_back(std::move(requests));
  return shape;
}

inline PodPtr PodOf(std::string name, const PodSpec& spec) {
  const std::string state = spec.state;
  auto pod = std::make_shared<Pod>();
  pod->name = std::move(name);
  pod->shape = ShapeOf(spec.request);
  pod->start_ns = kNow - 600 * kSecond;
  pod->ready_transition_ns = *pod->start_ns + 10 * kSecond;
  pod->phase = state == "pending"     ? PodPhase::kPending
               : state == "failed"    ? PodPhase::kFailed
               : state == "succeeded" ? PodPhase::kSucceeded
                                      : PodPhase::kRunning;
  pod->ready = state == "unready" ? ReadyStatus::kFalse : ReadyStatus::kTrue;
  pod->deleting = state == "deleting";
  return pod;
}

// The names of the pods: "p0", "p1", …
inline std::vector<PodPtr> PodsOf(const std::vector<PodSpec>& specs) {
  std::vector<PodPtr> pods;
  for (const PodSpec& spec : specs) pods.push_back(PodOf("p" + std::to_string(pods.size()), spec));
  return pods;
}

// Samples in one container "app", of cpu and memory alike.
inline PodUsageList UsageOf(const std::vector<std::pair<std::string, int64_t>>& samples) {
  auto names = std::make_shared<std::vector<std::string>>();
  for (const auto& [name, milli] : samples) names->push_back(name);
  PodUsageList list;
  for (size_t i = 0; i < samples.size(); ++i) {
    list.pods.push_back({.name = (*names)[i],
                         .timestamp_ns = kNow,
                         .window_ns = 30 * kSecond,
                         .first_container = static_cast<uint32_t>(i),
                         .container_count = 1});
    PodUsageList::Container container{.name = "app", .usage = {}};
    container.usage.Set("cpu", samples[i].second);
    container.usage.Set("memory", samples[i].second);
    list.containers.push_back(std::move(container));
  }
  list.keep_alive = names;
  return list;
}

inline PodUsageList UsageOf(const std::vector<PodSpec>& specs) {
  std::vector<std::pair<std::string, int64_t>> samples;
  for (size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].milli) samples.emplace_back("p" + std::to_string(i), *specs[i].milli);
  }
  return UsageOf(samples);
}

// A Deployment web of namespace default, with `replicas` of spec and status.
struct Scene {
  Hpa hpa;
  Observation observation;
  History history;
  Tuning tuning;
  int64_t now_ns = kNow;

  Scene(std::vector<MetricSpec> metrics, int32_t replicas, const std::vector<PodSpec>& pods = {}) {
    hpa.meta = {.namespace_name = "default", .name = "web"};
    hpa.spec.scale_target_ref = {.kind = "Deployment", .name = "web", .api_version = "apps/v1"};
    hpa.spec.min_replicas = 1;
    hpa.spec.max_replicas = 100;
    hpa.spec.metrics = std::move(metrics);
    observation.scale = ScaleReading{replicas, replicas, "app=web"};
    observation.pods = PodsOf(pods);
    observation.pod_usage = UsageOf(pods);
    observation.metrics.resize(hpa.spec.metrics.size());
  }

  ScaleReading& scale() { return std::get<ScaleReading>(observation.scale); }

  Decision Decide() const { return autoscaler::Decide(hpa, observation, history, tuning, now_ns); }

  // A whole reconcile; what it leaves behind is where the next one starts.
  Outcome Reconcile(const std::optional<std::string>& scale_error = std::nullopt) {
    Outcome outcome = Conclude(hpa, Decide(), scale_error, tuning, now_ns);
    if (outcome.status) hpa.status = *outcome.status;
    if (outcome.scaled_to) {
      scale().spec_replicas = scale().status_replicas = *outcome.scaled_to;
    }
    history = outcome.history;
    return outcome;
  }
};

inline const HpaCondition* FindCondition(const HpaStatus& status, std::string_view type) {
  for (const HpaCondition& condition : status.conditions) {
    if (condition.type == type) return &condition;
  }
  return nullptr;
}

// "True ReadyForNewScale"; empty where there is no such condition.
inline std::string ConditionText(const HpaStatus& status, std::string_view type) {
  const HpaCondition* const condition = FindCondition(status, type);
  return condition == nullptr ? "" : fmt::format("{} {}", condition->status, condition->reason);
}

// As `kubectl describe` has them: type, reason and message.
inline std::vector<std::string> Texts(const std::vector<HpaEvent>& events) {
  std::vector<std::string> texts;
  for (const HpaEvent& event : events) {
    texts.push_back((event.warning ? "Warning " : "Normal ") + event.reason + ": " + event.message);
  }
  return texts;
}

}  // namespace kubegauge::autoscaler::testing
