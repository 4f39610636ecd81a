#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "autoscaler/pod.h"
#include "autoscaler/pod_selector.h"

namespace kubegauge::autoscaler {

// Why something could not be read: the text that client-go's error would have (E0 in hpa.md 16.1).
struct FetchError {
  std::string text;

  bool operator==(const FetchError&) const = default;
};

template <class T>
using Fetched = std::variant<FetchError, T>;

// The scale subresource of the target, as the scale reader gives it (hpa.md 13).
struct ScaleReading {
  int32_t spec_replicas = 0;
  int32_t status_replicas = 0;
  PodSelector selector;  // normalised

  bool operator==(const ScaleReading&) const = default;
};

// What the containers of some pods use, of metrics.k8s.io (hpa.md 8.1). Views into what
// `keep_alive` owns.
struct PodUsageList {
  struct Container {
    std::string_view name;
    ResourceAmounts usage;
  };
  struct PodUsage {
    std::string_view name;
    int64_t timestamp_ns = 0;
    int64_t window_ns = 0;
    uint32_t first_container = 0;  // in `containers`
    uint32_t container_count = 0;
  };
  std::vector<PodUsage> pods;
  // Where each of these stands among the pods that were asked for, none twice; empty where the
  // reader does not know.
  std::vector<uint32_t> places;
  std::vector<Container> containers;
  std::shared_ptr<const void> keep_alive;
};

// One value of a custom metric of a pod (hpa.md 8.2).
struct PodMetric {
  std::string name;
  int64_t timestamp_ns = 0;
  int64_t window_ns = 0;
  int64_t milli = 0;
};

// What the API that a metric of the spec comes from answered: nothing for Resource and
// ContainerResource, which share Observation::pod_usage, and for a metric that was not to be asked
// for; samples for Pods; one value for Object; all values, in order, for External (thousandths).
using MetricReading =
    std::variant<std::monostate, FetchError, std::vector<PodMetric>, int64_t, std::vector<int64_t>>;

// Which step of hpa.md 3 an error of the scale comes from; each has its own words around it in what
// the reconcile returns: "invalid API version in scale target reference: …" (kReference),
// "unable to determine resource for scale target reference: …" (kResource),
// "failed to query scale subresource for <ref>: …" (kScale).
enum class ScaleStage : uint8_t { kReference, kResource, kScale };

// Everything that a decision looks at besides the HPA and its history.
struct Observation {
  Fetched<ScaleReading> scale;
  ScaleStage scale_stage = ScaleStage::kScale;  // of an error in `scale`
  // The rest is read only where MetricsNeeded() says so.
  Fetched<std::vector<PodPtr>> pods;  // of the namespace, those that the selector matches
  // "namespace/name" of all HPAs whose selectors match one of `pods`, this one included; sorted.
  std::vector<std::string> hpas_of_pods;
  Fetched<PodUsageList> pod_usage;
  std::vector<MetricReading> metrics;  // one for each metric of the spec, as Decide() wants it
};

}  // namespace kubegauge::autoscaler
