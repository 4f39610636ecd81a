#include "autoscaler/hpa_codec.h"
#include "autoscaler/hpa_v1_metrics.h"

namespace kubegauge::autoscaler {
namespace {

// Reads the members of one source or status.
class SourceReader {
 public:
  explicit SourceReader(GoJsonReader& reader) : reader_(reader) {}

  template <class AnyText>  // std::string or SharedText
  GoJsonReader::Field Text(std::string_view name, AnyText& text, std::string_view type = "string") {
    return {name, [this, &text, type](const Json& value) { reader_.Text(value, text, type); }};
  }
  template <class Quantity>
  GoJsonReader::Field Amount(std::string_view name, Boxed<Quantity>& amount) {
    return {name, [this, &amount](const Json& value) {
              reader_.Optional(value, amount, [&](Quantity& one) { reader_.Amount(value, one); });
            }};
  }
  GoJsonReader::Field Percent(std::string_view name, std::optional<int32_t>& percent) {
    return {name, [this, &percent](const Json& value) {
              reader_.Optional(value, percent,
                               [&](int32_t& number) { reader_.Integer(value, number); });
            }};
  }
  GoJsonReader::Field Selector(std::string_view name, MetricIdentifier& metric) {
    return {name, [this, &metric](const Json& value) {
              reader_.Optional(value, metric.selector, [&](kube::SelectorObject& selector) {
                ReadSelector(reader_, value, selector);
              });
            }};
  }
  GoJsonReader::Field Reference(std::string_view name, ObjectReference& reference) {
    return {name, [this, &reference](const Json& value) {
              ReadReference(reader_, value, "@.CrossVersionObjectReference", reference);
            }};
  }

