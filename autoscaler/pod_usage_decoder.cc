#include "autoscaler/pod_usage_decoder.h"

#include <memory>
#include <utility>

#include "autoscaler/json_walk.h"
#include "autoscaler/metrics_answer_limits.h"
#include "autoscaler/wire_time.h"

namespace kubegauge::autoscaler {
namespace {

using simdjson::ondemand::value;

// What the texts of the list are views into.
struct Document {
  std::string json;
  simdjson::ondemand::parser parser;
};

absl::Status ReadWindow(value json, int64_t& window_ns) {
  std::string_view text;
  if (absl::Status read = ReadText(json, text); !read.ok() || text.data() == nullptr) return read;
  const absl::StatusOr<int64_t> duration = ParseDuration(text);
  if (!duration.ok()) return duration.status();
  window_ns = *duration;
  return absl::OkStatus();
}

absl::Status ReadUsage(value json, ResourceAmounts& usage, size_t& resources) {
  return ForEachMember(json, [&](std::string_view resource, value amount) -> absl::Status {
    if (absl::Status room = CheckRoomForResource(resources++); !room.ok()) return room;
    int64_t milli = 0;
    if (absl::Status read = ReadMilli(amount, milli); !read.ok()) return read;
    usage.Set(resource, milli);
    return absl::OkStatus();
  });
}

absl::Status ReadContainer(value json, PodUsageList::Container& container) {
  size_t resources = 0;
  return ForEachMember(json, [&](std::string_view key, value member) -> absl::Status {
    if (key == "name") return ReadText(member, container.name);
    if (key == "usage") return ReadUsage(member, container.usage, resources);
    return absl::OkStatus();
  });
}

absl::Status ReadName(value metadata, std::string_view& name) {
  return ForEachMember(metadata, [&](std::string_view key, value member) -> absl::Status {
    return key == "name" ? ReadText(member, name) : absl::OkStatus();
  });
}

absl::Status ReadPod(value json, PodUsageList& list) {
  if (absl::Status room = CheckRoomForItem("pods", list.pods.size()); !room.ok()) return room;
  PodUsageList::PodUsage pod;
  pod.first_container = static_cast<uint32_t>(list.containers.size());
  absl::Status read = ForEachMember(json, [&](std::string_view key, value member) -> absl::Status {
    if (key == "metadata") return ReadName(member, pod.name);
    if (key == "timestamp") return ReadInstant(member, pod.timestamp_ns);
    if (key == "window") return ReadWindow(member, pod.window_ns);
    if (key != "containers") return absl::OkStatus();
    return ForEachElement(member, [&](value container) -> absl::Status {
      absl::Status room = CheckRoomForItem("containers", list.containers.size());
      if (!room.ok()) return room;
      return ReadContainer(container, list.containers.emplace_back());
    });
  });
  pod.container_count = static_cast<uint32_t>(list.containers.size()) - pod.first_container;
  list.pods.push_back(pod);
  return read;
}

}  // namespace

absl::StatusOr<PodUsageList> DecodePodUsage(std::string json) {
  const auto document = std::make_shared<Document>();
  document->json = std::move(json);
  document->json.reserve(document->json.size() + simdjson::SIMDJSON_PADDING);
  PodUsageList list;
  const absl::Status read = ForEachMemberOfDocument(
      "the PodMetricsList", simdjson::padded_string_view(document->json), document->parser,
      [&](std::string_view key, value member) -> absl::Status {
        if (key != "items") return absl::OkStatus();
        return ForEachElement(member, [&](value pod) { return ReadPod(pod, list); });
      });
  if (!read.ok()) return read;
  list.keep_alive = document;
  return list;
}

}  // namespace kubegauge::autoscaler
