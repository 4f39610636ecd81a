#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::server::replay {

// Members of JSON objects, of the type that is asked for. Errors (kInvalidArgument) name the
// member.

absl::StatusOr<const nlohmann::json*> ObjectField(const nlohmann::json& object, const char* key);
absl::StatusOr<const nlohmann::json*> ArrayField(const nlohmann::json& object, const char* key);
// The same, but null is an empty one, as Go writes a list or map that was never made.
absl::StatusOr<const nlohmann::json*> NullableObjectField(const nlohmann::json& object,
                                                          const char* key);
absl::StatusOr<const nlohmann::json*> NullableArrayField(const nlohmann::json& object,
                                                         const char* key);
// A reference into `object`.
absl::StatusOr<const std::string*> TextField(const nlohmann::json& object, const char* key);
absl::StatusOr<int32_t> Int32Field(const nlohmann::json& object, const char* key);
// A number that is finite and not negative.
absl::StatusOr<double> NumberField(const nlohmann::json& object, const char* key);
absl::StatusOr<bool> BoolField(const nlohmann::json& object, const char* key);
// RFC 3339, in nanoseconds since the Unix epoch.
absl::StatusOr<int64_t> TimeField(const nlohmann::json& object, const char* key);
// A quantity, in thousandths of a unit.
absl::StatusOr<int64_t> MilliField(const nlohmann::json& object, const char* key);

// Whether there is a member that is not null.
bool HasField(const nlohmann::json& object, const char* key);

// The same status, with where it was found put in front.
absl::Status In(std::string_view where, const absl::Status& status);

}  // namespace kubegauge::server::replay
