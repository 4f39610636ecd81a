#include "scraper/cadvisor_decoder.h"

#include <fmt/format.h>

#include <limits>
#include <string>

#include "absl/status/status.h"
#include "scraper/prometheus_labels.h"
#include "scraper/usage_families.h"

namespace kubegauge::scraper {
namespace {

// Values of Subject::row that are no rows.
constexpr uint32_t kUnseen = std::numeric_limits<uint32_t>::max();
constexpr uint32_t kNothing = kUnseen - 1;
constexpr uint32_t kNode = kUnseen - 2;

struct SubjectLabels {
  ContainerRow names;
  std::string_view cpu;
};

SubjectLabels ReadLabels(std::string_view labels) {
  SubjectLabels subject;
  PrometheusLabels walker(labels);
  for (std::string_view name, value; walker.Next(name, value);) {
    if (name == "container") subject.names.container = value;
    if (name == "pod") subject.names.pod = value;
    if (name == "namespace") subject.names.namespace_name = value;
    if (name == "id") subject.names.cgroup = value;
    if (name == "cpu") subject.cpu = value;
  }
  return subject;
}

bool IsContainer(const ContainerRow& names) {
  return !names.container.empty() && names.container != "POD" && !names.pod.empty() &&
         !names.namespace_name.empty();
}

}  // namespace

absl::StatusOr<const Sample*> CadvisorDecoder::Decode(const ResponseBody& body,
                                                      int64_t default_time_ns) {
  const int64_t request_time_ns = TruncateToMilliseconds(default_time_ns);
  text_.Begin(body.text);
  node_ = {};
  rows_.Clear();
  subject_of_label_set_.clear();
  sample_.Clear();
  const auto use = [&](UsageFamily family, const PrometheusSample& sample, uint32_t line) {
    if (family == UsageFamily::kNodeCpu || family == UsageFamily::kNodeMemory) return;
    const Subject subject = FindSubject(sample.labels);
    if (subject.row == kNothing) return;
    ContainerRow& row = subject.row == kNode ? node_ : rows_[subject.row];
    bool is_sound = true;
    if (!subject.is_one_cpu) {
      is_sound = SetFigure(family, sample, line, request_time_ns, row);
    } else if (family == UsageFamily::kContainerCpu) {
      is_sound = AddFigureOfOneCpu(sample, row);
    }
    if (!is_sound && sample_.damage.empty()) sample_.damage = DescribeDamage(sample);
  };
  if (const absl::Status status = ForEachUsageSample(text_, use); !status.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("/metrics/cadvisor is not Prometheus text: {}", std::string(status.message())));
  }
  const UsagePoint node = PointOf(node_);
  sample_.node_is_damaged = node_.is_damaged();
  if (!sample_.node_is_damaged && node.cpu_ns != 0 && node.working_set_bytes != 0) {
    sample_.node = node;
  }
  rows_.AppendTo(sample_);
  return &sample_;
}

CadvisorDecoder::Subject CadvisorDecoder::FindSubject(std::string_view labels) {
  if (labels.empty()) return {kNothing};
  const uint32_t set = text_.label_set();
  if (set >= subject_of_label_set_.size()) {
    subject_of_label_set_.resize(text_.label_set_count(), Subject{kUnseen});
  }
  Subject& subject = subject_of_label_set_[set];
  if (subject.row == kUnseen) subject = ReadSubject(labels);
  return subject;
}

CadvisorDecoder::Subject CadvisorDecoder::ReadSubject(std::string_view labels) {
  const SubjectLabels read = ReadLabels(labels);
  const bool is_one_cpu = !read.cpu.empty() && read.cpu != "total";
  if (read.names.cgroup == "/") return {kNode, is_one_cpu};
  if (!IsContainer(read.names)) return {kNothing};
  return {rows_.Add(read.names), is_one_cpu};
}

}  // namespace kubegauge::scraper
