#include "autoscaler/pod_cache.h"

#include <string>

#include "autoscaler/pod_decoder.h"

namespace kubegauge::autoscaler {
namespace {

kube::WatchedResource AllPods() {
  return {.name = "pods",
          .path = "/api/v1/pods",
          .list_accept = std::string(kube::kAcceptObjects),
          .watch_accept = std::string(kube::kAcceptObjects)};
}

}  // namespace

absl::StatusOr<PodPtr> PodKind::Decode(const kube::EncodedObject& object) const {
  return DecodePod(object, shapes_);
}

PodCache::PodCache(const kube::ReflectorEnvironment& environment, PodIndex& index)
    : cache_(PodKind(shapes_)), reflector_(AllPods(), cache_, environment) {
  cache_.SetHandlers({.added = [&index](const PodPtr& pod) { index.Add(pod); },
                      .updated = [&index](const PodPtr& before,
                                          const PodPtr& after) { index.Update(before, after); },
                      .deleted = [&index](const PodPtr& pod) { index.Remove(pod); }});
}

}  // namespace kubegauge::autoscaler
