#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace kubegauge::server {

// The annotations of a Deployment that say what its pods use.
inline constexpr char kLoadAnnotation[] = "kubegauge.io/simulated-load";
inline constexpr char kMemoryAnnotation[] = "kubegauge.io/simulated-memory";
inline constexpr int64_t kDefaultSimulatedMemoryBytes = int64_t{64} << 20;

// The CPU that a whole workload wants, over the time since it was created:
//   constant:2500m
//   steps:0s=500m,60s=4000m,180s=500m     each holds until the next
//   sine:min=200m,max=3,period=5m         begins at its minimum
//   csv:FILE                              lines of `seconds,millicores`, each holds until the next
class SimulatedLoad {
 public:
  // From a point in time on.
  struct Step {
    int64_t from_ns = 0;
    int64_t nanocores = 0;
  };

  // InvalidArgument says what is wrong with the text.
  static absl::StatusOr<SimulatedLoad> Parse(std::string_view text);

  // The name of the file that the steps are in; empty when there is none to read.
  const std::string& csv_name() const { return csv_name_; }
  // The load that a CSV text tells; InvalidArgument names the line.
  static absl::StatusOr<SimulatedLoad> ParseCsv(std::string_view text);

  // What is wanted at a time since the creation; 0 before the first step.
  int64_t DemandNanocores(int64_t elapsed_ns) const;

 private:
  enum class Kind { kSteps, kSine, kCsv };

  static absl::StatusOr<SimulatedLoad> ParseSteps(std::string_view text);
  static absl::StatusOr<SimulatedLoad> ParseSine(std::string_view text);
  static absl::StatusOr<SimulatedLoad> ParseCsvName(std::string_view text);

  Kind kind_ = Kind::kSteps;
  std::vector<Step> steps_;
  int64_t min_nanocores_ = 0;
  int64_t max_nanocores_ = 0;
  int64_t period_ns_ = 1;
  std::string csv_name_;
};

// Reads the load of a text, where it names a file from `directory` (empty: no file may be read).
absl::StatusOr<SimulatedLoad> LoadSimulatedLoad(std::string_view text,
                                                const std::filesystem::path& directory);

// The memory of each pod, in bytes.
absl::StatusOr<int64_t> ParseSimulatedMemory(std::string_view text);

}  // namespace kubegauge::server
