#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "scraper/container_rows.h"
#include "scraper/decoder.h"

namespace kubegauge::scraper {

// Decodes a kubelet's `/stats/summary` (wire.md C.7), in full or with only_cpu_and_memory, by the
// rules of metrics-server 0.5, which read it:
//   - The node needs cpu.time, cpu.usageCoreNanoSeconds and memory.workingSetBytes; a container
//     needs startTime, too. Neither figure may be 0. A pod is left out when one of its containers
//     fails that.
//   - The time of both figures is cpu.time. It has whole seconds only.
//   - Missing and null members are alike. A member of the wrong type makes the whole body an error,
//     but what is of no use here is only checked for UTF-8 and matching brackets.
// Of every container, and of the node, it also gives cpu.usageNanoCores: the rate that cAdvisor saw
// between its last two readings. Those are 10 to 30 s apart (10 s of housekeeping, up to 15 s
// where nothing happened, with as much again at random), and nothing in the body says how far.
// Kubelets write 0 where they know no rate, too.
//
// A body without kBodyPadding readable bytes after it is copied first. The names in the sample are
// in memory of the decoder. `default_time_ns` is not used.
class SummaryDecoder : public Decoder {
 public:
  SummaryDecoder();
  ~SummaryDecoder() override;

  absl::StatusOr<const Sample*> Decode(const ResponseBody& body, int64_t default_time_ns) override;
  void Swap(KnownBody& known) override { rows_.SwapOrder(known.order); }

 private:
  // Keeps the JSON library out of this header.
  class Reader;

  std::unique_ptr<Reader> reader_;
  ContainerRows rows_;
  Sample sample_;
};

}  // namespace kubegauge::scraper
