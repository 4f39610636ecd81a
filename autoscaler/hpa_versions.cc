#include "autoscaler/hpa_versions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "autoscaler/hpa_annotations.h"
#include "autoscaler/hpa_defaults.h"
#include "autoscaler/hpa_fields.h"
#include "autoscaler/object_meta_reader.h"
#include "kube/rfc3339.h"

namespace kubegauge::autoscaler {
namespace {

constexpr std::string_view kNames[] = {"v1", "v2beta1", "v2beta2", "v2"};

// What v1 has instead of metrics.
struct CpuPercent {
  std::optional<int32_t> target;
  std::optional<int32_t> current;
};

void ReadV1Spec(GoJsonReader& reader, const Json& json, HpaSpec& spec, CpuPercent& cpu) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.HorizontalPodAutoscalerSpec",
                {fields.Reference("scaleTargetRef", spec.scale_target_ref),
                 fields.Integer("minReplicas", spec.min_replicas),
                 fields.Integer("maxReplicas", spec.max_replicas),
                 fields.Integer("targetCPUUtilizationPercentage", cpu.target)});
}

void ReadV1Status(GoJsonReader& reader, const Json& json, HpaStatus& status, CpuPercent& cpu) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.HorizontalPodAutoscalerStatus",
                {fields.Integer("observedGeneration", status.observed_generation),
                 fields.Time("lastScaleTime", status.last_scale_ns),
                 fields.Integer("currentReplicas", status.current_replicas),
                 fields.Integer("desiredReplicas", status.desired_replicas),
                 fields.Integer("currentCPUUtilizationPercentage", cpu.current)});
}

void ReadV2beta1Spec(GoJsonReader& reader, const Json& json, const HpaDialect& dialect,
                     HpaSpec& spec) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.HorizontalPodAutoscalerSpec",
                {fields.Reference("scaleTargetRef", spec.scale_target_ref),
                 fields.Integer("minReplicas", spec.min_replicas),
                 fields.Integer("maxReplicas", spec.max_replicas),
                 fields.List("metrics", "[]@.MetricSpec", spec.metrics,
                             [&](const Json& item, MetricSpec& metric) {
                               ReadV2beta1Metric(reader, item, dialect.zero_target, metric);
                             })});
}

template <class ReadSpecOf, class ReadStatusOf>
void ReadObject(GoJsonReader& reader, const Json& json, HpaObject& object, ReadSpecOf read_spec,
                ReadStatusOf read_status) {
  const HpaFields fields(reader);
  std::string unused;
  reader.Struct(
      json, "@.HorizontalPodAutoscaler",
      {fields.Text("kind", unused),
       fields.Text("apiVersion", unused),
       {"metadata", [&](const Json& value) { object.metadata = ReadObjectMeta(reader, value); }},
       {"spec", read_spec},
       {"status", read_status}});
}

MetricStatus CpuStatus(int32_t percent) {
  ResourceMetricStatus cpu{.name = "cpu"};
  cpu.current.average_utilization = percent;
  MetricStatus metric;
  metric.type = "Resource";
  metric.resource = std::move(cpu);
  return metric;
}

// The CPU metric that v1 has a field for goes behind those of the annotation.
void ConvertFromV1(const CpuPercent& cpu, const HpaDialect& dialect, HpaObject& object) {
  if (auto metrics = AnnotatedMetrics(object.metadata, dialect.zero_target)) {
    object.spec.metrics = *std::move(metrics);
  }
  if (cpu.target) object.spec.metrics.push_back(CpuUtilizationMetric(*cpu.target));
  if (object.spec.metrics.empty()) {
    object.spec.metrics.push_back(CpuUtilizationMetric(kDefaultCpuUtilization));
  }
  if (auto behavior = AnnotatedBehavior(object.metadata, dialect.tolerance)) {
    object.spec.behavior = *std::move(behavior);
  }
  if (cpu.current) object.status.current_metrics = {CpuStatus(*cpu.current)};
  if (auto metrics = AnnotatedCurrentMetrics(object.metadata)) {
    object.status.current_metrics = *std::move(metrics);
  }
  if (auto conditions = AnnotatedConditions(object.metadata)) {
    object.status.conditions = *std::move(conditions);
  }
}

