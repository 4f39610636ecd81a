#include "kube/pod_meta_cache.h"

#include "kube/partial_metadata_decoder.h"

namespace kubegauge::kube {
namespace {

WatchedResource RunningPods() {
  return {.name = "pods",
          .path = "/api/v1/pods",
          .field_selector = "status.phase=Running",
          .list_accept = std::string(kAcceptMetadataList),
          .watch_accept = std::string(kAcceptMetadata)};
}

}  // namespace

absl::StatusOr<ObjectMetaRef> ObjectMetaKind::Decode(const EncodedObject& object) const {
  return DecodeObjectMeta(object, labels.get());
}

PodMetaCache::PodMetaCache(const ReflectorEnvironment& environment)
    : reflector_(RunningPods(), cache_, environment) {}

}  // namespace kubegauge::kube
