#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "apiservice/http.h"
#include "apiservice/metrics_items.h"
#include "apiservice/metrics_list.h"
#include "apiservice/protobuf_writer.h"

namespace kubegauge::apiservice {

// Writes single objects of metrics.k8s.io as protobuf, byte for byte as upstream does (wire.md
// A.12): every field that is no pointer is there, even when empty. Nothing is allocated.
class MetricsProtobuf {
 public:
  // `version` is "v1beta1" or "v1"; `now_ns` becomes every object's creationTimestamp.
  MetricsProtobuf(std::string_view version, int64_t now_ns);

  const std::string& api_version() const { return api_version_; }

  void WriteNode(const kube::ObjectMeta& meta, const scraper::Usage& usage,
                 BackwardWriter& out) const;
  void WritePod(const kube::ObjectMeta& meta, const scraper::PodUsage& usage,
                BackwardWriter& out) const;

  // How much room the messages need at most.
  static size_t NodeBound(const kube::ObjectMeta& meta);
  static size_t PodBound(const kube::ObjectMeta& meta, const scraper::PodUsage& usage);

 private:
  void WriteMetadata(const kube::ObjectMeta& meta, BackwardWriter& out) const;

  std::string api_version_;
  int64_t now_ns_;
};

// Bodies as metrics_list.h has them for JSON. A list's length stands in front of it, so its items
// are written twice: once to measure them, once to send them. They never stand in memory together.
std::unique_ptr<BodyStream> ProtobufBody(NodeItems items, const MetricsProtobuf& writer, Form form);
std::unique_ptr<BodyStream> ProtobufBody(PodItems items, const MetricsProtobuf& writer, Form form);

}  // namespace kubegauge::apiservice
