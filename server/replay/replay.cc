#include "server/replay/replay.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "autoscaler/decide.h"
#include "kube/time_units.h"
#include "server/replay/compare.h"
#include "server/replay/line_source.h"
#include "server/replay/result_json.h"
#include "server/replay/scenario.h"

namespace kubegauge::server::replay {
namespace {

using autoscaler::Outcome;

constexpr int64_t kStoredResolutionNs = kube::kNsPerSecond;

// The API keeps no part of a second.
autoscaler::HpaStatus Stored(autoscaler::HpaStatus status) {
  const auto truncate = [](std::optional<int64_t>& time_ns) {
    if (!time_ns) return;
    *time_ns -= (*time_ns % kStoredResolutionNs + kStoredResolutionNs) % kStoredResolutionNs;
  };
  truncate(status.last_scale_ns);
  for (autoscaler::HpaCondition& condition : status.conditions) {
    truncate(condition.last_transition_ns);
  }
  return status;
}

class Run {
 public:
  Run(const ReplayOptions& options, std::ostream& out, std::ostream& notes)
      : options_(options), out_(out), notes_(notes) {}

  // Prints nothing of a line that is broken somewhere.
  absl::Status ReplayLine(std::string_view line, std::string_view place) {
    const absl::StatusOr<Scenario> scenario = Scenario::Parse(line);
    if (!scenario.ok()) return scenario.status();
    Report report;
    autoscaler::Hpa hpa = scenario->hpa();
    autoscaler::History history;
    for (size_t i = 0; i < scenario->step_count(); ++i) {
      absl::StatusOr<Step> step = scenario->ReadStep(i);
      if (!step.ok()) return step.status();
      Outcome outcome = Reconcile(hpa, history, *step, scenario->tuning());
      if (absl::Status status = AddStep(*scenario, i, *step, outcome, report); !status.ok()) {
        return status;
      }
      history = std::move(outcome.history);
      if (outcome.status) hpa.status = Stored(*std::move(outcome.status));
    }
    Print(*scenario, place, report);
    return absl::OkStatus();
  }

  void Summarize() {
    if (!options_.check) return;
    out_ << fmt::format("{} scenarios, {} steps: {} as expected, {} different\n", scenarios_,
                        steps_, steps_ - different_, different_);
  }

  bool all_as_expected() const { return different_ == 0; }

 private:
  // Of one scenario.
  struct Report {
    std::string text;
    size_t different = 0;
  };

  Outcome Reconcile(const autoscaler::Hpa& hpa, const autoscaler::History& history,
                    const Step& step, autoscaler::Tuning tuning) const {
    tuning.trace_raw_values = options_.trace;
    autoscaler::Decision decision =
        autoscaler::Decide(hpa, step.observation, history, tuning, step.now_ns);
    return autoscaler::Conclude(hpa, std::move(decision), step.update_scale_error, tuning,
                                step.now_ns);
  }

  absl::Status AddStep(const Scenario& scenario, size_t index, const Step& step,
                       const Outcome& outcome, Report& report) const {
    if (!options_.check) {
      report.text += ResultLine(scenario.name(), index, outcome, options_.trace) + '\n';
      return absl::OkStatus();
    }
    if (step.expect == nullptr) {
      return absl::InvalidArgumentError(
          fmt::format("steps[{}]: expect: there is nothing to compare with", index));
    }
    const auto differences = Differences(*step.expect, outcome);
    if (differences.empty()) return absl::OkStatus();
    ++report.different;
    for (const std::string& difference : differences) {
      report.text += fmt::format("{} step {}: {}\n", scenario.name(), index, difference);
    }
    if (options_.trace) report.text += ResultLine(scenario.name(), index, outcome, true) + '\n';
    return absl::OkStatus();
  }

  void Print(const Scenario& scenario, std::string_view place, const Report& report) {
    for (const std::string& fault : scenario.hpa_faults()) {
      notes_ << fmt::format("{}: hpa: {}; decided all the same\n", place, fault);
    }
    out_ << report.text;
    ++scenarios_;
    steps_ += scenario.step_count();
    different_ += report.different;
  }

  const ReplayOptions& options_;
  std::ostream& out_;
  std::ostream& notes_;
  size_t scenarios_ = 0;
  size_t steps_ = 0;
  size_t different_ = 0;
};

absl::Status At(std::string_view place, const absl::Status& status) {
  return absl::Status(status.code(), fmt::format("{}: {}", place, std::string(status.message())));
}

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

absl::StatusOr<bool> Replay(const ReplayOptions& options, std::ostream& out, std::ostream& notes) {
  absl::StatusOr<std::unique_ptr<LineSource>> lines = LineSource::Open(options.file);
  if (!lines.ok()) return At(options.file, lines.status());
  Run run(options, out, notes);
  while (true) {
    const absl::StatusOr<std::optional<std::string_view>> line = (*lines)->Next();
    const std::string place = fmt::format("{}:{}", options.file, (*lines)->line_number());
    if (!line.ok()) return At(place, line.status());
    if (!*line) break;
    if (IsBlank(**line)) continue;
    if (absl::Status status = run.ReplayLine(**line, place); !status.ok()) return At(place, status);
  }
  run.Summarize();
  if (!out.flush()) return absl::DataLossError("the output cannot be written");
  return run.all_as_expected();
}

}  // namespace kubegauge::server::replay
