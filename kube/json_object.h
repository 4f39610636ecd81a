#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// For decoders of JSON objects: a member of another type than asked for is as good as absent.

// Error kInvalidArgument about `what` unless `text` is one JSON object.
absl::StatusOr<nlohmann::json> ParseJsonObject(std::string_view what, std::string_view text);

// The member `key` when `value` is an object that has it, else null. A reference into `value` or to
// a constant.
const nlohmann::json& JsonMember(const nlohmann::json& value, const char* key);

// The text of the member `key`, a view into `value`; empty when it is no text.
std::string_view JsonText(const nlohmann::json& value, const char* key);

// The integer of the member `key`; 0 when it is none. The nearest to one that is out of range.
int32_t JsonInt32(const nlohmann::json& value, const char* key);
int32_t ClampToInt32(int64_t value);

}  // namespace kubegauge::kube
