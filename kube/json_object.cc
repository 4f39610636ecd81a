#include "kube/json_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>

namespace kubegauge::kube {
namespace {

using nlohmann::json;

}  // namespace

absl::StatusOr<json> ParseJsonObject(std::string_view what, std::string_view text) {
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) {
    return absl::InvalidArgumentError(fmt::format("{} is not a JSON object", what));
  }
  return value;
}

const json& JsonMember(const json& value, const char* key) {
  static const json kNull;
  const auto member = value.find(key);
  return member == value.end() ? kNull : *member;
}

std::string_view JsonText(const json& value, const char* key) {
  const auto* text = JsonMember(value, key).get_ptr<const std::string*>();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

int32_t JsonInt32(const nlohmann::json& value, const char* key) {
  const nlohmann::json& number = JsonMember(value, key);
  return number.is_number_integer() ? ClampToInt32(number.get<int64_t>()) : 0;
}

int32_t ClampToInt32(int64_t value) {
  return static_cast<int32_t>(std::clamp<int64_t>(value, std::numeric_limits<int32_t>::min(),
                                                  std::numeric_limits<int32_t>::max()));
}

}  // namespace kubegauge::kube
