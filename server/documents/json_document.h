#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/go_json_reader.h"

namespace kubegauge::server {

// What is nested deeper is refused, as whoever walks it recurses.
inline constexpr int kMaxDocumentDepth = 256;

// What becomes of the members that an object has twice.
enum class Repeats : uint8_t {
  kLastWins,
  kKept,  // all of them, for a decoder that has to tell of them
};

// Reads a JSON text, with numbers as in autoscaler/written_json.h and bytes of texts that are not
// UTF-8 replaced by U+FFFD. InvalidArgument in the words of Go's encoding/json: `invalid character
// '}' looking for beginning of value`.
absl::StatusOr<autoscaler::Json> ParseJsonDocument(std::string_view text,
                                                   Repeats repeats = Repeats::kLastWins);

// The texts of a stream, one behind the other.
absl::StatusOr<std::vector<autoscaler::Json>> ParseJsonDocuments(std::string_view text,
                                                                 Repeats repeats);

}  // namespace kubegauge::server
