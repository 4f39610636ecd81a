#include "scraper/container_rows.h"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <numeric>
#include <optional>

namespace kubegauge::scraper {
namespace {

bool SamePod(const ContainerRow& a, const ContainerRow& b) {
  return a.pod == b.pod && a.namespace_name == b.namespace_name;
}

std::strong_ordering Compare(const ContainerRow& a, const ContainerRow& b) {
  if (const auto order = a.namespace_name <=> b.namespace_name; order != 0) return order;
  if (const auto order = a.pod <=> b.pod; order != 0) return order;
  if (const auto order = a.container <=> b.container; order != 0) return order;
  return a.cgroup <=> b.cgroup;
}

uint32_t LastLine(const ContainerRow& row) { return std::max(row.cpu_line, row.memory_line); }

// Adds the figures of another row for the same container in the same cgroup.
void Merge(const ContainerRow& from, ContainerRow& to) {
  if (LastLine(from) > LastLine(to)) to.point.timestamp_ns = from.point.timestamp_ns;
  if (from.cpu_line > to.cpu_line) {
    to.point.cpu_ns = from.point.cpu_ns;
    to.cpu_is_damaged = from.cpu_is_damaged;
    to.cpu_line = from.cpu_line;
  }
  if (from.memory_line > to.memory_line) {
    to.point.working_set_bytes = from.point.working_set_bytes;
    to.memory_is_damaged = from.memory_is_damaged;
    to.memory_line = from.memory_line;
  }
  if (from.start_line > to.start_line) {
    to.point.start_time_ns = from.point.start_time_ns;
    to.start_line = from.start_line;
  }
  to.per_cpu_ns += from.per_cpu_ns;
  if (from.instantaneous_nanocores) to.instantaneous_nanocores = from.instantaneous_nanocores;
}

bool IsNewer(const ContainerRow& a, const ContainerRow& b) {
  if (a.point.start_time_ns != b.point.start_time_ns) {
    return a.point.start_time_ns > b.point.start_time_ns;
  }
  return a.point.timestamp_ns > b.point.timestamp_ns;
}

}  // namespace

UsagePoint PointOf(const ContainerRow& row) {
  UsagePoint point = row.point;
  if (row.cpu_line == 0) point.cpu_ns = row.per_cpu_ns;
  return point;
}

uint32_t ContainerRows::Add(const ContainerRow& row) {
  rows_.push_back(row);
  return static_cast<uint32_t>(rows_.size() - 1);
}

void ContainerRows::Sort() {
  const auto before = [this](uint32_t a, uint32_t b) {
    const auto order = Compare(rows_[a], rows_[b]);
    return order != 0 ? order < 0 : a < b;
  };
  if (order_.size() != rows_.size()) {
    // Of this size: there is one for each node.
    order_ = Order(rows_.size());
    std::iota(order_.begin(), order_.end(), 0);
  }
  if (!std::is_sorted(order_.begin(), order_.end(), before)) {
    std::sort(order_.begin(), order_.end(), before);
  }
}

void ContainerRows::AppendTo(Sample& sample, bool order_is_known) {
  if (!order_is_known) Sort();
  for (size_t first = 0, last; first < order_.size(); first = last) {
    last = first + 1;
    while (last < order_.size() && SamePod(InOrder(first), InOrder(last))) ++last;
    AppendPod(first, last, sample);
  }
}

void ContainerRows::AppendPod(size_t first, size_t last, Sample& sample) const {
  PodSample pod{.namespace_name = InOrder(first).namespace_name,
                .name = InOrder(first).pod,
                .first_container = static_cast<uint32_t>(sample.containers.size())};
  for (size_t next; first < last; first = next) {
    next = first + 1;
    while (next < last && InOrder(first).container == InOrder(next).container) ++next;
    std::optional<ContainerRow> resolved;
    const ContainerRow& row =
        next == first + 1 ? InOrder(first) : resolved.emplace(Resolve(first, next));
    const UsagePoint point = PointOf(row);
    if (row.is_damaged()) {
      sample.containers.push_back({.name = row.container, .is_damaged = true});
      continue;
    }
    if (point.cpu_ns == 0 || point.working_set_bytes == 0) {
      sample.containers.resize(pod.first_container);
      return;
    }
    sample.containers.push_back({.name = row.container,
                                 .point = point,
                                 .instantaneous_nanocores = row.instantaneous_nanocores});
  }
  pod.container_count = static_cast<uint32_t>(sample.containers.size()) - pod.first_container;
  sample.pods.push_back(pod);
}

ContainerRow ContainerRows::Resolve(size_t first, size_t last) const {
  std::optional<ContainerRow> newest;
  for (size_t next; first < last; first = next) {
    ContainerRow row = InOrder(first);
    for (next = first + 1; next < last && InOrder(next).cgroup == row.cgroup; ++next) {
      Merge(InOrder(next), row);
    }
    if (!newest || IsNewer(row, *newest)) newest = row;
  }
  return *newest;
}

}  // namespace kubegauge::scraper
