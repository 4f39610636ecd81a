#include "kube/node_cache.h"

#include <algorithm>
#include <utility>

#include "kube/node_decoder.h"

namespace kubegauge::kube {
namespace {

WatchedResource NodesResource() {
  return {.name = "nodes",
          .path = "/api/v1/nodes",
          .list_accept = std::string(kAcceptObjects),
          .watch_accept = std::string(kAcceptObjects)};
}

}  // namespace

absl::StatusOr<NodeKind::Record> NodeKind::Decode(const EncodedObject& object) {
  return DecodeNode(object);
}

bool NodeKind::Same(const Record& before, const Record& after) {
  return SameContent(*before->meta, *after->meta) && before->addresses == after->addresses &&
         before->kubelet_port == after->kubelet_port && before->ready == after->ready &&
         before->resource_metrics_path == after->resource_metrics_path;
}

NodeCache::NodeCache(const ReflectorEnvironment& environment)
    : reflector_(NodesResource(), cache_, environment) {}

std::shared_ptr<const NodeList> NodeCache::Nodes() const {
  const std::lock_guard lock(mutex_);
  const uint64_t version = cache_.version();
  if (version != nodes_version_) {
    NodeList nodes = cache_.Objects();
    std::sort(nodes.begin(), nodes.end(),
              [](const auto& a, const auto& b) { return NodeKind::KeyOf(a) < NodeKind::KeyOf(b); });
    nodes_ = std::make_shared<const NodeList>(std::move(nodes));
    nodes_version_ = version;
  }
  return nodes_;
}

}  // namespace kubegauge::kube
