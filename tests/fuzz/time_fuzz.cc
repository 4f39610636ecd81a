#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "kube/go_duration.h"
#include "kube/rfc3339.h"
#include "tests/fuzz/require.h"

namespace {

using kubegauge::testing::Require;
using namespace kubegauge::kube;

constexpr int64_t kNsPerMicrosecond = 1'000;
constexpr int64_t kNsPerSecond = 1'000'000'000;

int64_t Floor(int64_t value, int64_t unit) {
  const int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

void CheckInstant(int64_t ns) {
  // Below, cutting off leaves what int64 holds.
  if (ns < std::numeric_limits<int64_t>::min() + kNsPerSecond) return;
  const auto seconds = ParseRfc3339(FormatRfc3339(ns));
  Require(seconds.ok() && *seconds == Floor(ns, kNsPerSecond));
  const auto micros = ParseRfc3339(FormatRfc3339Micro(ns));
  Require(micros.ok() && *micros == Floor(ns, kNsPerMicrosecond));
}

void CheckDuration(int64_t ns) {
  const auto parsed = ParseGoDuration(FormatGoDuration(ns));
  Require(parsed.ok() && *parsed == ns);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto instant = ParseRfc3339(input); instant.ok()) {
    const auto seconds = ParseRfc3339Seconds(input);
    Require(seconds.ok() && *seconds * kNsPerSecond <= *instant);
    CheckInstant(*instant);
  }
  if (const auto duration = ParseGoDuration(input); duration.ok()) CheckDuration(*duration);
  if (int64_t ns; size >= sizeof ns) {
    std::memcpy(&ns, data, sizeof ns);
    CheckInstant(ns);
    CheckDuration(ns);
  }
  return 0;
}
