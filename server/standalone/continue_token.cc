#include "server/standalone/continue_token.h"

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "apiservice/base64.h"

namespace kubegauge::server {
namespace {

constexpr std::string_view kVersion = "meta.k8s.io/v1";

}  // namespace

std::string EncodeContinue(const ContinuePoint& point) {
  // The first key behind last_key is last_key followed by a zero byte.
  const nlohmann::ordered_json token = {
      {"v", kVersion}, {"rv", point.resource_version}, {"start", point.last_key + '\0'}};
  return absl::WebSafeBase64Escape(
      token.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

std::optional<ContinuePoint> DecodeContinue(std::string_view token) {
  const absl::StatusOr<std::string> text = apiservice::DecodeBase64Url(token);
  if (!text.ok()) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  const auto version = json.find("v");
  const auto resource_version = json.find("rv");
  const auto start = json.find("start");
  if (version == json.end() || *version != kVersion) return std::nullopt;
  if (resource_version == json.end() || !resource_version->is_number_unsigned()) {
    return std::nullopt;
  }
  if (start == json.end() || !start->is_string()) return std::nullopt;
  std::string key = start->get<std::string>();
  if (!key.ends_with('\0')) return std::nullopt;
  key.pop_back();
  return ContinuePoint{.resource_version = resource_version->get<uint64_t>(),
                       .last_key = std::move(key)};
}

}  // namespace kubegauge::server
