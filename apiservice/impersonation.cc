#include "apiservice/impersonation.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "kube/ascii_text.h"
#include "kube/dns_name.h"
#include "kube/go_quote.h"

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kServiceAccountPrefix = "system:serviceaccount:";
constexpr std::string_view kNodePrefix = "system:node:";
constexpr std::string_view kPrefix = "Impersonate-";
constexpr std::string_view kExtraPrefix = "Impersonate-Extra-";
constexpr std::string_view kAuthenticationGroup = "authentication.k8s.io";
constexpr std::string_view kNodeNameKey = "authentication.kubernetes.io/node-name";
constexpr char kAssociatedKeys[] = "authentication.kubernetes.io/associated-node-keys";
constexpr size_t kMany = 4;  // from as many on, one check for all of them comes first

using Checks = std::vector<ImpersonationCheck>;
using Kind = ImpersonationMode::Kind;

bool IsLabel(std::string_view text) {
  return text.size() <= kube::kMaxDnsLabelBytes && kube::IsDnsLabel(text);
}

struct ServiceAccount {
  std::string_view namespace_name;
  std::string_view name;
};

// Of `system:serviceaccount:<namespace>:<name>`.
std::optional<ServiceAccount> ServiceAccountOf(std::string_view user) {
  if (!user.starts_with(kServiceAccountPrefix)) return std::nullopt;
  user.remove_prefix(kServiceAccountPrefix.size());
  const size_t colon = user.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const ServiceAccount account{.namespace_name = user.substr(0, colon),
                               .name = user.substr(colon + 1)};
  const bool is_valid = IsLabel(account.namespace_name) && kube::IsObjectName(account.name);
  return is_valid ? std::optional(account) : std::nullopt;
}

// Of `system:node:<name>`.
std::optional<std::string_view> NodeOf(std::string_view user) {
  if (!user.starts_with(kNodePrefix)) return std::nullopt;
  user.remove_prefix(kNodePrefix.size());
  return kube::IsObjectName(user) ? std::optional(user) : std::nullopt;
}

bool RunsOn(const UserInfo& requestor, std::string_view node) {
  if (!ServiceAccountOf(requestor.name)) return false;
  return std::ranges::any_of(requestor.extra, [&](const auto& extra) {
    return extra.first == kNodeNameKey && extra.second.size() == 1 && extra.second.front() == node;
  });
}

bool HasOnlyName(const UserInfo& user) {
  return user.uid.empty() && user.groups.empty() && user.extra.empty();
}

ImpersonationCheck Check(std::string_view verb, std::string_view group, std::string_view resource,
                         std::string_view name) {
  ImpersonationCheck check;
  check.info.is_resource_request = true;
  check.info.verb = std::string(verb);
  check.info.api_group = std::string(group);
  check.info.api_version = "v1";
  check.info.resource = std::string(resource);
  check.info.name = std::string(name);
  return check;
}

// Everyone belongs to one of the two groups that say whether they are known.
void AddStanding(UserInfo& user) {
  const bool is_anonymous = user.is_anonymous();
  if (user.InGroup(kUnauthenticatedGroup) || (!is_anonymous && user.InGroup(kAuthenticatedGroup)))
    return;
  user.groups.emplace_back(is_anonymous ? kUnauthenticatedGroup : kAuthenticatedGroup);
}

// The check of the name; gives the user the groups that go with it.
void AddName(std::string_view verb, bool is_constrained, UserInfo& user, Checks& checks) {
  const std::string_view group = is_constrained ? kAuthenticationGroup : "";
  checks.push_back(Check(verb, group, "users", user.name));
  RequestInfo& info = checks.back().info;
  if (const auto node = NodeOf(user.name); is_constrained && node) {
    info.resource = "nodes";
    info.name = std::string(*node);
    user.groups = {"system:nodes"};
  } else if (const auto account = ServiceAccountOf(user.name)) {
    info.resource = "serviceaccounts";
    info.namespace_name = std::string(account->namespace_name);
    info.name = std::string(account->name);
    if (!user.groups.empty()) return;
    user.groups = {"system:serviceaccounts",
                   fmt::format("system:serviceaccounts:{}", account->namespace_name)};
  }
}

