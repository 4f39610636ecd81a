#include "server/replay/readings.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "kube/go_duration.h"
#include "kube/json_object.h"
#include "kube/quantity.h"
#include "kube/time_units.h"
#include "server/replay/fields.h"

namespace kubegauge::server::replay {
namespace {

using autoscaler::Fetched;
using autoscaler::FetchError;
using autoscaler::MetricQuery;
using autoscaler::MetricReading;
using autoscaler::PodMetric;
using autoscaler::PodUsageList;
using Json = nlohmann::json;

constexpr int64_t kDefaultWindowNs = 60 * kube::kNsPerSecond;

// Null is Go's time that was never set, which is before all others.
absl::StatusOr<int64_t> TimestampOf(const Json& item) {
  if (item.is_object() && item.contains("timestamp") && item["timestamp"].is_null()) return 0;
  return TimeField(item, "timestamp");
}

// The items that an API answered, or its error.
absl::StatusOr<Fetched<const Json*>> ItemsOf(const Json& answer) {
  static const Json kNone = Json::array();
  if (HasField(answer, "error")) {
    const absl::StatusOr<const std::string*> error = TextField(answer, "error");
    if (!error.ok()) return error.status();
    return FetchError{**error};
  }
  if (!HasField(answer, "items")) return &kNone;
  const absl::StatusOr<const Json*> items = ArrayField(answer, "items");
  if (!items.ok()) return items.status();
  return *items;
}

bool Matches(const Json& object, const kube::LabelSelector& selector) {
  const Json& labels = kube::JsonMember(kube::JsonMember(object, "metadata"), "labels");
  return selector.MatchesLabels([&](std::string_view key) {
    const auto found = labels.is_object() ? labels.find(std::string(key)) : labels.end();
    if (found == labels.end() || !found->is_string()) return std::string_view();
    return std::string_view(found->get_ref<const std::string&>());
  });
}

absl::Status AddContainer(const Json& container, PodUsageList& list) {
  const absl::StatusOr<const std::string*> name = TextField(container, "name");
  if (!name.ok()) return name.status();
  const absl::StatusOr<const Json*> usage = NullableObjectField(container, "usage");
  if (!usage.ok()) return usage.status();
  PodUsageList::Container& added = list.containers.emplace_back();
  added.name = **name;
  for (const auto& [resource, value] : (*usage)->items()) {
    const absl::StatusOr<int64_t> milli = MilliField(**usage, resource.c_str());
    if (!milli.ok()) return In("usage", milli.status());
    added.usage.Set(resource, *milli);
  }
  return absl::OkStatus();
}

absl::Status AddPod(const Json& item, PodUsageList& list) {
  const absl::StatusOr<const std::string*> name =
      TextField(kube::JsonMember(item, "metadata"), "name");
  if (!name.ok()) return In("metadata", name.status());
  const absl::StatusOr<int64_t> timestamp_ns = TimestampOf(item);
  if (!timestamp_ns.ok()) return timestamp_ns.status();
  const absl::StatusOr<const std::string*> window = TextField(item, "window");
  if (!window.ok()) return window.status();
  const absl::StatusOr<int64_t> window_ns = kube::ParseGoDuration(**window);
  if (!window_ns.ok()) return In("window", window_ns.status());
  const absl::StatusOr<const Json*> containers = NullableArrayField(item, "containers");
  if (!containers.ok()) return containers.status();
  PodUsageList::PodUsage pod{.name = **name,
                             .timestamp_ns = *timestamp_ns,
                             .window_ns = *window_ns,
                             .first_container = static_cast<uint32_t>(list.containers.size())};
  for (const Json& container : **containers) {
    if (absl::Status status = AddContainer(container, list); !status.ok()) {
      return In("containers", status);
    }
  }
  pod.container_count = static_cast<uint32_t>(list.containers.size()) - pod.first_container;
  list.pods.push_back(pod);
  return absl::OkStatus();
}

absl::StatusOr<PodMetric> SampleOf(const Json& item) {
  const absl::StatusOr<const std::string*> pod = TextField(item, "object");
  if (!pod.ok()) return pod.status();
  const absl::StatusOr<int64_t> timestamp_ns = TimestampOf(item);
  if (!timestamp_ns.ok()) return timestamp_ns.status();
  const absl::StatusOr<int64_t> milli = MilliField(item, "value");
  if (!milli.ok()) return milli.status();
  PodMetric sample{
      .name = **pod, .timestamp_ns = *timestamp_ns, .window_ns = kDefaultWindowNs, .milli = *milli};
  if (HasField(item, "windowSeconds")) {
    const absl::StatusOr<int32_t> seconds = Int32Field(item, "windowSeconds");
    if (!seconds.ok()) return seconds.status();
    sample.window_ns = *seconds * kube::kNsPerSecond;
  }
  return sample;
}

absl::StatusOr<MetricReading> Samples(const Json& items) {
  std::vector<PodMetric> samples;
  for (const Json& item : items) {
    absl::StatusOr<PodMetric> sample = SampleOf(item);
    if (!sample.ok()) return sample.status();
    samples.push_back(*std::move(sample));
  }
  return samples;
}

absl::StatusOr<std::vector<int64_t>> Values(const Json& items) {
  std::vector<int64_t> values;
  for (const Json& item : items) {
    const absl::StatusOr<int64_t> milli = MilliField(item, "value");
    if (!milli.ok()) return milli.status();
    values.push_back(*milli);
  }
  return values;
}

absl::StatusOr<MetricReading> SingleValue(const Json& items) {
  const absl::StatusOr<std::vector<int64_t>> values = Values(items);
  if (!values.ok()) return values.status();
  if (values->size() == 1) return values->front();
  return FetchError{
      fmt::format("the custom metrics API server returned {} results when we asked for exactly one",
                  values->size())};
}

const char* MemberOf(MetricQuery::Api api) {
  switch (api) {
    case MetricQuery::Api::kResource:
      return "resource";
    case MetricQuery::Api::kPods:
      return "podsMetrics";
    case MetricQuery::Api::kObject:
      return "objectMetrics";
    case MetricQuery::Api::kExternal:
      return "externalMetrics";
  }
  return "";
}

absl::StatusOr<MetricReading> ReadItems(const Json& items, MetricQuery::Api api) {
  switch (api) {
    case MetricQuery::Api::kResource:
      return std::monostate();
    case MetricQuery::Api::kPods:
      return Samples(items);
    case MetricQuery::Api::kObject:
      return SingleValue(items);
    case MetricQuery::Api::kExternal:
      return Values(items);
  }
  return std::monostate();
}

}  // namespace

absl::StatusOr<Fetched<PodUsageList>> ReadPodUsage(const Json& metrics,
                                                   const kube::LabelSelector& selector) {
  const absl::StatusOr<Fetched<const Json*>> answer =
      ItemsOf(kube::JsonMember(metrics, "resource"));
  if (!answer.ok()) return In("resource", answer.status());
  if (const auto* error = std::get_if<FetchError>(&*answer)) return *error;
  PodUsageList list;
  for (const Json& item : *std::get<const Json*>(*answer)) {
    if (!Matches(item, selector)) continue;
    if (absl::Status status = AddPod(item, list); !status.ok()) {
      return In("resource: items", status);
    }
  }
  return list;
}

absl::StatusOr<MetricReading> ReadMetric(const Json& metrics, const MetricQuery& query) {
  const char* const member = MemberOf(query.api);
  const Json& answers = kube::JsonMember(metrics, member);
  const absl::StatusOr<Fetched<const Json*>> answer =
      ItemsOf(kube::JsonMember(answers, query.metric.c_str()));
  absl::StatusOr<MetricReading> reading =
      !answer.ok() ? absl::StatusOr<MetricReading>(answer.status())
      : std::holds_alternative<FetchError>(*answer)
          ? absl::StatusOr<MetricReading>(std::get<FetchError>(*answer))
          : ReadItems(*std::get<const Json*>(*answer), query.api);
  if (!reading.ok()) return In(fmt::format("{}: {}", member, query.metric), reading.status());
  return reading;
}

}  // namespace kubegauge::server::replay
