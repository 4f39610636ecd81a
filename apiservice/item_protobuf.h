#pragma once

#include <string_view>
#include <vector>

#include "apiservice/metrics_items.h"
#include "apiservice/metrics_protobuf.h"

namespace kubegauge::apiservice {

// What is particular to nodes and to pods as protobuf.
struct NodeProtobuf {
  using Items = NodeItems;
  static constexpr std::string_view kKind = "NodeMetrics";
  static size_t Bound(const Items& items) { return MetricsProtobuf::NodeBound(items.meta()); }
  static void Write(const MetricsProtobuf& writer, const Items& items, BackwardWriter& out) {
    writer.WriteNode(items.meta(), items.usage(), out);
  }
};

struct PodProtobuf {
  using Items = PodItems;
  static constexpr std::string_view kKind = "PodMetrics";
  static size_t Bound(const Items& items) {
    return MetricsProtobuf::PodBound(items.meta(), items.usage());
  }
  static void Write(const MetricsProtobuf& writer, const Items& items, BackwardWriter& out) {
    writer.WritePod(items.meta(), items.usage(), out);
  }
};

// Writes items one by one into memory of its own: objects, or only their metadata.
template <class Kind>
class ItemProtobuf {
 public:
  ItemProtobuf(const MetricsProtobuf& writer, bool only_metadata)
      : writer_(writer), only_metadata_(only_metadata) {}

  // The message of the current item, as field `field` of its list unless that is 0. Valid until
  // the next call.
  std::string_view Write(const typename Kind::Items& items, uint32_t field) {
    const size_t bound = Kind::Bound(items);
    if (memory_.size() < bound) memory_.resize(2 * bound);
    char* const end = memory_.data() + memory_.size();
    BackwardWriter out(end);
    if (only_metadata_) {
      writer_.WriteMetadata(items.meta(), out);
    } else {
      Kind::Write(writer_, items, out);
    }
    if (field > 0) out.Message(field, end);
    return {out.begin(), static_cast<size_t>(end - out.begin())};
  }

 private:
  MetricsProtobuf writer_;
  bool only_metadata_;
  std::vector<char> memory_;
};

}  // namespace kubegauge::apiservice
