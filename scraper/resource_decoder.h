#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scraper/container_rows.h"
#include "scraper/decoder.h"
#include "scraper/likely_names.h"
#include "scraper/prometheus_text.h"
#include "scraper/usage_families.h"

namespace kubegauge::scraper {

// Decodes a kubelet's `/metrics/resource` as metrics-server does (wire.md C.4 and C.5):
//   - Any line that is not Prometheus text makes the whole body an error; unknown metrics are
//     passed over. Text that ends where a line could end is complete, with or without a line break.
//   - Names are found in the labels textually, without undoing escapes. Lines of containers that
//     lack one of the three labels are passed over; upstream reads something else there or panics.
//   - CPU is truncated to nanoseconds and memory to bytes. Not-a-number, negative figures and what
//     does not fit 64 bits damage their node or container, which upstream gives absurd usage.
//   - The node is left out unless it has both figures and neither is 0. A pod is left out when one
//     of its containers lacks one or has used none.
//   - A container's time is that of its last line with CPU or memory.
class ResourceDecoder : public Decoder {
 public:
  absl::StatusOr<const Sample*> Decode(const ResponseBody& body, int64_t default_time_ns) override;
  void Swap(KnownBody& known) override {
    rows_.SwapOrder(known.order);
    layout_.swap(known.layout);
  }

 private:
  ContainerRow* FindRow(std::string_view labels);
  uint32_t AddRow(std::string_view labels);

  std::shared_ptr<const NodeLayout> layout_;
  LikelyNames likely_;
  PrometheusText text_;
  std::vector<uint32_t> row_of_label_set_;
  ContainerRows rows_;
  uint32_t likely_rows_ = 0;  // of the label sets of the same numbers in likely_
  Sample sample_;
};

}  // namespace kubegauge::scraper
