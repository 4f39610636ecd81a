#include "scraper/resource_decoder.h"

#include <fmt/format.h>

#include <iterator>
#include <limits>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace kubegauge::scraper {
namespace {

constexpr uint32_t kUnseen = std::numeric_limits<uint32_t>::max();
constexpr uint32_t kNoContainer = kUnseen - 1;

// What stands between `opening`, such as `pod="`, where it comes first, and the next quote.
std::optional<std::string_view> FindQuoted(std::string_view labels, std::string_view opening) {
  size_t begin = labels.find(opening);
  if (begin == std::string_view::npos) return std::nullopt;
  begin += opening.size();
  const size_t end = labels.find('"', begin);
  if (end == std::string_view::npos) return std::nullopt;
  return labels.substr(begin, end - begin);
}

// What labels say of a container that has all three; views into them.
std::optional<ContainerRow> FindNames(std::string_view labels) {
  const auto container = FindQuoted(labels, "container=\"");
  const auto pod = FindQuoted(labels, "pod=\"");
  const auto namespace_name = FindQuoted(labels, "namespace=\"");
  if (!container || !pod || !namespace_name) return std::nullopt;
  return ContainerRow{.namespace_name = *namespace_name, .pod = *pod, .container = *container};
}

// The same in one pass over the labels that kubelets give, in their order. nullopt for all others,
// and where a value could be taken for a label that FindNames finds.
std::optional<ContainerRow> ReadUsualNames(std::string_view labels) {
  static constexpr std::string_view kOpenings[] = {"{container=\"", "\",namespace=\"", "\",pod=\""};
  std::string_view values[std::size(kOpenings)];
  for (size_t i = 0; i < std::size(kOpenings); ++i) {
    if (!labels.starts_with(kOpenings[i])) return std::nullopt;
    labels.remove_prefix(kOpenings[i].size());
    values[i] = labels.substr(0, labels.find('"'));
    if (values[i].ends_with('=')) return std::nullopt;
    labels.remove_prefix(values[i].size());
  }
  if (!labels.starts_with('"')) return std::nullopt;
  return ContainerRow{.namespace_name = values[1], .pod = values[2], .container = values[0]};
}

}  // namespace

absl::StatusOr<const Sample*> ResourceDecoder::Decode(const ResponseBody& body,
                                                      int64_t default_time_ns) {
  const int64_t request_time_ns = TruncateToMilliseconds(default_time_ns);
  likely_.Begin(layout_.get(), rows_.order());
  text_.Begin(body.text, &likely_);
  rows_.Clear();
  likely_rows_ = 0;
  row_of_label_set_.clear();
  sample_.Clear();
  ContainerRow node;
  const auto use = [&](UsageFamily family, const PrometheusSample& sample, uint32_t line) {
    const bool is_node = family == UsageFamily::kNodeCpu || family == UsageFamily::kNodeMemory;
    ContainerRow* const row = is_node ? &node : FindRow(sample.labels);
    if (row == nullptr || SetFigure(family, sample, line, request_time_ns, *row)) return;
    if (sample_.damage.empty()) sample_.damage = DescribeDamage(sample);
  };
  if (const absl::Status status = ForEachUsageSample(text_, use); !status.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("/metrics/resource is not Prometheus text: {}", std::string(status.message())));
  }
  if (node.point.cpu_ns != 0 && node.point.working_set_bytes != 0) sample_.node = node.point;
  sample_.node_is_damaged = node.is_damaged();
  // Then the rows are just the containers of the layout.
  const bool all_likely = likely_rows_ != 0 && likely_rows_ == rows_.size() &&
                          likely_rows_ == likely_.container_count();
  rows_.AppendTo(sample_, all_likely);
  if (all_likely && sample_.containers.size() == rows_.size()) sample_.layout = layout_.get();
  return &sample_;
}

// The row of the container that the sample just read is of, or null when it names none.
ContainerRow* ResourceDecoder::FindRow(std::string_view labels) {
  if (labels.empty()) return nullptr;
  const uint32_t set = text_.label_set();
  if (set >= row_of_label_set_.size()) row_of_label_set_.resize(text_.label_set_count(), kUnseen);
  uint32_t& row = row_of_label_set_[set];
  if (row == kUnseen) row = AddRow(labels);
  return row == kNoContainer ? nullptr : &rows_[row];
}

uint32_t ResourceDecoder::AddRow(std::string_view labels) {
  const uint32_t set = text_.label_set();
  if (set == rows_.size() && set < text_.likely_set_count() && set < likely_.container_count()) {
    const LikelyNames::Names& names = likely_.container(set);
    ++likely_rows_;
    return rows_.Add(
        {.namespace_name = names.namespace_name, .pod = names.pod, .container = names.container});
  }
  std::optional<ContainerRow> names = ReadUsualNames(labels);
  if (!names) names = FindNames(labels);
  return names ? rows_.Add(*names) : kNoContainer;
}

}  // namespace kubegauge::scraper