bool IsCpuUtilization(const MetricSpec& metric) {
  return metric.type == "Resource" && metric.resource && metric.resource->name == "cpu" &&
         metric.resource->target.average_utilization;
}

template <class Item, class Encode>
Json EncodeList(const std::vector<Item>& items, Encode encode) {
  Json json = Json::array();
  for (const Item& item : items) json.push_back(encode(item));
  return json;
}

Json EncodeV1Spec(const HpaSpec& spec) {
  Json json = {{"scaleTargetRef", EncodeReference(spec.scale_target_ref)}};
  if (spec.min_replicas) json["minReplicas"] = *spec.min_replicas;
  json["maxReplicas"] = spec.max_replicas;
  const auto cpu = std::find_if(spec.metrics.begin(), spec.metrics.end(), IsCpuUtilization);
  if (cpu != spec.metrics.end()) {
    json["targetCPUUtilizationPercentage"] = *cpu->resource->target.average_utilization;
  }
  return json;
}

Json EncodeV1Status(const HpaStatus& status) {
  Json json = Json::object();
  if (status.observed_generation) json["observedGeneration"] = *status.observed_generation;
  if (status.last_scale_ns) json["lastScaleTime"] = kube::FormatRfc3339(*status.last_scale_ns);
  json["currentReplicas"] = status.current_replicas;
  json["desiredReplicas"] = status.desired_replicas;
  if (!status.current_metrics) return json;
  for (const MetricStatus& metric : *status.current_metrics) {
    if (metric.type == "Resource" && metric.resource && metric.resource->name == "cpu" &&
        metric.resource->current.average_utilization) {
      json["currentCPUUtilizationPercentage"] = *metric.resource->current.average_utilization;
    }
  }
  return json;
}

Json EncodeV1(const HpaObject& object, const HpaDialect& dialect) {
  Json metadata = object.metadata;
  DropRoundTripAnnotations(dialect.tolerance, metadata);
  std::vector<MetricSpec> others;
  std::copy_if(object.spec.metrics.begin(), object.spec.metrics.end(), std::back_inserter(others),
               [](const MetricSpec& metric) { return !IsCpuUtilization(metric); });
  if (!others.empty()) {
    SetAnnotation(kMetricsAnnotation, EncodeList(others, EncodeV2beta1Metric), metadata);
  }
  const HpaStatus& status = object.status;
  if (status.current_metrics && !status.current_metrics->empty()) {
    SetAnnotation(kCurrentMetricsAnnotation,
                  EncodeList(*status.current_metrics, EncodeV2beta1MetricStatus), metadata);
  }
  if (object.spec.behavior) {
    SetAnnotation(kBehaviorAnnotation,
                  EncodeInternalBehavior(*object.spec.behavior, dialect.tolerance), metadata);
  }
  if (!status.conditions.empty()) {
    SetAnnotation(kConditionsAnnotation, EncodeList(status.conditions, EncodeCondition), metadata);
  }
  return {{"metadata", std::move(metadata)},
          {"spec", EncodeV1Spec(object.spec)},
          {"status", EncodeV1Status(status)}};
}

