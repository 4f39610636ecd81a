#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "apiservice/json_text.h"
#include "apiservice/metrics_items.h"
#include "apiservice/metrics_json.h"

namespace kubegauge::apiservice {

// What is particular to nodes and to pods as JSON. `Bound` is how many bytes an object or its cells
// take at most; the others give the end of what they wrote to `out`.
struct NodeJson {
  using Items = NodeItems;
  static constexpr std::string_view kKind = "NodeMetrics";
  static size_t Bound(const Items& items) { return MetricsJson::NodeBound(items.meta()); }
  static char* WriteObject(const MetricsJson& json, const Items& items, char* out) {
    return json.WriteNode(items.meta(), items.usage(), out);
  }
  static char* WriteCells(const MetricsJson& json, const Items& items, char* out) {
    return json.WriteNodeCells(items.meta(), items.usage(), out);
  }
};

struct PodJson {
  using Items = PodItems;
  static constexpr std::string_view kKind = "PodMetrics";
  static size_t Bound(const Items& items) {
    return MetricsJson::PodBound(items.meta(), items.usage());
  }
  static char* WriteObject(const MetricsJson& json, const Items& items, char* out) {
    return json.WritePod(items.meta(), items.usage(), out);
  }
  static char* WriteCells(const MetricsJson& json, const Items& items, char* out) {
    return json.WritePodCells(items.meta(), items.usage(), out);
  }
};

// The type of what stands for metrics objects in meta.k8s.io:
// `"kind":"<kind>","apiVersion":"meta.k8s.io/<version>",`
inline std::string MetaTypeMembers(std::string_view kind, std::string_view version) {
  return fmt::format("\"kind\":\"{}\",\"apiVersion\":\"meta.k8s.io/{}\",", kind, version);
}

}  // namespace kubegauge::apiservice
