#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/tuning.h"
#include "server/replay/manifest.h"
#include "server/replay/step.h"

namespace kubegauge::server::replay {

// One line of a replay file: an HPA, and what its controller saw at each step. Members that the
// format does not know are ignored; those that are missing or of another type are errors
// (kInvalidArgument) that say where, as nothing is guessed.
class Scenario {
 public:
  static absl::StatusOr<Scenario> Parse(std::string_view line);

  const std::string& name() const { return name_; }
  const autoscaler::Tuning& tuning() const { return tuning_; }
  const autoscaler::Hpa& hpa() const { return manifest_.hpa; }
  const std::vector<std::string>& hpa_faults() const { return manifest_.faults; }
  size_t step_count() const { return document_.at("steps").size(); }

  // Has views into the scenario. An error names the step.
  absl::StatusOr<Step> ReadStep(size_t index) const;

 private:
  nlohmann::json document_;
  std::string name_;
  autoscaler::Tuning tuning_;
  Manifest manifest_;
};

}  // namespace kubegauge::server::replay