void AddGroups(std::string_view verb, bool is_constrained, const std::vector<std::string>& groups,
               Checks& checks) {
  const std::string_view api_group = is_constrained ? kAuthenticationGroup : "";
  const auto add = [&](std::string_view name) {
    checks.push_back(Check(verb, api_group, "groups", name));
  };
  const auto refuse = [&](std::string_view name, std::string_view what) {
    add(name);
    checks.back().refusal = fmt::format("impersonating the {} is not allowed", what);
  };
  const auto has = [&](std::string_view group) {
    return std::ranges::find(groups, group) != groups.end();
  };
  if (is_constrained && has("")) return refuse("", "empty string group");
  if (is_constrained && has(kMastersGroup)) return refuse(kMastersGroup, "system:masters group");
  if (is_constrained && groups.size() >= kMany) {
    add("*");
    checks.back().covers_next = groups.size();
  }
  for (const std::string& group : groups) add(group);
}

// Of `key`, of an extra, as apimachinery tells them; empty when it is a path behind a domain.
std::vector<std::string> FaultsOfDomainPrefixedPath(std::string_view key) {
  std::vector<std::string> faults;
  const auto add = [&](std::string_view value, std::string_view rule) {
    faults.push_back(fmt::format("extra.key: Invalid value: {}: {}", kube::GoQuote(value), rule));
  };
  const size_t slash = key.find('/');
  if (slash == key.npos || slash == 0 || slash + 1 == key.size()) {
    add(key, "must be a domain-prefixed path (such as \"acme.io/foo\")");
    return faults;
  }
  const std::string_view host = key.substr(0, slash);
  const std::string_view path = key.substr(slash + 1);
  if (host.size() > kube::kMaxDnsSubdomainBytes) {
    add(host, fmt::format("must be no more than {} bytes", kube::kMaxDnsSubdomainBytes));
  }
  if (!kube::IsDnsSubdomain(host)) add(host, kube::kDnsSubdomainRule);
  constexpr std::string_view kOfPaths =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~%!$&'()*+,;=:";
  if (path.find_first_not_of(kOfPaths) != path.npos) {
    add(path, "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')");
  }
  return faults;
}

// Why an extra cannot be a constrained user's; empty when it can.
std::string FaultOfExtra(std::string_view key, const std::vector<std::string>& values) {
  if (key.empty()) return "impersonating the empty string key in extra is not allowed";
  const std::vector<std::string> faults = FaultsOfDomainPrefixedPath(key);
  if (!faults.empty()) {
    const std::string all = fmt::format("{}", fmt::join(faults, ", "));
    return fmt::format("impersonating an invalid key in extra is not allowed: {}",
                       faults.size() == 1 ? all : fmt::format("[{}]", all));
  }
  if (key != kube::AsciiLower(key)) {
    return fmt::format("impersonating a non-lowercase key in extra is not allowed: {}",
                       kube::GoQuote(key));
  }
  if (std::ranges::find(values, "") != values.end()) {
    return "impersonating the empty string value in extra is not allowed";
  }
  return "";
}

void AddExtras(std::string_view verb, bool is_constrained, const UserInfo& user, Checks& checks) {
  const auto check = [&](std::string_view key, std::string_view value) {
    ImpersonationCheck made = Check(verb, kAuthenticationGroup, "userextras", value);
    made.info.subresource = std::string(key);
    return made;
  };
  Checks added;
  for (const auto& [key, values] : user.extra) {
    const std::string fault = is_constrained ? FaultOfExtra(key, values) : "";
    if (!fault.empty()) {
      checks.push_back(check("", ""));
      checks.back().refusal = fault;
      return;
    }
    for (const std::string& value : values) added.push_back(check(key, value));
  }
  if (is_constrained && added.size() >= kMany) {
    checks.push_back(check("*", "*"));
    checks.back().covers_next = added.size();
  }
  std::ranges::move(added, std::back_inserter(checks));
}

// Appends the checks of each part of the user that is asked for.
void AddParts(std::string_view verb, bool is_constrained, ImpersonationMode& mode) {
  const std::vector<std::string> groups = mode.user.groups;
  AddName(verb, is_constrained, mode.user, mode.checks);
  if (!mode.user.uid.empty()) {
    mode.checks.push_back(Check(verb, kAuthenticationGroup, "uids", mode.user.uid));
  }
  AddGroups(verb, is_constrained, groups, mode.checks);
  AddExtras(verb, is_constrained, mode.user, mode.checks);
  AddStanding(mode.user);
}

// As verbs name it.
std::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kAssociatedNode:
      return "associated-node";
    case Kind::kArbitraryNode:
      return "arbitrary-node";
    case Kind::kServiceAccount:
      return "serviceaccount";
    default:
      return "user-info";
  }
}

