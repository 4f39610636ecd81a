#include "kube/rest_mapper.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kube/ascii_text.h"
#include "kube/go_quote.h"
#include "kube/status_context.h"

namespace kubegauge::kube {
namespace {

using boost::asio::awaitable;
using std::chrono::nanoseconds;

// A kind may also be asked for in lower case.
bool IsKind(const ApiResource& resource, std::string_view kind) {
  if (resource.name.find('/') != std::string::npos) return false;
  if (resource.kind == kind) return true;
  return AsciiLower(resource.kind) == kind;
}

absl::StatusOr<std::vector<RestMapping>> FindMappings(const ApiGroup* group,
                                                      std::string_view group_name,
                                                      std::string_view kind) {
  std::vector<RestMapping> mappings;
  if (group != nullptr) {
    for (const ApiGroupVersion* version : group->ByPreference()) {
      // Of resources that share a kind, client-go's mapper remembers the last.
      const auto found =
          std::find_if(version->resources.rbegin(), version->resources.rend(),
                       [&](const ApiResource& resource) { return IsKind(resource, kind); });
      if (found == version->resources.rend()) continue;
      mappings.push_back({{group->name, version->version}, found->name, found->namespaced});
    }
  }
  if (!mappings.empty()) return mappings;
  return absl::NotFoundError(
      fmt::format("no matches for kind {} in group {}", GoQuote(kind), GoQuote(group_name)));
}

absl::StatusOr<std::string> FindVersionOf(const ApiGroup* group, std::string_view group_name,
                                          std::string_view resource) {
  if (group != nullptr) {
    for (const ApiGroupVersion* version : group->ByPreference()) {
      if (version->FindResource(resource) != nullptr) return version->version;
    }
  }
  return absl::NotFoundError(fmt::format("no matches for {}/, Resource={}", group_name, resource));
}

absl::StatusOr<VersionedKind> FindSubresource(const ApiGroup* group,
                                              const GroupVersion& group_version,
                                              std::string_view resource,
                                              std::string_view subresource) {
  const ApiGroupVersion* version =
      group == nullptr ? nullptr : group->FindVersion(group_version.version);
  const ApiResource* found =
      version == nullptr ? nullptr
                         : version->FindResource(fmt::format("{}/{}", resource, subresource));
  if (found == nullptr) {
    return absl::NotFoundError(
        fmt::format("could not find {} subresource for {}/{}, Resource={} in discovery information",
                    subresource, group_version.group, group_version.version, resource));
  }
  if (found->kind_group.empty() || found->kind_version.empty()) {
    return VersionedKind{group_version, found->kind};
  }
  return VersionedKind{{found->kind_group, found->kind_version}, found->kind};
}

bool IsComplete(const ApiGroup& group) {
  return std::all_of(group.versions.begin(), group.versions.end(),
                     [](const ApiGroupVersion& version) { return version.resources_known; });
}

}  // namespace

RestMapper::RestMapper(boost::asio::any_io_executor executor, ApiClient& client, const Clock& clock,
                       const RestMapperOptions& options)
    : clock_(clock), options_(options), turn_(std::move(executor)), reader_(client) {}

awaitable<absl::StatusOr<std::vector<RestMapping>>> RestMapper::Mappings(std::string group,
                                                                         std::string kind) {
  return Look<std::vector<RestMapping>>(group, [group, kind = std::move(kind)](const ApiGroup* in) {
    return FindMappings(in, group, kind);
  });
}

awaitable<absl::StatusOr<std::string>> RestMapper::QualifiedResourceOf(std::string group,
                                                                       std::string kind) {
  const std::string context =
      fmt::format("unable to map kind {} to resource", Qualified(kind, group));
  const absl::StatusOr<std::vector<RestMapping>> mappings =
      co_await Mappings(group, std::move(kind));
  if (!mappings.ok()) co_return WithContext(mappings.status(), context);
  co_return Qualified(mappings->front().resource, group);
}

awaitable<absl::StatusOr<std::string>> RestMapper::PreferredVersionOf(std::string group,
                                                                      std::string resource) {
  return Look<std::string>(group, [group, resource = std::move(resource)](const ApiGroup* in) {
    return FindVersionOf(in, group, resource);
  });
}

awaitable<absl::StatusOr<VersionedKind>> RestMapper::SubresourceKind(GroupVersion group_version,
                                                                     std::string resource,
                                                                     std::string subresource) {
  std::string group = group_version.group;
  return Look<VersionedKind>(
      std::move(group), [group_version = std::move(group_version), resource = std::move(resource),
                         subresource = std::move(subresource)](const ApiGroup* in) {
        return FindSubresource(in, group_version, resource, subresource);
      });
}

template <class Result, class Find>
awaitable<absl::StatusOr<Result>> RestMapper::Look(std::string name, Find find) {
  absl::StatusOr<GroupPtr> group = KnownGroup(name);
  if (*group == nullptr) group = co_await GroupWithin(name, options_.read_interval);
  if (!group.ok()) co_return group.status();
  absl::StatusOr<Result> result = find(group->get());
  if (!absl::IsNotFound(result.status())) co_return result;
  const absl::StatusOr<GroupPtr> reread =
      co_await GroupWithin(std::move(name), options_.reread_interval);
  if (!reread.ok() || *reread == *group) co_return result;
  co_return find(reread->get());
}

RestMapper::GroupsPtr RestMapper::ReadWithin(nanoseconds age) {
  const std::lock_guard lock(mutex_);
  if (groups_ == nullptr || clock_.MonotonicNs() - read_at_ns_ > age.count()) return nullptr;
  return groups_;
}

RestMapper::GroupPtr RestMapper::KnownGroup(std::string_view name) {
  const GroupsPtr groups = ReadWithin(options_.read_interval);
  GroupPtr group = groups == nullptr ? nullptr : FindGroup(*groups, name);
  return group == nullptr || IsComplete(*group) ? group : nullptr;
}

awaitable<absl::StatusOr<RestMapper::GroupsPtr>> RestMapper::Groups(nanoseconds age) {
  GroupsPtr read = ReadWithin(age);
  if (read != nullptr) co_return read;
  const AsyncTurn::Holder turn = co_await turn_.Take();
  read = ReadWithin(age);
  if (read != nullptr) co_return read;
  const bool may_try =
      last_failure_.ok() || clock_.MonotonicNs() - failed_at_ns_ >= options_.retry_interval.count();
  if (may_try) {
    absl::StatusOr<ApiGroups> groups = co_await reader_.ReadGroups();
    const std::lock_guard lock(mutex_);
    last_failure_ = groups.status();
    if (groups.ok()) {
      groups_ = std::make_shared<const ApiGroups>(*std::move(groups));
      read_at_ns_ = clock_.MonotonicNs();
      co_return groups_;
    }
    failed_at_ns_ = clock_.MonotonicNs();
  }
  const std::lock_guard lock(mutex_);
  if (groups_ == nullptr) co_return last_failure_;
  co_return groups_;
}

awaitable<absl::StatusOr<RestMapper::GroupPtr>> RestMapper::GroupWithin(std::string name,
                                                                        nanoseconds age) {
  const absl::StatusOr<GroupsPtr> groups = co_await Groups(age);
  if (!groups.ok()) co_return groups.status();
  GroupPtr group = FindGroup(**groups, name);
  if (group == nullptr || IsComplete(*group)) co_return group;
  co_return co_await CompleteGroup(std::move(group));
}

// A version whose resources cannot be read has none, until all is read anew.
awaitable<RestMapper::GroupPtr> RestMapper::CompleteGroup(GroupPtr incomplete) {
  const AsyncTurn::Holder turn = co_await turn_.Take();
  {
    const std::lock_guard lock(mutex_);
    GroupPtr current = FindGroup(*groups_, incomplete->name);
    if (current == nullptr || IsComplete(*current)) co_return current;
    incomplete = std::move(current);
  }
  auto complete = std::make_shared<ApiGroup>(*incomplete);
  for (ApiGroupVersion& version : complete->versions) {
    if (version.resources_known) continue;
    GroupVersion group_version{complete->name, version.version};
    absl::StatusOr<std::vector<ApiResource>> resources =
        co_await reader_.ReadResources(std::move(group_version));
    if (resources.ok()) version.resources = *std::move(resources);
    version.resources_known = true;
  }
  const std::lock_guard lock(mutex_);
  auto groups = std::make_shared<ApiGroups>(*groups_);
  std::replace(groups->begin(), groups->end(), incomplete, GroupPtr(complete));
  groups_ = std::move(groups);
  co_return complete;
}

}  // namespace kubegauge::kube
