#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kubegauge::server {

// How Go and pflag read the text of a flag's value. Errors have their words.

// 1, t, T, true, TRUE, True and their opposites.
absl::StatusOr<bool> ParseGoBool(std::string_view text);
// Decimal, or 0x, 0o, 0, 0b as Go's base 0, with underscores between digits.
absl::StatusOr<int64_t> ParseGoInt(const std::string& text);
absl::StatusOr<int32_t> ParseGoInt32(const std::string& text);
absl::StatusOr<uint64_t> ParseGoUint(const std::string& text);
// Decimal, or hexadecimal as 0x1p-2, with underscores between digits; inf, infinity and nan.
absl::StatusOr<double> ParseGoFloat(const std::string& text);
absl::StatusOr<float> ParseGoFloat32(const std::string& text);
// What stands between separators, as strings.Split: one empty part of an empty text.
std::vector<std::string> Split(std::string_view text, char separator);
// Decimal, of 31 bits: a level of logging, as component-base has it.
absl::StatusOr<int> ParseLogLevel(const std::string& text);
// Levels for parts of a program, as klog's --vmodule has them: `pattern=N,...`.
absl::Status CheckPatternLevels(std::string_view text);
// One line of comma-separated values, which may be quoted.
absl::StatusOr<std::vector<std::string>> ParseCommaSeparated(std::string_view text);

}  // namespace kubegauge::server
