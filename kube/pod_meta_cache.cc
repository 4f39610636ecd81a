#include "kube/pod_meta_cache.h"

#include "kube/partial_metadata_decoder.h"

namespace kubegauge::kube {
namespace {

WatchedResource RunningPods() {
  return {.name = "pods",
          .path = "/api/v1/pods",
          .field_selector = "status.phase=Running",
          .list_accept =
              "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,"
              "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
          .watch_accept =
              "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,"
              "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"};
}

}  // namespace

absl::StatusOr<ObjectMetaRef> ObjectMetaKind::Decode(const EncodedObject& object) const {
  return DecodeObjectMeta(object, labels.get());
}

PodMetaCache::PodMetaCache(const ReflectorEnvironment& environment)
    : reflector_(RunningPods(), cache_, environment) {}

}  // namespace kubegauge::kube
