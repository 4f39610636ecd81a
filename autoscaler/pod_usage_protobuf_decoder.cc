#include "autoscaler/pod_usage_protobuf_decoder.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "autoscaler/go_milli.h"
#include "autoscaler/metrics_answer_limits.h"
#include "autoscaler/quick_milli.h"
#include "autoscaler/wire_time.h"
#include "kube/protobuf_envelope.h"
#include "kube/protobuf_fields.h"
#include "kube/protobuf_message.h"
#include "kube/quantity.h"
#include "kube/status_context.h"

namespace kubegauge::autoscaler {
namespace {

using kube::BytesField;
using kube::FirstBytes;
using kube::FirstVarint;
using kube::ProtobufFields;

// Reads the list; remembers the first quantity that is none and the first limit that is passed, and
// keeps nothing beyond that. Throws protozero::exception.
class ListReader {
 public:
  explicit ListReader(PodUsageList& list) : list_(list) {}

  absl::Status Read(std::string_view message) {
    for (ProtobufFields field(message); field.Next();) {
      if (field.key() != BytesField(2)) continue;
      ReadPod(field.bytes());
      if (list_.pods.size() == 1) ReserveContainers(message.size());
    }
    return status_;
  }

 private:
  // Most pods of one template have as many containers, each of which takes some bytes.
  void ReserveContainers(size_t list_bytes) {
    list_.containers.reserve(
        std::min({list_.pods.capacity() * list_.containers.size(), list_bytes, kMaxItemsOfAnswer}));
  }

  void ReadPod(std::string_view message) {
    if (!Keeps(CheckRoomForItem("pods", list_.pods.size()))) return;
    PodUsageList::PodUsage pod;
    pod.first_container = static_cast<uint32_t>(list_.containers.size());
    for (ProtobufFields field(message); field.Next();) {
      switch (field.key()) {
        case BytesField(1):
          pod.name = FirstBytes(field.bytes());
          break;
        case BytesField(2):
          pod.timestamp_ns = InstantOf(FirstVarint(field.bytes()));
          break;
        case BytesField(3):
          pod.window_ns = DurationOf(FirstVarint(field.bytes()));
          break;
        case BytesField(4):
          ReadContainer(field.bytes());
          break;
      }
    }
    pod.container_count = static_cast<uint32_t>(list_.containers.size()) - pod.first_container;
    list_.pods.push_back(pod);
  }

  void ReadContainer(std::string_view message) {
    if (!Keeps(CheckRoomForItem("containers", list_.containers.size()))) return;
    PodUsageList::Container& container = list_.containers.emplace_back();
    size_t resources = 0;
    for (ProtobufFields field(message); field.Next();) {
      if (field.key() == BytesField(1)) container.name = field.bytes();
      if (field.key() == BytesField(2) && Keeps(CheckRoomForResource(resources++))) {
        ReadUsage(field.bytes(), container.usage);
      }
    }
  }

  void ReadUsage(std::string_view entry, ResourceAmounts& usage) {
    std::string_view resource;
    std::string_view quantity;
    for (ProtobufFields field(entry); field.Next();) {
      if (field.key() == BytesField(1)) resource = field.bytes();
      if (field.key() == BytesField(2)) quantity = field.bytes();
    }
    usage.Set(resource, MilliOf(FirstBytes(quantity)));
  }

  int64_t MilliOf(std::string_view text) {
    if (text.data() == nullptr) return 0;  // there is none
    if (const std::optional<int64_t> milli = QuickMilli(text)) return *milli;
    const absl::StatusOr<int64_t> milli = ParseGoMilli(text);
    if (milli.ok()) return *milli;
    Fail(milli.status());
    return 0;
  }

  bool Keeps(const absl::Status& room) {
    if (!room.ok()) Fail(room);
    return room.ok();
  }

  void Fail(const absl::Status& why) {
    if (status_.ok()) status_ = kube::WithContext(why, "unable to decode the PodMetricsList");
  }

  PodUsageList& list_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<PodUsageList> DecodeProtobufPodUsage(std::string body, size_t likely_pods) {
  const auto kept = std::make_shared<const std::string>(std::move(body));
  const absl::StatusOr<kube::ProtobufEnvelope> envelope = kube::OpenProtobufEnvelope(*kept);
  if (!envelope.ok()) return envelope.status();
  if (envelope->kind != "PodMetricsList") {
    return absl::InvalidArgumentError("unable to decode the PodMetricsList: it is a " +
                                      std::string(envelope->kind));
  }
  PodUsageList list{.pods = {}, .containers = {}, .keep_alive = kept};
  list.pods.reserve(likely_pods);
  absl::Status values;
  const absl::Status read = kube::CatchMalformedProtobuf(
      "the PodMetricsList", [&] { values = ListReader(list).Read(envelope->raw); });
  if (!read.ok()) return read;
  if (!values.ok()) return values;
  return list;
}

}  // namespace kubegauge::autoscaler
