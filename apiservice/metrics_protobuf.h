#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "apiservice/metrics_items.h"
#include "apiservice/protobuf_writer.h"

namespace kubegauge::apiservice {

// Writes single objects of metrics.k8s.io as protobuf, byte for byte as upstream does (wire.md
// A.12): every field that is no pointer is there, even when empty. Nothing is allocated.
class MetricsProtobuf {
 public:
  // `version` is "v1beta1" or "v1"; `now_ns` becomes every object's creationTimestamp.
  MetricsProtobuf(std::string_view version, int64_t now_ns);

  const std::string& api_version() const { return api_version_; }

  // Objects of a watch say which version of the state they are of; those of lists do not.
  void SetResourceVersion(std::string_view version);

  void WriteNode(const kube::ObjectMeta& meta, const scraper::Usage& usage,
                 BackwardWriter& out) const;
  void WritePod(const kube::ObjectMeta& meta, const scraper::PodUsage& usage,
                BackwardWriter& out) const;

  // How much room the messages need at most.
  static size_t NodeBound(const kube::ObjectMeta& meta);
  static size_t PodBound(const kube::ObjectMeta& meta, const scraper::PodUsage& usage);

  // The field `metadata` of an object; the whole of a PartialObjectMetadata.
  void WriteMetadata(const kube::ObjectMeta& meta, BackwardWriter& out) const;

 private:
  std::string api_version_;
  int64_t now_ns_;
  std::string shared_fields_;  // 4 to 8 of an object's metadata, which all objects share
};

}  // namespace kubegauge::apiservice
