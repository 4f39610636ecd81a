#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kubegauge::scraper {

// Numbers of the Prometheus text format, with the float64 arithmetic of metrics-server bit by bit.

// What the Prometheus parser makes of a value: Go's strconv.ParseFloat without hexadecimal numbers
// and underscores, rounded to nearest. nullopt for other text, and for what is larger than a double
// can hold; what is smaller becomes 0.
std::optional<double> ParsePrometheusFloat(std::string_view text);

// Reads `digits[.digits][e±digits]` at `text` up to `end` or to the first other character, and
// returns where it stopped. Null when there is no such number, or when its double takes more than
// one rounding to find: ParsePrometheusFloat then knows.
const char* ReadShortDecimal(const char* text, const char* end, double& value);

// Go's uint64(value), truncating. 0 where Go leaves the result to the machine, which is for NaN and
// for what does not fit, so that such a counter counts as missing.
uint64_t TruncateToUint64(double value);

// Whether a double has such a value, after truncation.
bool FitsUint64(double value);

// Go's int64(value), with the same exception.
int64_t TruncateToInt64(double value);

// Milliseconds since the epoch to nanoseconds. Times after the year 2262, which upstream wraps
// around, become the last instant there is.
int64_t NanosecondsOfTimestamp(int64_t timestamp_ms);

}  // namespace kubegauge::scraper
