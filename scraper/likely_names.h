#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "scraper/container_rows.h"
#include "scraper/node_points.h"
#include "scraper/prometheus_text.h"

namespace kubegauge::scraper {

// The label sets that a body of `/metrics/resource` most likely begins with: those of the
// containers that the node had before, in the order of the body before, then those of its pods, in
// theirs. Names are taken from the node's layout, so that remembering a body costs no memory.
class LikelyNames final : public LikelyLabelSets {
 public:
  struct Names {
    std::string_view namespace_name;
    std::string_view pod;
    std::string_view container;
  };

  // `order` has for each container of the layout the number of its label set. `layout` must outlive
  // the use; null when the node is new.
  void Begin(const NodeLayout* layout, const ContainerRows::Order& order);

  const char* FindEnd(uint32_t set, const char* text, const char* end) const override;

  // So many sets are those of containers, the first ones.
  uint32_t container_count() const { return static_cast<uint32_t>(containers_.size()); }
  const Names& container(uint32_t set) const { return containers_[set]; }

 private:
  std::vector<Names> containers_;
  const NodeLayout* layout_ = nullptr;
};

}  // namespace kubegauge::scraper
