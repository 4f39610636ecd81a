#include "apiservice/request_header_authenticator.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <string_view>

#include "apiservice/request_info.h"
#include "apiservice/x509_authenticator.h"

namespace kubegauge::apiservice {
namespace {

std::string FirstValue(const Headers& headers, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::string_view value = headers.Find(name);
    if (!value.empty()) return std::string(value);
  }
  return {};
}

std::vector<std::string> AllValues(const Headers& headers, const std::vector<std::string>& names) {
  std::vector<std::string> values;
  for (const std::string& name : names) {
    for (const auto& [field, value] : headers.fields()) {
      if (!value.empty() && boost::beast::iequals(field, name)) values.push_back(value);
    }
  }
  return values;
}

using Extra = decltype(UserInfo::extra);

void AppendExtra(std::string key, const std::string& value, Extra& extra) {
  auto entry = std::find_if(extra.begin(), extra.end(),
                            [&](const auto& known) { return known.first == key; });
  if (entry == extra.end()) entry = extra.insert(extra.end(), {std::move(key), {}});
  entry->second.push_back(value);
}

Extra ExtraOf(const Headers& headers, const std::vector<std::string>& prefixes) {
  Extra extra;
  for (const std::string& prefix : prefixes) {
    if (prefix.empty()) continue;  // would take every field of the request for the user's
    for (const auto& [field, value] : headers.fields()) {
      const std::string_view name = field;
      if (!boost::beast::iequals(name.substr(0, prefix.size()), prefix)) continue;
      AppendExtra(ExtraKey(name.substr(prefix.size())), value, extra);
    }
  }
  return extra;
}

absl::Status CheckAllowed(const X509* proxy, const std::vector<std::string>& allowed_names) {
  if (allowed_names.empty()) return absl::OkStatus();
  const std::string name = CommonNameOf(proxy);
  if (std::find(allowed_names.begin(), allowed_names.end(), name) != allowed_names.end()) {
    return absl::OkStatus();
  }
  return absl::UnauthenticatedError(
      fmt::format("x509: subject with cn={} is not in the allowed list", name));
}

}  // namespace

std::optional<UserInfo> UserOfHeaders(const Headers& headers, const RequestHeaderRules& rules) {
  UserInfo user;
  user.name = FirstValue(headers, rules.username_headers);
  if (user.name.empty()) return std::nullopt;
  user.uid = FirstValue(headers, rules.uid_headers);
  user.groups = AllValues(headers, rules.group_headers);
  user.extra = ExtraOf(headers, rules.extra_header_prefixes);
  return user;
}

Authentication RequestHeaderAuthenticator::AuthenticateLocally(const Request& request) {
  if (request.client_certificate == nullptr) return std::nullopt;
  const std::shared_ptr<const RequestHeaderConfig> config = config_.Get();
  if (config == nullptr || config->authorities == nullptr) return std::nullopt;
  const absl::Status verified =
      config->authorities->Verify(*request.client_certificate, clock_.WallNs());
  if (!verified.ok()) return verified;
  const absl::Status allowed =
      CheckAllowed(request.client_certificate->leaf(), config->rules.allowed_names);
  if (!allowed.ok()) return allowed;
  return UserOfHeaders(request.headers, config->rules);
}

}  // namespace kubegauge::apiservice
