#include "autoscaler/pod_usage_protobuf_decoder.h"

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "autoscaler/go_milli.h"
#include "autoscaler/quick_milli.h"
#include "autoscaler/wire_time.h"
#include "kube/metadata_fields.h"
#include "kube/protobuf_envelope.h"
#include "kube/protobuf_message.h"
#include "kube/quantity.h"

namespace kubegauge::autoscaler {
namespace {

using kube::BytesField;
using kube::FirstBytes;
using kube::FirstVarint;
using kube::ProtobufMessage;
using kube::TakeBytes;

// Reads the list; remembers the first quantity that is none.
class ListReader {
 public:
  explicit ListReader(PodUsageList& list) : list_(list) {}

  // Throws protozero::exception.
  absl::Status Read(std::string_view bytes) {
    protozero::pbf_reader message = ProtobufMessage(bytes);
    while (message.next(2, protozero::pbf_wire_type::length_delimited)) {
      ReadPod(TakeBytes(message));
    }
    return status_;
  }

 private:
  void ReadPod(std::string_view bytes) {
    PodUsageList::PodUsage pod;
    pod.first_container = static_cast<uint32_t>(list_.containers.size());
    protozero::pbf_reader message = ProtobufMessage(bytes);
    while (message.next()) {
      switch (message.tag_and_type()) {
        case BytesField(1):
          pod.name = FirstBytes(TakeBytes(message));
          break;
        case BytesField(2):
          pod.timestamp_ns = InstantOf(FirstVarint(TakeBytes(message)));
          break;
        case BytesField(3):
          pod.window_ns = DurationOf(FirstVarint(TakeBytes(message)));
          break;
        case BytesField(4):
          ReadContainer(TakeBytes(message));
          break;
        default:
          message.skip();
      }
    }
    pod.container_count = static_cast<uint32_t>(list_.containers.size()) - pod.first_container;
    list_.pods.push_back(pod);
  }

  void ReadContainer(std::string_view bytes) {
    PodUsageList::Container& container = list_.containers.emplace_back();
    protozero::pbf_reader message = ProtobufMessage(bytes);
    while (message.next()) {
      switch (message.tag_and_type()) {
        case BytesField(1):
          container.name = TakeBytes(message);
          break;
        case BytesField(2): {
          const auto [resource, quantity] = kube::ReadProtobufMapEntry(TakeBytes(message));
          container.usage.Set(resource, MilliOf(FirstBytes(quantity)));
          break;
        }
        default:
          message.skip();
      }
    }
  }

  int64_t MilliOf(std::string_view text) {
    if (text.data() == nullptr) return 0;  // there is none
    if (const std::optional<int64_t> milli = QuickMilli(text)) return *milli;
    const absl::StatusOr<kube::Quantity> quantity = kube::Quantity::Parse(text);
    if (quantity.ok()) return GoMilli(*quantity);
    if (status_.ok()) {
      status_ = absl::InvalidArgumentError("unable to decode the PodMetricsList: " +
                                           std::string(quantity.status().message()));
    }
    return 0;
  }

  PodUsageList& list_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<PodUsageList> DecodeProtobufPodUsage(std::string body) {
  const auto kept = std::make_shared<const std::string>(std::move(body));
  const absl::StatusOr<kube::ProtobufEnvelope> envelope = kube::OpenProtobufEnvelope(*kept);
  if (!envelope.ok()) return envelope.status();
  if (envelope->kind != "PodMetricsList") {
    return absl::InvalidArgumentError("unable to decode the PodMetricsList: it is a " +
                                      std::string(envelope->kind));
  }
  PodUsageList list{.pods = {}, .containers = {}, .keep_alive = kept};
  absl::Status values;
  const absl::Status read = kube::CatchMalformedProtobuf(
      "the PodMetricsList", [&] { values = ListReader(list).Read(envelope->raw); });
  if (!read.ok()) return read;
  if (!values.ok()) return values;
  return list;
}

}  // namespace kubegauge::autoscaler
