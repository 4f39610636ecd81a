#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scraper/container_rows.h"
#include "scraper/decoder.h"
#include "scraper/prometheus_text.h"

namespace kubegauge::scraper {

// Decodes a kubelet's `/metrics/cadvisor` (wire.md C.8). Text and figures are read as
// ResourceDecoder does; what a line is of, its labels say:
//   - The node is the cgroup of id "/".
//   - A container is what has names for container, pod and namespace, and is not a sandbox
//     (container "POD"). Other cgroups, such as those of pods, are passed over. So a node whose
//     cAdvisor cannot ask its container runtime has no pods here.
//   - CPU is that of cpu "total" or of no cpu label; where there is none, the sum over the CPUs.
//   - Of a container that restarted, its old cgroup may still be there: the one that started last
//     counts.
class CadvisorDecoder : public Decoder {
 public:
  absl::StatusOr<const Sample*> Decode(const ResponseBody& body, int64_t default_time_ns) override;
  void Swap(KnownBody& known) override { rows_.SwapOrder(known.order); }

 private:
  // What the lines of a label set are of.
  struct Subject {
    uint32_t row;
    bool is_one_cpu = false;
  };

  Subject FindSubject(std::string_view labels);
  Subject ReadSubject(std::string_view labels);

  PrometheusText text_;
  ContainerRow node_;
  std::vector<Subject> subject_of_label_set_;
  ContainerRows rows_;
  Sample sample_;
};

}  // namespace kubegauge::scraper