 private:
  GoJsonReader& reader_;
};

// A quantity that is not a pointer in Go: zero where it is not set.
template <class Quantity>
void FillZero(Boxed<Quantity>& amount) {
  if (!amount) amount.emplace();
}

void ReadObject(GoJsonReader& reader, const Json& json, ObjectMetricSource& source) {
  SourceReader member(reader);
  reader.Struct(json, "@.ObjectMetricSource",
                {member.Reference("target", source.described_object),
                 member.Text("metricName", source.metric.name),
                 member.Amount("targetValue", source.target.value),
                 member.Selector("selector", source.metric),
                 member.Amount("averageValue", source.target.average_value)});
  source.target.type = source.target.average_value ? "AverageValue" : "Value";
  FillZero(source.target.value);
}

void ReadPods(GoJsonReader& reader, const Json& json, PodsMetricSource& source) {
  SourceReader member(reader);
  reader.Struct(json, "@.PodsMetricSource",
                {member.Text("metricName", source.metric.name),
                 member.Amount("targetAverageValue", source.target.average_value),
                 member.Selector("selector", source.metric)});
  source.target.type = "AverageValue";
  FillZero(source.target.average_value);
}

template <class Source>
void ReadResource(GoJsonReader& reader, const Json& json, std::string_view type, Source& source,
                  std::string* container) {
  SourceReader member(reader);
  std::string none;
  reader.Struct(json, type,
                {member.Text("name", source.name, "v1.ResourceName"),
                 member.Percent("targetAverageUtilization", source.target.average_utilization),
                 member.Amount("targetAverageValue", source.target.average_value),
                 member.Text(container == nullptr ? "" : "container",
                             container == nullptr ? none : *container)});
  source.target.type = source.target.average_utilization ? "Utilization" : "AverageValue";
}

void ReadExternal(GoJsonReader& reader, const Json& json, ExternalMetricSource& source) {
  SourceReader member(reader);
  reader.Struct(json, "@.ExternalMetricSource",
                {member.Text("metricName", source.metric.name),
                 member.Selector("metricSelector", source.metric),
                 member.Amount("targetValue", source.target.value),
                 member.Amount("targetAverageValue", source.target.average_value)});
  source.target.type = source.target.value ? "Value" : "AverageValue";
}

void ReadObjectStatus(GoJsonReader& reader, const Json& json, ObjectMetricStatus& status) {
  SourceReader member(reader);
  reader.Struct(json, "@.ObjectMetricStatus",
                {member.Reference("target", status.described_object),
                 member.Text("metricName", status.metric.name),
                 member.Amount("currentValue", status.current.value),
                 member.Selector("selector", status.metric),
                 member.Amount("averageValue", status.current.average_value)});
  FillZero(status.current.value);
}

void ReadPodsStatus(GoJsonReader& reader, const Json& json, PodsMetricStatus& status) {
  SourceReader member(reader);
  reader.Struct(json, "@.PodsMetricStatus",
                {member.Text("metricName", status.metric.name),
                 member.Amount("currentAverageValue", status.current.average_value),
                 member.Selector("selector", status.metric)});
  FillZero(status.current.average_value);
}

template <class Status>
void ReadResourceStatus(GoJsonReader& reader, const Json& json, std::string_view type,
                        Status& status, std::string* container) {
  SourceReader member(reader);
  std::string none;
  reader.Struct(json, type,
                {member.Text("name", status.name, "v1.ResourceName"),
                 member.Percent("currentAverageUtilization", status.current.average_utilization),
                 member.Amount("currentAverageValue", status.current.average_value),
                 member.Text(container == nullptr ? "" : "container",
                             container == nullptr ? none : *container)});
  FillZero(status.current.average_value);
}

void ReadExternalStatus(GoJsonReader& reader, const Json& json, ExternalMetricStatus& status) {
  SourceReader member(reader);
  reader.Struct(json, "@.ExternalMetricStatus",
                {member.Text("metricName", status.metric.name),
                 member.Selector("metricSelector", status.metric),
                 member.Amount("currentValue", status.current.value),
                 member.Amount("currentAverageValue", status.current.average_value)});
  FillZero(status.current.value);
}

// A member that is a pointer in Go.
template <class T, class Read>
GoJsonReader::Field Pointer(GoJsonReader& reader, std::string_view name, Boxed<T>& box, Read read) {
  return {name, [&reader, &box, read](const Json& value) {
            reader.Optional(value, box, [&](T& one) { read(value, one); });
          }};
}

}  // namespace

void ReadV1Metric(GoJsonReader& reader, const Json& json, ZeroTarget zero_target,
                  MetricSpec& metric) {
  const auto with = [&reader](auto read) {
    return [&reader, read](const Json& value, auto& source) { read(reader, value, source); };
  };
  reader.Struct(
      json, "@.MetricSpec",
      {{"type", [&](const Json& value) { reader.Text(value, metric.type, "@.MetricSourceType"); }},
       Pointer(reader, "object", metric.object, with(ReadObject)),
       Pointer(reader, "pods", metric.pods, with(ReadPods)),
       Pointer(reader, "resource", metric.resource,
               [&](const Json& value, ResourceMetricSource& source) {
                 ReadResource(reader, value, "@.ResourceMetricSource", source, nullptr);
               }),
       Pointer(reader, "containerResource", metric.container_resource,
               [&](const Json& value, ContainerResourceMetricSource& source) {
                 ReadResource(reader, value, "@.ContainerResourceMetricSource", source,
                              &source.container);
               }),
       Pointer(reader, "external", metric.external, with(ReadExternal))});
  if (zero_target == ZeroTarget::kDropped && metric.object) {
    MetricTarget& target = metric.object->target;
    if (target.average_value && target.value->IsZero()) target.value.reset();
  }
}

void ReadV1MetricStatus(GoJsonReader& reader, const Json& json, MetricStatus& metric) {
  const auto with = [&reader](auto read) {
    return [&reader, read](const Json& value, auto& status) { read(reader, value, status); };
  };
  reader.Struct(
      json, "@.MetricStatus",
      {{"type", [&](const Json& value) { reader.Text(value, metric.type, "@.MetricSourceType"); }},
       Pointer(reader, "object", metric.object, with(ReadObjectStatus)),
       Pointer(reader, "pods", metric.pods, with(ReadPodsStatus)),
       Pointer(reader, "resource", metric.resource,
               [&](const Json& value, ResourceMetricStatus& status) {
                 ReadResourceStatus(reader, value, "@.ResourceMetricStatus", status, nullptr);
               }),
       Pointer(reader, "containerResource", metric.container_resource,
               [&](const Json& value, ContainerResourceMetricStatus& status) {
                 ReadResourceStatus(reader, value, "@.ContainerResourceMetricStatus", status,
                                    &status.container);
               }),
       Pointer(reader, "external", metric.external, with(ReadExternalStatus))});
}

}  // namespace kubegauge::autoscaler