ImpersonationMode Constrained(Kind kind, const UserInfo& requestor, const UserInfo& wanted,
                              const RequestInfo& info) {
  const std::string_view name = NameOf(kind);
  ImpersonationMode mode{
      .kind = kind, .requestor = requestor, .user = wanted, .checks = {{.info = info}}};
  mode.checks.front().info.verb = fmt::format("impersonate-on:{}:{}", name, info.verb);
  AddParts(fmt::format("impersonate:{}", name), true, mode);
  return mode;
}

// Whether it may act as any node that it could run on: of its extras only the keys are told.
ImpersonationMode AssociatedNode(const UserInfo& requestor, const UserInfo& wanted,
                                 const RequestInfo& info) {
  UserInfo anywhere = requestor;
  std::vector<std::string> keys;
  for (const auto& [key, values] : requestor.extra) keys.push_back(key);
  std::ranges::sort(keys);
  anywhere.extra = {{kAssociatedKeys, std::move(keys)}};
  ImpersonationMode mode = Constrained(Kind::kAssociatedNode, anywhere, wanted, info);
  mode.checks.back().info.name = "*";
  return mode;
}

ImpersonationMode Legacy(const UserInfo& requestor, const UserInfo& wanted) {
  ImpersonationMode mode{
      .kind = Kind::kLegacy, .requestor = requestor, .user = wanted, .checks = {}};
  AddParts("impersonate", false, mode);
  return mode;
}

UserInfo WantedUser(const Headers& headers) {
  UserInfo user{.name = std::string(headers.Find("Impersonate-User")),
                .uid = std::string(headers.Find("Impersonate-Uid"))};
  std::map<std::string, std::vector<std::string>> extras;
  for (const auto& [name, value] : headers.fields()) {
    if (boost::beast::iequals(name, "Impersonate-Group")) user.groups.push_back(value);
    if (!boost::beast::iequals(name.substr(0, kExtraPrefix.size()), kExtraPrefix)) continue;
    extras[ExtraKey(std::string_view(name).substr(kExtraPrefix.size()))].push_back(value);
  }
  user.extra.assign(extras.begin(), extras.end());
  return user;
}

std::string Describe(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(kube::GoQuote(text));
  return texts.empty() ? "[]string(nil)" : fmt::format("[]string{{{}}}", fmt::join(quoted, ", "));
}

// As Go prints its structure.
std::string Describe(const UserInfo& user) {
  std::vector<std::string> extras;
  for (const auto& [key, values] : user.extra) {
    extras.push_back(fmt::format("{}:{}", kube::GoQuote(key), Describe(values)));
  }
  return fmt::format(
      "&user.DefaultInfo{{Name:\"\", UID:{}, Groups:{}, Extra:map[string][]string{}}}",
      kube::GoQuote(user.uid), Describe(user.groups),
      extras.empty() ? "(nil)" : fmt::format("{{{}}}", fmt::join(extras, ", ")));
}

}  // namespace

bool AsksToImpersonate(const Headers& headers) {
  return std::ranges::any_of(headers.fields(), [](const auto& field) {
    return boost::beast::iequals(std::string_view(field.first).substr(0, kPrefix.size()), kPrefix);
  });
}

absl::StatusOr<std::vector<ImpersonationMode>> ImpersonationModes(const Headers& headers,
                                                                  const UserInfo& requestor,
                                                                  const RequestInfo& info) {
  std::vector<ImpersonationMode> modes;
  const UserInfo wanted = WantedUser(headers);
  if (wanted.name.empty()) {
    if (HasOnlyName(wanted)) return modes;
    return absl::InvalidArgumentError(
        fmt::format("requested {} without impersonating a user name", Describe(wanted)));
  }
  const auto node = NodeOf(wanted.name);
  const bool is_account = ServiceAccountOf(wanted.name).has_value();
  if (node && HasOnlyName(wanted)) {
    if (RunsOn(requestor, *node)) modes.push_back(AssociatedNode(requestor, wanted, info));
    modes.push_back(Constrained(Kind::kArbitraryNode, requestor, wanted, info));
  } else if (is_account && HasOnlyName(wanted)) {
    modes.push_back(Constrained(Kind::kServiceAccount, requestor, wanted, info));
  } else if (!node && !is_account) {
    modes.push_back(Constrained(Kind::kUserInfo, requestor, wanted, info));
  }
  modes.push_back(Legacy(requestor, wanted));
  return modes;
}

}  // namespace kubegauge::apiservice
