#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/api_discovery.h"
#include "kube/async_turn.h"
#include "kube/clock.h"
#include "kube/discovery_reader.h"
#include "kube/group_version.h"

namespace kubegauge::kube {

// How a kind is served.
struct RestMapping {
  GroupVersion group_version;
  std::string resource;  // plural
  bool namespaced = false;

  bool operator==(const RestMapping&) const = default;
};

// A kind and the version it is written in.
struct VersionedKind {
  GroupVersion group_version;
  std::string kind;

  bool operator==(const VersionedKind&) const = default;
};

struct RestMapperOptions {
  // kube-controller-manager resets its mapper as often.
  std::chrono::nanoseconds read_interval = std::chrono::seconds(30);
  // For what was not found, what was read is good for no longer than this.
  std::chrono::nanoseconds reread_interval = std::chrono::seconds(10);
  // After discovery failed, it is tried again no sooner.
  std::chrono::nanoseconds retry_interval = std::chrono::seconds(1);
};

// From kinds to resources, by the API server's discovery, as client-go's deferred REST mapper with
// an in-memory cache does it. What was read is kept for options.read_interval, and read anew when
// something is not found in it. When that fails, the last that was read stays good.
//
// Unlike client-go, a server without aggregated discovery is asked only for the groups that are
// looked up, and one that gives entity tags sends unchanged documents only once.
//
// Errors: kNotFound with client-go's text for what is not served; else those of the discovery.
// Thread-safe. Keeps references to `client` and `clock`.
class RestMapper {
 public:
  RestMapper(boost::asio::any_io_executor executor, ApiClient& client, const Clock& clock,
             const RestMapperOptions& options = {});

  // How (group, kind) is served, the group's preferred version first. At least one, or
  // `no matches for kind "K" in group "G"`.
  boost::asio::awaitable<absl::StatusOr<std::vector<RestMapping>>> Mappings(std::string group,
                                                                            std::string kind);

  // "plural[.group]" of the first of these mappings, as custom metrics name it (hpa.md 8.2).
  // `unable to map kind <Kind>[.<group>] to resource: <err>`.
  boost::asio::awaitable<absl::StatusOr<std::string>> QualifiedResourceOf(std::string group,
                                                                          std::string kind);

  // The version that a resource is to be used in. `no matches for apps/, Resource=deployments`.
  boost::asio::awaitable<absl::StatusOr<std::string>> PreferredVersionOf(std::string group,
                                                                         std::string resource);

  // What the subresource ("scale") of a resource is written as. `could not find scale subresource
  // for apps/v1, Resource=deployments in discovery information`.
  boost::asio::awaitable<absl::StatusOr<VersionedKind>> SubresourceKind(GroupVersion group_version,
                                                                        std::string resource,
                                                                        std::string subresource);

  // All groups with their versions, read no longer ago than `age`, or the last that could be read;
  // of some, the resources may not be known.
  boost::asio::awaitable<absl::StatusOr<std::shared_ptr<const ApiGroups>>> Groups(
      std::chrono::nanoseconds age);

  const RestMapperOptions& options() const { return options_; }

 private:
  using GroupsPtr = std::shared_ptr<const ApiGroups>;
  using GroupPtr = std::shared_ptr<const ApiGroup>;  // nullptr: there is no such group

  // Applies `find` to discovery no older than read_interval; on kNotFound again to discovery no
  // older than reread_interval.
  template <class Result, class Find>
  boost::asio::awaitable<absl::StatusOr<Result>> Look(std::string group, Find find);

  GroupsPtr ReadWithin(std::chrono::nanoseconds age);
  // Where nothing has to be read for it, as mostly; else nullptr.
  GroupPtr KnownGroup(std::string_view name);
  boost::asio::awaitable<absl::StatusOr<GroupPtr>> GroupWithin(std::string name,
                                                               std::chrono::nanoseconds age);
  boost::asio::awaitable<GroupPtr> CompleteGroup(GroupPtr incomplete);

  const Clock& clock_;
  const RestMapperOptions options_;
  AsyncTurn turn_;  // one reads at a time, the others wait for what it reads

  // With the turn only.
  DiscoveryReader reader_;
  absl::Status last_failure_;
  int64_t failed_at_ns_ = 0;

  std::mutex mutex_;
  GroupsPtr groups_;        // guarded by mutex_
  int64_t read_at_ns_ = 0;  // guarded by mutex_
};

}  // namespace kubegauge::kube
