#include "server/standalone/objects/simulated_load.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <numbers>
#include <optional>

#include "kube/go_duration.h"
#include "kube/quantity.h"
#include "kube/read_file.h"
#include "kube/time_units.h"

namespace kubegauge::server {
namespace {

constexpr int kNano = -9;
constexpr int64_t kMillicoreNano = 1'000'000;
constexpr int64_t kMaxSeconds = int64_t{366} * 24 * 3600;
constexpr int64_t kMaxNanocores = int64_t{1'000'000} * 1'000'000'000;  // a million cores
constexpr size_t kMaxSteps = 100'000;
constexpr size_t kMaxFileBytes = 4 << 20;

absl::StatusOr<int64_t> ParseNanocores(std::string_view text) {
  const auto quantity = kube::Quantity::Parse(text);
  if (!quantity.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is not an amount of CPU such as 250m or 2", text));
  }
  const int64_t nanocores = quantity->ScaledValue(kNano);
  if (nanocores < 0 || nanocores > kMaxNanocores) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is not between 0 and a million cores", text));
  }
  return nanocores;
}

absl::StatusOr<int64_t> ParseTime(std::string_view text) {
  const auto duration = kube::ParseGoDuration(text);
  if (!duration.ok() || *duration < 0 || *duration > kMaxSeconds * kube::kNsPerSecond) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is not a duration such as 90s or 5m, of at most a year", text));
  }
  return *duration;
}

// Takes the text up to `separator` off the front.
std::string_view TakeField(char separator, std::string_view& text) {
  const std::string_view field = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), field.size() + 1));
  return field;
}

std::optional<int64_t> ParseWhole(std::string_view text) {
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < 0) return std::nullopt;
  return number;
}

absl::Status AddStep(const SimulatedLoad::Step& step, std::vector<SimulatedLoad::Step>& steps) {
  if (!steps.empty() && step.from_ns <= steps.back().from_ns) {
    return absl::InvalidArgumentError("the times have to grow from step to step");
  }
  if (steps.size() == kMaxSteps) {
    return absl::InvalidArgumentError(fmt::format("there are more than {} steps", kMaxSteps));
  }
  steps.push_back(step);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SimulatedLoad> SimulatedLoad::Parse(std::string_view text) {
  const std::string_view kind = TakeField(':', text);
  if (kind == "constant") {
    const auto nanocores = ParseNanocores(text);
    if (!nanocores.ok()) return nanocores.status();
    SimulatedLoad load;
    load.steps_.push_back({.from_ns = 0, .nanocores = *nanocores});
    return load;
  }
  if (kind == "steps") return ParseSteps(text);
  if (kind == "sine") return ParseSine(text);
  if (kind == "csv") return ParseCsvName(text);
  return absl::InvalidArgumentError(
      "a load is one of constant:CPU, steps:TIME=CPU,..., sine:min=CPU,max=CPU,period=TIME and "
      "csv:FILE");
}

absl::StatusOr<SimulatedLoad> SimulatedLoad::ParseSteps(std::string_view text) {
  SimulatedLoad load;
  while (!text.empty()) {
    std::string_view amount = TakeField(',', text);
    const auto from_ns = ParseTime(TakeField('=', amount));
    if (!from_ns.ok()) return from_ns.status();
    const auto nanocores = ParseNanocores(amount);
    if (!nanocores.ok()) return nanocores.status();
    absl::Status added = AddStep({.from_ns = *from_ns, .nanocores = *nanocores}, load.steps_);
    if (!added.ok()) return added;
  }
  if (load.steps_.empty()) return absl::InvalidArgumentError("steps: there is no step");
  return load;
}

absl::StatusOr<SimulatedLoad> SimulatedLoad::ParseSine(std::string_view text) {
  SimulatedLoad load;
  load.kind_ = Kind::kSine;
  std::optional<int64_t> min;
  std::optional<int64_t> max;
  std::optional<int64_t> period;
  while (!text.empty()) {
    std::string_view value = TakeField(',', text);
    const std::string_view name = TakeField('=', value);
    const bool is_time = name == "period";
    if (!is_time && name != "min" && name != "max") {
      return absl::InvalidArgumentError(
          fmt::format("sine: \"{}\" is not min, max or period", name));
    }
    const auto number = is_time ? ParseTime(value) : ParseNanocores(value);
    if (!number.ok()) return number.status();
    (is_time ? period : name == "min" ? min : max) = *number;
  }
  if (!min || !max || !period || *min > *max || *period == 0) {
    return absl::InvalidArgumentError(
        "sine: wants min, max and period, with min at most max and a period above 0");
  }
  load.min_nanocores_ = *min;
  load.max_nanocores_ = *max;
  load.period_ns_ = *period;
  return load;
}

absl::StatusOr<SimulatedLoad> SimulatedLoad::ParseCsvName(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.find('/') != std::string_view::npos) {
    return absl::InvalidArgumentError(
        "csv: wants the name of a file in the directory of --simulated-load-dir, without a path");
  }
  SimulatedLoad load;
  load.kind_ = Kind::kCsv;
  load.csv_name_ = text;
  return load;
}

