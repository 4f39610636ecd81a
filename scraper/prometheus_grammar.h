#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::scraper {

// A line of the Prometheus text format that carries a value. Views into the body.
struct PrometheusSample {
  // All up to the first '{'. What metrics-server would not recognize differs from every metric's
  // name here too: white space before the name or after it belongs to it, and it is empty when the
  // name stands in the braces.
  std::string_view name;
  // From '{' to '}', as written; empty when there are no braces.
  std::string_view labels;
  double value = 0;
  std::optional<int64_t> timestamp_ms;
};

enum class PrometheusEntry : uint8_t {
  kSample,
  kOther,  // a comment, or an empty line
  kEnd,
};

// Reads the entry at `position`, the beginning of a line, moves `position` past it, and fills
// `sample` if it is one. Accepts and refuses what the parser of Prometheus
// (model/textparse/promparse.go) does. InvalidArgument says what is wrong and where.
absl::StatusOr<PrometheusEntry> ReadPrometheusEntry(std::string_view body, size_t& position,
                                                    PrometheusSample& sample);

}  // namespace kubegauge::scraper
