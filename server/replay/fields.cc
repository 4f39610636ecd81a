#include "server/replay/fields.h"

#include <fmt/format.h>

#include <limits>

#include "autoscaler/go_milli.h"
#include "kube/json_object.h"
#include "kube/quantity.h"
#include "kube/rfc3339.h"

namespace kubegauge::server::replay {
namespace {

using Json = nlohmann::json;

absl::Status Wrong(const char* key, std::string_view expected) {
  return absl::InvalidArgumentError(fmt::format("{}: expected {}", key, expected));
}

bool IsNull(const Json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_null();
}

}  // namespace

absl::StatusOr<const Json*> ObjectField(const Json& object, const char* key) {
  const Json& member = kube::JsonMember(object, key);
  if (!member.is_object()) return Wrong(key, "an object");
  return &member;
}

absl::StatusOr<const Json*> ArrayField(const Json& object, const char* key) {
  const Json& member = kube::JsonMember(object, key);
  if (!member.is_array()) return Wrong(key, "an array");
  return &member;
}

absl::StatusOr<const Json*> NullableObjectField(const Json& object, const char* key) {
  static const Json kNone = Json::object();
  return IsNull(object, key) ? &kNone : ObjectField(object, key);
}

absl::StatusOr<const Json*> NullableArrayField(const Json& object, const char* key) {
  static const Json kNone = Json::array();
  return IsNull(object, key) ? &kNone : ArrayField(object, key);
}

absl::StatusOr<const std::string*> TextField(const Json& object, const char* key) {
  const Json& member = kube::JsonMember(object, key);
  if (!member.is_string()) return Wrong(key, "a text");
  return &member.get_ref<const std::string&>();
}

absl::StatusOr<int32_t> Int32Field(const Json& object, const char* key) {
  const Json& member = kube::JsonMember(object, key);
  const bool fits_int64 =
      member.is_number_integer() &&
      (!member.is_number_unsigned() ||
       member.get<uint64_t>() <= static_cast<uint64_t>(std::numeric_limits<int32_t>::max()));
  if (fits_int64) {
    const int64_t value = member.get<int64_t>();
    if (value >= std::numeric_limits<int32_t>::min() &&
        value <= std::numeric_limits<int32_t>::max()) {
      return static_cast<int32_t>(value);
    }
  }
  return Wrong(key, "an integer of 32 bits");
}

absl::StatusOr<double> NumberField(const Json& object, const char* key) {
  const Json& member = kube::JsonMember(object, key);
  if (!member.is_number() || member.get<double>() < 0) return Wrong(key, "a number from 0");
  return member.get<double>();
}

absl::StatusOr<bool> BoolField(const Json& object, const char* key) {
  const Json& member = kube::JsonMember(object, key);
  if (!member.is_boolean()) return Wrong(key, "true or false");
  return member.get<bool>();
}

absl::StatusOr<int64_t> TimeField(const Json& object, const char* key) {
  const absl::StatusOr<const std::string*> text = TextField(object, key);
  if (!text.ok()) return Wrong(key, "a time");
  const absl::StatusOr<int64_t> time_ns = kube::ParseRfc3339(**text);
  return time_ns.ok() ? time_ns : In(key, time_ns.status());
}

absl::StatusOr<int64_t> MilliField(const Json& object, const char* key) {
  const Json& member = kube::JsonMember(object, key);
  if (!member.is_string() && !member.is_number()) return Wrong(key, "a quantity");
  const absl::StatusOr<int64_t> milli =
      autoscaler::ParseGoMilli(member.is_string() ? member.get<std::string>() : member.dump());
  return milli.ok() ? milli : In(key, milli.status());
}

bool HasField(const Json& object, const char* key) {
  return !kube::JsonMember(object, key).is_null();
}

absl::Status In(std::string_view where, const absl::Status& status) {
  return absl::Status(status.code(), fmt::format("{}: {}", where, std::string(status.message())));
}

}  // namespace kubegauge::server::replay
