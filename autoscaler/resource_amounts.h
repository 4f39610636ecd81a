#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "autoscaler/boxed.h"

namespace kubegauge::autoscaler {

// Amounts of resources in thousandths of a unit (millicores, thousandths of a byte), each rounded
// up from what a container or pod said: hpa.md 10.1. CPU and memory, which nearly all pods have and
// all others have not, take no allocation.
class ResourceAmounts {
 public:
  ResourceAmounts() = default;
  ResourceAmounts(int64_t cpu_milli, int64_t memory_milli)
      : cpu_milli_(cpu_milli), memory_milli_(memory_milli) {}

  // nullopt where the resource is not named.
  std::optional<int64_t> Find(std::string_view resource) const {
    if (resource == "cpu") return cpu_milli_;
    if (resource == "memory") return memory_milli_;
    return others_ ? FindOther(resource) : std::nullopt;
  }
  std::optional<int64_t> cpu_milli() const { return cpu_milli_; }
  std::optional<int64_t> memory_milli() const { return memory_milli_; }
  void Set(std::string_view resource, int64_t milli) {
    if (resource == "cpu") {
      cpu_milli_ = milli;
    } else if (resource == "memory") {
      memory_milli_ = milli;
    } else {
      SetOther(resource, milli);
    }
  }
  bool empty() const { return !cpu_milli_ && !memory_milli_ && !others_; }

  bool operator==(const ResourceAmounts&) const = default;

 private:
  using Others = std::vector<std::pair<std::string, int64_t>>;

  std::optional<int64_t> FindOther(std::string_view resource) const;
  void SetOther(std::string_view resource, int64_t milli);

  std::optional<int64_t> cpu_milli_;
  std::optional<int64_t> memory_milli_;
  Boxed<Others> others_;  // not empty where it is there
};

}  // namespace kubegauge::autoscaler
