#include "apiservice/authentication_config_map.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace kubegauge::apiservice {
namespace {

using Data = std::map<std::string, std::string>;

std::string ValueOf(const Data& data, const char* key) {
  const auto entry = data.find(key);
  return entry == data.end() ? std::string() : entry->second;
}

absl::Status ReadList(const Data& data, const char* key, std::vector<std::string>& list) {
  const std::string text = ValueOf(data, key);
  if (text.empty()) return absl::OkStatus();
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_null()) return absl::OkStatus();
  const auto refused = [&] {
    return absl::InvalidArgumentError(
        fmt::format("{} of ConfigMap {}/{} is not a list of texts in JSON: {}", key,
                    kAuthenticationConfigMapNamespace, kAuthenticationConfigMapName, text));
  };
  if (!json.is_array()) return refused();
  for (const nlohmann::json& item : json) {
    if (!item.is_string()) return refused();
    list.push_back(item.get<std::string>());
  }
  return absl::OkStatus();
}

absl::StatusOr<RequestHeaderRules> ReadRules(const Data& data) {
  RequestHeaderRules rules;
  const std::pair<const char*, std::vector<std::string>*> lists[] = {
      {"requestheader-username-headers", &rules.username_headers},
      {"requestheader-uid-headers", &rules.uid_headers},
      {"requestheader-group-headers", &rules.group_headers},
      {"requestheader-extra-headers-prefix", &rules.extra_header_prefixes},
      {"requestheader-allowed-names", &rules.allowed_names},
  };
  for (const auto& [key, list] : lists) {
    if (absl::Status status = ReadList(data, key, *list); !status.ok()) return status;
  }
  return rules;
}

}  // namespace

AuthenticationConfigMap ReadAuthenticationConfigMap(const Data& data) {
  return {.client_ca = ValueOf(data, "client-ca-file"),
          .request_header_ca = ValueOf(data, "requestheader-client-ca-file"),
          .rules = ReadRules(data)};
}

}  // namespace kubegauge::apiservice
