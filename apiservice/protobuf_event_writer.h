#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "apiservice/item_protobuf.h"
#include "apiservice/metrics_protobuf.h"
#include "apiservice/protobuf_message.h"
#include "apiservice/watch_events.h"
#include "apiservice/watch_frame.h"

namespace kubegauge::apiservice {

// The objects of a watch's events as whole bodies in protobuf: objects or metadata, as
// JsonEventWriter gives them in JSON. `Kind` is NodeProtobuf or PodProtobuf.
template <class Kind>
class ProtobufEventWriter {
 public:
  static constexpr Encoding kEncoding = Encoding::kProtobuf;
  using Items = typename Kind::Items;

  explicit ProtobufEventWriter(const WatchTarget& target)
      : only_metadata_(target.negotiated.view != View::kObject),
        kind_(only_metadata_ ? "PartialObjectMetadata" : Kind::kKind),
        api_version_(only_metadata_ ? fmt::format("meta.k8s.io/{}", target.negotiated.meta_version)
                                    : fmt::format("metrics.k8s.io/{}", target.api_version)),
        target_version_(target.api_version) {}

  void SetState(uint64_t version, int64_t now_ns) {
    version_ = fmt::format("{}", version);
    MetricsProtobuf protobuf(target_version_, now_ns);
    protobuf.SetResourceVersion(version_);
    writer_ = ItemProtobuf<Kind>(protobuf, only_metadata_);
  }

  std::string_view Object(const Items& items) { return body_ = Body(writer_.Write(items, 0)); }

  std::string Bookmark(bool initial_end) const {
    ProtobufMessage metadata;
    for (const uint32_t field : {1u, 2u, 3u, 4u, 5u}) metadata.Bytes(field, "");
    metadata.Bytes(6, version_).Varint(7, 0).Bytes(8, "");
    if (initial_end) {
      metadata.Message(12,
                       ProtobufMessage().Bytes(1, "k8s.io/initial-events-end").Bytes(2, "true"));
    }
    ProtobufMessage object;
    object.Message(1, metadata);
    if (!only_metadata_) object.Bytes(2, "").Message(3, ProtobufMessage().Varint(1, 0));
    return Body(object.bytes());
  }

 private:
  std::string Body(std::string_view message) const {
    return ProtobufEnvelopeHead(api_version_, kind_, message.size())
        .append(message)
        .append(kProtobufEnvelopeTail);
  }

  bool only_metadata_;
  std::string kind_;
  std::string api_version_;
  std::string target_version_;
  std::string version_;
  ItemProtobuf<Kind> writer_{MetricsProtobuf("v1", 0), false};
  std::string body_;
};

}  // namespace kubegauge::apiservice
