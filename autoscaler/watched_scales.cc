#include "autoscaler/watched_scales.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kubegauge::autoscaler {
namespace {

// API servers send a bookmark each minute where nothing changes.
constexpr int64_t kSuspiciousSilenceNs = 90'000'000'000;
// Of kinds that HPAs scale a cluster has a handful.
constexpr size_t kMaxCollections = 64;

// Protobuf for what is built in, JSON for custom resources; whole objects of a server that has no
// metadata alone.
kube::WatchedResource MetadataOf(const kube::RestMapping& mapping) {
  return {.name = kube::Qualified(mapping.resource, mapping.group_version.group),
          .path = kube::ApiPath(mapping.group_version) + "/" + mapping.resource,
          .list_accept = std::string(kube::kAcceptMetadataList),
          .watch_accept = std::string(kube::kAcceptMetadata),
          .optional = true};
}

}  // namespace

absl::StatusOr<WatchedScales::VersionKind::Record> WatchedScales::VersionKind::Decode(
    const kube::EncodedObject& object) {
  absl::StatusOr<kube::ObjectVersion> version = kube::DecodeObjectVersion(object);
  if (!version.ok()) return version.status();
  return std::make_shared<const kube::ObjectVersion>(*std::move(version));
}

WatchedScales::Collection::Collection(const kube::RestMapping& mapping,
                                      const kube::ReflectorEnvironment& environment)
    : group_version(mapping.group_version),
      resource(mapping.resource),
      reflector(MetadataOf(mapping), cache, environment) {
  cache.SetHandlers(
      {.added = {},
       .updated = [this](const auto& before, const auto&) { scales.erase(before.get()); },
       .deleted = [this](const auto& object) { scales.erase(object.get()); }});
}

boost::asio::awaitable<void> WatchedScales::Collection::Run(std::shared_ptr<Collection> one) {
  using boost::asio::experimental::awaitable_operators::operator&&;
  using Timer = boost::asio::steady_timer;
  if (one->stopped) co_return;
  Timer until_stopped(co_await boost::asio::this_coro::executor, Timer::time_point::max());
  one->until_stopped = &until_stopped;
  // Until one of them throws: the timer does when it is cancelled.
  try {
    co_await (one->reflector.Run() && until_stopped.async_wait(boost::asio::use_awaitable));
  } catch (...) {
    if (!one->stopped) throw;
  }
  one->until_stopped = nullptr;
}

void WatchedScales::Collection::Stop() {
  stopped = true;
  if (until_stopped != nullptr) until_stopped->cancel();
}

WatchedScales::Collection* WatchedScales::Followed(std::string_view group,
                                                   std::string_view resource) const {
  for (const auto& one : collections_) {
    if (one->resource == resource && one->group_version.group == group) return one.get();
  }
  return nullptr;
}

const ScaleReading* WatchedScales::Find(const kube::RestMapping& mapping,
                                        const kube::ScaleTarget& target) const {
  const Collection* const followed = Followed(mapping.group_version.group, mapping.resource);
  if (followed == nullptr || !followed->reflector.open_watch()) return nullptr;
  const kube::Reflector::OpenWatch& watch = *followed->reflector.open_watch();
  if (environment_.clock.MonotonicNs() - watch.heard_at_ns >= kSuspiciousSilenceNs) return nullptr;
  const auto object = followed->cache.Find({target.namespace_name, target.name});
  const auto kept = followed->scales.find(object.get());
  if (kept == followed->scales.end() || kept->second.watch != watch.number) return nullptr;
  return &kept->second.reading;
}

WatchedScales::CollectionPtr WatchedScales::Follow(const kube::RestMapping& mapping) const {
  auto one = std::make_shared<Collection>(mapping, environment_);
  run_(Collection::Run(one));
  return one;
}

void WatchedScales::FollowAnew(Collection& gone, const kube::RestMapping& mapping) {
  gone.Stop();
  *std::ranges::find(collections_, &gone, &CollectionPtr::get) = Follow(mapping);
}

void WatchedScales::Keep(std::span<const kube::RestMapping> served,
                         const kube::RestMapping& mapping, const kube::ScaleTarget& target,
                         const kube::Scale& scale, const ScaleReading& reading) {
  Collection* const followed = Followed(mapping.group_version.group, mapping.resource);
  if (followed == nullptr) {
    if (collections_.size() == kMaxCollections) return;
    collections_.push_back(Follow(mapping));
    return;
  }
  const auto is_followed = [followed](const kube::RestMapping& one) {
    return one.group_version == followed->group_version;
  };
  if (std::ranges::none_of(served, is_followed) && !followed->reflector.open_watch()) {
    FollowAnew(*followed, mapping);
    return;
  }
  const auto object = followed->cache.Find({target.namespace_name, target.name});
  if (object == nullptr || !followed->reflector.open_watch()) return;
  // The watch may be late, or what was read.
  if (scale.resource_version.empty() || object->resource_version != scale.resource_version) return;
  followed->scales.insert_or_assign(
      object.get(), Kept{.reading = reading, .watch = followed->reflector.open_watch()->number});
}

void WatchedScales::Forget(const kube::ScaleTarget& target) {
  Collection* const followed = Followed(target.group, target.resource);
  if (followed == nullptr) return;
  const auto object = followed->cache.Find({target.namespace_name, target.name});
  followed->scales.erase(object.get());
}

void WatchedScales::Renew() {
  for (const CollectionPtr& one : collections_) {
    one->scales.clear();
    one->reflector.Renew();
  }
}

}  // namespace kubegauge::autoscaler
