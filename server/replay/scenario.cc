#include "server/replay/scenario.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "kube/json_object.h"
#include "server/replay/fields.h"

namespace kubegauge::server::replay {
namespace {

using Json = nlohmann::json;

constexpr double kMaxSeconds = 1e9;

absl::Status ReadSeconds(const Json& config, const char* key, int64_t& out_ns) {
  if (!HasField(config, key)) return absl::OkStatus();
  const absl::StatusOr<double> seconds = NumberField(config, key);
  if (!seconds.ok()) return seconds.status();
  if (*seconds > kMaxSeconds) {
    return absl::InvalidArgumentError(fmt::format("{}: expected at most 1e9 seconds", key));
  }
  out_ns = std::llround(*seconds * 1e9);
  return absl::OkStatus();
}

// What is not said is as kube-controller-manager's flags are by default, except for the gates: both
// are on.
absl::StatusOr<autoscaler::Tuning> ReadTuning(const Json& line) {
  autoscaler::Tuning tuning;
  if (!HasField(line, "config")) return tuning;
  const absl::StatusOr<const Json*> object = ObjectField(line, "config");
  if (!object.ok()) return object.status();
  const Json& config = **object;
  absl::Status status;
  status.Update(
      ReadSeconds(config, "downscaleStabilizationSeconds", tuning.downscale_stabilization_ns));
  status.Update(
      ReadSeconds(config, "cpuInitializationPeriodSeconds", tuning.cpu_initialization_period_ns));
  status.Update(
      ReadSeconds(config, "initialReadinessDelaySeconds", tuning.initial_readiness_delay_ns));
  if (HasField(config, "tolerance")) {
    const absl::StatusOr<double> tolerance = NumberField(config, "tolerance");
    status.Update(tolerance.status());
    if (tolerance.ok()) tuning.tolerance = *tolerance;
  }
  if (HasField(config, "scaleToZero")) {
    const absl::StatusOr<bool> gate = BoolField(config, "scaleToZero");
    status.Update(gate.status());
    if (gate.ok()) tuning.scale_to_zero = *gate;
  }
  if (!status.ok()) return In("config", status);
  return tuning;
}

}  // namespace

absl::StatusOr<Scenario> Scenario::Parse(std::string_view line) {
  absl::StatusOr<Json> document = kube::ParseJsonObject("the line", line);
  if (!document.ok()) return document.status();
  Scenario scenario;
  const absl::StatusOr<const std::string*> name = TextField(*document, "name");
  if (!name.ok()) return name.status();
  scenario.name_ = **name;
  absl::StatusOr<autoscaler::Tuning> tuning = ReadTuning(*document);
  if (!tuning.ok()) return tuning.status();
  scenario.tuning_ = *tuning;
  const absl::StatusOr<const Json*> object = ObjectField(*document, "hpa");
  if (!object.ok()) return object.status();
  absl::StatusOr<Manifest> manifest = ReadManifest(**object);
  if (!manifest.ok()) return In("hpa", manifest.status());
  scenario.manifest_ = *std::move(manifest);
  if (absl::Status status = ArrayField(*document, "steps").status(); !status.ok()) return status;
  scenario.document_ = *std::move(document);
  return scenario;
}

absl::StatusOr<Step> Scenario::ReadStep(size_t index) const {
  absl::StatusOr<Step> step = replay::ReadStep(document_.at("steps")[index], hpa());
  if (!step.ok()) return In(fmt::format("steps[{}]", index), step.status());
  return step;
}

}  // namespace kubegauge::server::replay
