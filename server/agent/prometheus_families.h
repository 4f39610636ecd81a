#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace kubegauge::server {

// Types of families.
inline constexpr std::string_view kCounter = "counter";
inline constexpr std::string_view kGauge = "gauge";

// Writes Prometheus text as kubelets do: families with help and type, labels in the given order.
class PrometheusFamilies {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // The samples that follow are of this family. One without samples is not written.
  void Begin(std::string_view name, std::string_view type, std::string_view help);
  // Nanoseconds are shown as seconds; a timestamp of 0 as none.
  void AddSeconds(Labels labels, uint64_t ns, int64_t timestamp_ns = 0);
  void AddBytes(Labels labels, uint64_t bytes, int64_t timestamp_ns = 0);

  std::string Take() { return std::move(text_); }

 private:
  void AppendName(Labels labels);
  void AppendEnd(int64_t timestamp_ns);

  std::string text_;
  std::string head_;  // of a family that has no sample yet
  std::string_view name_;
};

}  // namespace kubegauge::server
