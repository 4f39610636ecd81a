#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "scraper/sample.h"

namespace kubegauge::scraper {

// What a kubelet's text says, line by line, of one container. Views into the text.
struct ContainerRow {
  std::string_view namespace_name;
  std::string_view pod;
  std::string_view container;
  // Tells containers of the same name apart, when the text does: the cgroup's path.
  std::string_view cgroup;
  UsagePoint point;  // 0 for what is not said
  std::optional<uint64_t> instantaneous_nanocores;
  // Where in the text the figures stand, so that of rows for the same container each figure comes
  // from the last that has it; 0 for what is not said.
  uint32_t cpu_line = 0;
  uint32_t memory_line = 0;
  uint32_t start_line = 0;
  // Of the CPUs one by one, which is used where no line gives the sum.
  uint64_t per_cpu_ns = 0;
  // Whether the figures are such as no counter or gauge can have.
  bool cpu_is_damaged = false;
  bool memory_is_damaged = false;
  bool is_damaged() const { return cpu_is_damaged || memory_is_damaged; }
};

// The figures of a row for a whole container.
UsagePoint PointOf(const ContainerRow& row);

// Gathers the rows of a text and orders them into a sample, by the rules of metrics-server: a pod
// of which any container lacks CPU or memory, or has used none, is left out (wire.md C.5). Of
// several cgroups for one container, the one that started last counts (wire.md C.8). A container
// whose figures are damaged is there without a point.
//
// Most texts of a node name the same containers in the same order as the one before, so the order
// found last is tried first. Not thread-safe.
class ContainerRows {
 public:
  using Order = std::vector<uint32_t>;  // indices of rows

  // Exchanges the order found last, so that each node can have its own.
  void SwapOrder(Order& order) { order_.swap(order); }
  const Order& order() const { return order_; }
  // Forgets the rows and keeps the memory.
  void Clear() { rows_.clear(); }
  // Returns the row's index.
  uint32_t Add(const ContainerRow& row);
  ContainerRow& operator[](uint32_t index) { return rows_[index]; }
  uint32_t size() const { return static_cast<uint32_t>(rows_.size()); }
  // Adds the pods and their containers to `sample`. `order_is_known`: the order found last is known
  // to be that of these rows.
  void AppendTo(Sample& sample, bool order_is_known = false);

 private:
  void Sort();
  // Each of [first, last) of the order is for the same pod, or for the same container.
  void AppendPod(size_t first, size_t last, Sample& sample) const;
  ContainerRow Resolve(size_t first, size_t last) const;

  const ContainerRow& InOrder(size_t position) const { return rows_[order_[position]]; }

  std::vector<ContainerRow> rows_;
  Order order_;
};

}  // namespace kubegauge::scraper
