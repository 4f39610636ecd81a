#include "apiservice/impersonation.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/beast/core/string.hpp>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kServiceAccountPrefix = "system:serviceaccount:";
constexpr std::string_view kPrefix = "Impersonate-";
constexpr std::string_view kExtraPrefix = "Impersonate-Extra-";
constexpr std::string_view kAuthenticationGroup = "authentication.k8s.io";

RequestInfo Check(std::string_view group, std::string_view resource, std::string_view name) {
  RequestInfo info;
  info.is_resource_request = true;
  info.verb = "impersonate";
  info.api_group = std::string(group);
  if (!group.empty()) info.api_version = "v1";
  info.resource = std::string(resource);
  info.name = std::string(name);
  return info;
}

// Namespace and name of `system:serviceaccount:<namespace>:<name>`.
std::optional<std::pair<std::string, std::string>> SplitServiceAccount(std::string_view user) {
  if (!user.starts_with(kServiceAccountPrefix)) return std::nullopt;
  user.remove_prefix(kServiceAccountPrefix.size());
  const size_t colon = user.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::string_view name = user.substr(colon + 1);
  if (name.empty() || name.find(':') != std::string_view::npos) return std::nullopt;
  return std::pair(std::string(user.substr(0, colon)), std::string(name));
}

void AddUser(std::string_view name, bool has_groups, Impersonation& impersonation) {
  impersonation.user.name = std::string(name);
  const auto account = SplitServiceAccount(name);
  if (!account) {
    impersonation.checks.push_back(Check("", "users", name));
    return;
  }
  impersonation.checks.push_back(Check("", "serviceaccounts", account->second));
  impersonation.checks.back().namespace_name = account->first;
  if (has_groups) return;
  impersonation.user.groups = {"system:serviceaccounts",
                               fmt::format("system:serviceaccounts:{}", account->first)};
}

void AddExtras(const Headers& headers, Impersonation& impersonation) {
  std::map<std::string, std::vector<std::string>> extras;
  for (const auto& [name, value] : headers.fields()) {
    if (!boost::beast::iequals(name.substr(0, kExtraPrefix.size()), kExtraPrefix)) continue;
    const std::string key =
        PercentDecode(boost::algorithm::to_lower_copy(name.substr(kExtraPrefix.size())));
    extras[key].push_back(value);
    impersonation.checks.push_back(Check(kAuthenticationGroup, "userextras", value));
    impersonation.checks.back().subresource = key;
  }
  impersonation.user.extra.assign(extras.begin(), extras.end());
}

// Everyone belongs to one of the two groups that say whether they are known.
void AddStanding(UserInfo& user) {
  const bool is_anonymous = user.is_anonymous();
  if (user.InGroup(kUnauthenticatedGroup) || (!is_anonymous && user.InGroup(kAuthenticatedGroup)))
    return;
  user.groups.emplace_back(is_anonymous ? kUnauthenticatedGroup : kAuthenticatedGroup);
}

// The checks as Go prints its object references.
std::string Describe(const std::vector<RequestInfo>& checks) {
  std::vector<std::string> references;
  for (const RequestInfo& check : checks) {
    const std::string_view kind = check.resource == "groups"       ? "Group"
                                  : check.resource == "userextras" ? "UserExtra"
                                                                   : "UID";
    const std::string api_version =
        check.api_group.empty() ? "" : fmt::format("{}/{}", check.api_group, check.api_version);
    references.push_back(
        fmt::format("{{{}  {}  {}  {}}}", kind, check.name, api_version, check.subresource));
  }
  return fmt::format("[{}]", fmt::join(references, " "));
}

}  // namespace

bool AsksToImpersonate(const Headers& headers) {
  return std::ranges::any_of(headers.fields(), [](const auto& field) {
    return boost::beast::iequals(std::string_view(field.first).substr(0, kPrefix.size()), kPrefix);
  });
}

absl::StatusOr<Impersonation> ParseImpersonation(const Headers& headers) {
  Impersonation impersonation;
  const std::string_view name = headers.Find("Impersonate-User");
  std::vector<std::string> groups;
  for (const auto& [field, value] : headers.fields()) {
    if (boost::beast::iequals(field, "Impersonate-Group")) groups.push_back(value);
  }
  if (!name.empty()) AddUser(name, !groups.empty(), impersonation);
  for (std::string& group : groups) {
    impersonation.checks.push_back(Check("", "groups", group));
    impersonation.user.groups.push_back(std::move(group));
  }
  AddExtras(headers, impersonation);
  const std::string_view uid = headers.Find("Impersonate-Uid");
  if (!uid.empty()) {
    impersonation.user.uid = std::string(uid);
    impersonation.checks.push_back(Check(kAuthenticationGroup, "uids", uid));
  }
  if (name.empty() && impersonation.asked()) {
    return absl::InvalidArgumentError(
        fmt::format("requested {} without impersonating a user", Describe(impersonation.checks)));
  }
  if (impersonation.asked()) AddStanding(impersonation.user);
  return impersonation;
}

}  // namespace kubegauge::apiservice