absl::StatusOr<SimulatedLoad> SimulatedLoad::ParseCsv(std::string_view text) {
  SimulatedLoad load;
  for (int line_number = 1; !text.empty(); ++line_number) {
    std::string_view line = TakeField('\n', text);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (line_number == 1 && line == "seconds,millicores")) continue;
    std::string_view rest = line;
    const auto seconds = ParseWhole(TakeField(',', rest));
    const auto millicores = ParseWhole(rest);
    if (!seconds || !millicores || *seconds > kMaxSeconds ||
        *millicores > kMaxNanocores / kMillicoreNano) {
      return absl::InvalidArgumentError(
          fmt::format("line {}: \"{}\" is not seconds,millicores", line_number, line));
    }
    absl::Status added = AddStep(
        {.from_ns = *seconds * kube::kNsPerSecond, .nanocores = *millicores * kMillicoreNano},
        load.steps_);
    if (!added.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("line {}: {}", line_number, std::string(added.message())));
    }
  }
  if (load.steps_.empty()) return absl::InvalidArgumentError("there are no lines");
  return load;
}

int64_t SimulatedLoad::DemandNanocores(int64_t elapsed_ns) const {
  if (elapsed_ns < 0) return 0;
  if (kind_ == Kind::kSine) {
    const double turn = static_cast<double>(elapsed_ns % period_ns_) /
                        static_cast<double>(period_ns_) * 2 * std::numbers::pi;
    const auto height = static_cast<double>(max_nanocores_ - min_nanocores_);
    return min_nanocores_ + std::llround(height * (1 - std::cos(turn)) / 2);
  }
  const auto next =
      std::upper_bound(steps_.begin(), steps_.end(), elapsed_ns,
                       [](int64_t elapsed, const Step& step) { return elapsed < step.from_ns; });
  return next == steps_.begin() ? 0 : std::prev(next)->nanocores;
}

absl::StatusOr<SimulatedLoad> LoadSimulatedLoad(std::string_view text,
                                                const std::filesystem::path& directory) {
  absl::StatusOr<SimulatedLoad> load = SimulatedLoad::Parse(text);
  if (!load.ok() || load->csv_name().empty()) return load;
  if (directory.empty()) {
    return absl::FailedPreconditionError(
        "csv: set --simulated-load-dir to the directory of the file");
  }
  const std::filesystem::path path = directory / load->csv_name();
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::symlink_status(path, error);
  if (!std::filesystem::is_regular_file(status)) {
    return absl::NotFoundError(fmt::format("{}: is not a file", path.native()));
  }
  const absl::StatusOr<std::string> csv = kube::ReadFile(path, kMaxFileBytes);
  if (!csv.ok()) return csv.status();
  load = SimulatedLoad::ParseCsv(*csv);
  if (load.ok()) return load;
  return absl::InvalidArgumentError(
      fmt::format("{}: {}", path.native(), std::string(load.status().message())));
}

absl::StatusOr<int64_t> ParseSimulatedMemory(std::string_view text) {
  const auto quantity = kube::Quantity::Parse(text);
  if (!quantity.ok() || quantity->Sign() < 0) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is not an amount of memory such as 64Mi", text));
  }
  return quantity->Value();
}

}  // namespace kubegauge::server
