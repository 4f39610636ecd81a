#include "autoscaler/watched_scales.h"

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

absl::StatusOr<WatchedScales::TargetKind::Record> WatchedScales::TargetKind::Decode(
    const kube::EncodedObject& object) {
  absl::StatusOr<kube::ObjectVersion> version = kube::DecodeObjectVersion(object);
  if (!version.ok()) return version.status();
  return std::make_shared<Target>(*std::move(version));
}

WatchedScales::Collection::Collection(const kube::RestMapping& mapping,
                                      const kube::ReflectorEnvironment& environment)
    : group(mapping.group_version.group),
      resource(mapping.resource),
      reflector(MetadataOf(mapping), cache, environment) {}

WatchedScales::Collection* WatchedScales::Followed(const kube::RestMapping& mapping) const {
  for (const auto& one : collections_) {
    if (one->resource == mapping.resource && one->group == mapping.group_version.group) {
      return one.get();
    }
  }
  return nullptr;
}

bool WatchedScales::IsHeard(const Collection& collection) const {
  const std::optional<int64_t> heard_at_ns = collection.reflector.heard_at_ns();
  return heard_at_ns && environment_.clock.MonotonicNs() - *heard_at_ns < kSuspiciousSilenceNs;
}

TargetScalePtr WatchedScales::Find(const kube::RestMapping& mapping,
                                   const kube::ScaleTarget& target) const {
  const Collection* const followed = Followed(mapping);
  if (followed == nullptr || !IsHeard(*followed)) return nullptr;
  const auto found = followed->cache.Find({target.namespace_name, target.name});
  return found == nullptr ? nullptr : found->scale;
}

void WatchedScales::Keep(const kube::RestMapping& mapping, const kube::ScaleTarget& target,
                         TargetScalePtr scale) {
  const Collection* const followed = Followed(mapping);
  if (followed == nullptr) {
    if (collections_.size() == kMaxCollections) return;
    collections_.push_back(std::make_unique<Collection>(mapping, environment_));
    run_(collections_.back()->reflector.Run());
    return;
  }
  const auto found = followed->cache.Find({target.namespace_name, target.name});
  const std::string& read_version = scale->scale.resource_version;
  if (found == nullptr || read_version.empty() || found->version.resource_version != read_version) {
    return;
  }
  found->scale = std::move(scale);
}

}  // namespace kubegauge::autoscaler
