#include "server/replay/step.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "autoscaler/decide.h"
#include "autoscaler/pod_decoder.h"
#include "autoscaler/pod_match.h"
#include "autoscaler/pod_shapes.h"
#include "kube/go_quote.h"
#include "kube/group_version.h"
#include "kube/json_object.h"
#include "kube/label_selector.h"
#include "server/replay/fields.h"
#include "server/replay/readings.h"

namespace kubegauge::server::replay {
namespace {

using autoscaler::FetchError;
using autoscaler::Observation;
using autoscaler::PodPtr;
using autoscaler::ScaleReading;
using Json = nlohmann::json;

absl::StatusOr<ScaleReading> ReadScale(const Json& object) {
  const absl::StatusOr<int32_t> spec = Int32Field(object, "replicas");
  if (!spec.ok()) return spec.status();
  const absl::StatusOr<int32_t> status = Int32Field(object, "statusReplicas");
  if (!status.ok()) return status.status();
  const absl::StatusOr<const std::string*> selector = TextField(object, "selector");
  if (!selector.ok()) return selector.status();
  return ScaleReading{.spec_replicas = *spec, .status_replicas = *status, .selector = **selector};
}

// What the REST mapper says, which knows nothing but the format's `apps/v1 Deployment`; nullopt for
// that, and for an apiVersion that does not parse, which the decision finds itself.
std::optional<std::string> MappingError(const autoscaler::CrossVersionObjectReference& target) {
  const auto version = kube::ParseGroupVersion(target.api_version);
  if (!version.ok() || (version->group == "apps" && target.kind == "Deployment")) {
    return std::nullopt;
  }
  return fmt::format("no matches for kind {} in group {}", kube::GoQuote(target.kind),
                     kube::GoQuote(version->group));
}

absl::StatusOr<autoscaler::Fetched<ScaleReading>> ReadScaleAnswer(const Json& step) {
  if (HasField(step, "getScaleError")) {
    const absl::StatusOr<const std::string*> error = TextField(step, "getScaleError");
    if (!error.ok()) return error.status();
    return FetchError{**error};
  }
  const absl::StatusOr<const Json*> object = ObjectField(step, "scale");
  if (!object.ok()) return object.status();
  absl::StatusOr<ScaleReading> scale = ReadScale(**object);
  if (!scale.ok()) return In("scale", scale.status());
  return *std::move(scale);
}

bool IsSelected(const autoscaler::Pod& pod, const std::string& namespace_name,
                const kube::LabelSelector& selector) {
  return pod.shape->namespace_name == namespace_name && autoscaler::MatchesPod(selector, pod);
}

absl::StatusOr<std::vector<PodPtr>> ReadPods(const Json& step, const std::string& namespace_name,
                                             const kube::LabelSelector& selector) {
  const absl::StatusOr<const Json*> objects = NullableArrayField(step, "pods");
  if (!objects.ok()) return objects.status();
  autoscaler::PodShapes shapes;
  std::vector<PodPtr> pods;
  for (size_t i = 0; i < (*objects)->size(); ++i) {
    absl::StatusOr<PodPtr> pod = autoscaler::DecodeJsonPod((**objects)[i], shapes);
    if (!pod.ok()) return In(fmt::format("pods[{}]", i), pod.status());
    if (IsSelected(**pod, namespace_name, selector)) pods.push_back(*std::move(pod));
  }
  return pods;
}

absl::Status ReadMetrics(const Json& step, const autoscaler::Hpa& hpa,
                         const kube::LabelSelector& selector, Observation& observation) {
  const absl::StatusOr<const Json*> metrics = ObjectField(step, "metrics");
  if (!metrics.ok()) return metrics.status();
  auto usage = ReadPodUsage(**metrics, selector);
  if (!usage.ok()) return In("metrics", usage.status());
  observation.pod_usage = *std::move(usage);
  for (const autoscaler::MetricSpec& metric : hpa.spec.metrics) {
    autoscaler::MetricReading& reading = observation.metrics.emplace_back();
    const absl::StatusOr<autoscaler::MetricQuery> query = autoscaler::QueryOf(metric);
    if (!query.ok()) continue;  // the decision says what is wrong
    absl::StatusOr<autoscaler::MetricReading> read = ReadMetric(**metrics, *query);
    if (!read.ok()) return In("metrics", read.status());
    reading = *std::move(read);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Step> ReadStep(const Json& object, const autoscaler::Hpa& hpa) {
  Step step;
  const absl::StatusOr<int64_t> now_ns = TimeField(object, "now");
  if (!now_ns.ok()) return now_ns.status();
  step.now_ns = *now_ns;
  auto scale = ReadScaleAnswer(object);
  if (!scale.ok()) return scale.status();
  step.observation.scale = *std::move(scale);
  if (std::optional<std::string> error = MappingError(hpa.spec.scale_target_ref)) {
    step.observation.scale = FetchError{*std::move(error)};
    step.observation.scale_stage = autoscaler::ScaleStage::kResource;
  }
  if (HasField(object, "updateScaleError")) {
    const absl::StatusOr<const std::string*> error = TextField(object, "updateScaleError");
    if (!error.ok()) return error.status();
    step.update_scale_error = **error;
  }
  if (HasField(object, "expect")) step.expect = &object["expect"];

  const auto* reading = std::get_if<ScaleReading>(&step.observation.scale);
  if (reading == nullptr) return step;
  const absl::StatusOr<kube::LabelSelector>& selector = reading->selector.parsed();
  if (!selector.ok()) return step;  // as above
  absl::StatusOr<std::vector<PodPtr>> pods = ReadPods(object, hpa.meta.namespace_name, *selector);
  if (!pods.ok()) return pods.status();
  if (!pods->empty()) {
    step.observation.hpas_of_pods = {fmt::format("{}/{}", hpa.meta.namespace_name, hpa.meta.name)};
  }
  step.observation.pods = *std::move(pods);
  if (absl::Status status = ReadMetrics(object, hpa, *selector, step.observation); !status.ok()) {
    return status;
  }
  return step;
}

}  // namespace kubegauge::server::replay