Json EncodeV2beta1(const HpaObject& object, const HpaDialect& dialect) {
  Json metadata = object.metadata;
  DropRoundTripAnnotations(dialect.tolerance, metadata);
  if (object.spec.behavior) {
    SetAnnotation(kBehaviorAnnotation,
                  EncodeInternalBehavior(*object.spec.behavior, dialect.tolerance), metadata);
  }
  Json spec = EncodeSpec(object.spec);
  spec.erase("behavior");
  if (spec.contains("metrics"))
    spec["metrics"] = EncodeList(object.spec.metrics, EncodeV2beta1Metric);
  Json status = EncodeStatus(object.status);
  if (object.status.current_metrics) {
    status["currentMetrics"] =
        EncodeList(*object.status.current_metrics, EncodeV2beta1MetricStatus);
  }
  return {
      {"metadata", std::move(metadata)}, {"spec", std::move(spec)}, {"status", std::move(status)}};
}

void DropTolerance(Json& spec) {
  if (!spec.contains("behavior")) return;
  for (auto& rules : spec["behavior"]) rules.erase("tolerance");
}

Json EncodeV2(HpaVersion version, const HpaObject& object, const HpaDialect& dialect) {
  Json metadata = object.metadata;
  DropRoundTripAnnotations(dialect.tolerance, metadata);
  Json spec = EncodeSpec(object.spec);
  if (version == HpaVersion::kV2beta2 || dialect.tolerance == Tolerance::kUnknown) {
    DropTolerance(spec);
  }
  return {{"metadata", std::move(metadata)},
          {"spec", std::move(spec)},
          {"status", EncodeStatus(object.status)}};
}

}  // namespace

std::optional<HpaVersion> HpaVersionOf(std::string_view name) {
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<HpaVersion>(found - std::begin(kNames));
}

std::string_view NameOf(HpaVersion version) { return kNames[static_cast<size_t>(version)]; }

absl::StatusOr<HpaDecoding> DecodeHpaVersion(HpaVersion version, const Json& json,
                                             const HpaDialect& dialect) {
  GoJsonReader reader(NameOf(version));
  HpaDecoding decoding;
  HpaObject& object = decoding.object;
  CpuPercent cpu;
  const auto read = [&](auto read_spec, auto read_status) {
    ReadObject(
        reader, json, object, [&](const Json& value) { read_spec(value, object.spec); },
        [&](const Json& value) { read_status(value, object.status); });
  };
  const Tolerance tolerance =
      version == HpaVersion::kV2beta2 ? Tolerance::kUnknown : dialect.tolerance;
  switch (version) {
    case HpaVersion::kV1:
      read([&](const Json& value, HpaSpec& spec) { ReadV1Spec(reader, value, spec, cpu); },
           [&](const Json& value, HpaStatus& s) { ReadV1Status(reader, value, s, cpu); });
      break;
    case HpaVersion::kV2beta1:
      read([&](const Json& value, HpaSpec& s) { ReadV2beta1Spec(reader, value, dialect, s); },
           [&](const Json& value, HpaStatus& s) {
             ReadStatus(reader, value, ReadV2beta1MetricStatus, s);
           });
      break;
    default:
      read([&](const Json& value, HpaSpec& s) { ReadSpec(reader, value, tolerance, s); },
           [&](const Json& value, HpaStatus& s) { ReadStatus(reader, value, s); });
  }
  if (absl::Status status = reader.status(); !status.ok()) return status;
  decoding.strict_errors = reader.strict_errors();

  if (version == HpaVersion::kV1) {
    ConvertFromV1(cpu, dialect, object);
  } else if (version == HpaVersion::kV2beta1) {
    if (auto behavior = AnnotatedBehavior(object.metadata, dialect.tolerance)) {
      object.spec.behavior = *std::move(behavior);
    }
  }
  DropRoundTripAnnotations(dialect.tolerance, object.metadata);
  return decoding;
}

Json EncodeHpaVersion(HpaVersion version, const HpaObject& object, const HpaDialect& dialect) {
  if (version == HpaVersion::kV1) return EncodeV1(object, dialect);
  if (version == HpaVersion::kV2beta1) return EncodeV2beta1(object, dialect);
  return EncodeV2(version, object, dialect);
}

}  // namespace kubegauge::autoscaler
