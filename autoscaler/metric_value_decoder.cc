#include "autoscaler/metric_value_decoder.h"

#include <string>

#include "autoscaler/json_walk.h"
#include "autoscaler/metrics_answer_limits.h"

namespace kubegauge::autoscaler {
namespace {

using simdjson::ondemand::value;

constexpr int64_t kDefaultWindowSeconds = 60;

absl::Status ReadName(value described_object, std::string& name) {
  std::string_view text;
  absl::Status read =
      ForEachMember(described_object, [&](std::string_view key, value member) -> absl::Status {
        return key == "name" ? ReadText(member, text) : absl::OkStatus();
      });
  name = std::string(text);
  return read;
}

absl::Status ReadSeconds(value json, int64_t& duration_ns) {
  int64_t seconds = 0;
  if (json.is_null().value_unsafe()) return absl::OkStatus();
  if (const auto error = json.get_int64().get(seconds)) return JsonError(error);
  duration_ns = DurationOfSeconds(seconds);
  return absl::OkStatus();
}

absl::Status ReadSample(value json, PodSample& sample) {
  sample.window_ns = DurationOfSeconds(kDefaultWindowSeconds);
  return ForEachMember(json, [&](std::string_view key, value member) -> absl::Status {
    if (key == "describedObject") return ReadName(member, sample.name);
    if (key == "timestamp") return ReadInstant(member, sample.timestamp_ns);
    if (key == "value") return ReadMilli(member, sample.milli);
    // The former is of v1beta1, the latter of v1beta2.
    if (key == "window" || key == "windowSeconds") return ReadSeconds(member, sample.window_ns);
    return absl::OkStatus();
  });
}

absl::Status ReadExternalValue(value json, int64_t& milli) {
  return ForEachMember(json, [&](std::string_view key, value member) -> absl::Status {
    return key == "value" ? ReadMilli(member, milli) : absl::OkStatus();
  });
}

template <class Item, class ReadItem>
absl::StatusOr<std::vector<Item>> DecodeItems(std::string_view what, std::string_view json,
                                              const ReadItem& read_item) {
  const simdjson::padded_string padded(json);
  simdjson::ondemand::parser parser;
  std::vector<Item> items;
  const absl::Status read = ForEachMemberOfDocument(
      what, padded, parser, [&](std::string_view key, value member) -> absl::Status {
        if (key != "items") return absl::OkStatus();
        return ForEachElement(member, [&](value item) -> absl::Status {
          if (absl::Status room = CheckRoomForItem("values", items.size()); !room.ok()) return room;
          return read_item(item, items.emplace_back());
        });
      });
  if (!read.ok()) return read;
  return items;
}

}  // namespace

absl::StatusOr<std::vector<PodSample>> DecodeMetricValues(std::string_view json) {
  return DecodeItems<PodSample>("the MetricValueList", json, ReadSample);
}

absl::StatusOr<std::vector<int64_t>> DecodeExternalMetricValues(std::string_view json) {
  return DecodeItems<int64_t>("the ExternalMetricValueList", json, ReadExternalValue);
}

}  // namespace kubegauge::autoscaler
