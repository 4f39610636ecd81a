#include "scraper/snapshot.h"

#include <utility>

namespace kubegauge::scraper {

Snapshot::Snapshot(std::shared_ptr<const Catalog> catalog, Points points,
                   std::shared_ptr<const PodPlaces> places)
    : catalog_(std::move(catalog)), points_(std::move(points)), places_(std::move(places)) {}

std::optional<Usage> Snapshot::NodeUsage(size_t node) const {
  const NodePoints* points = points_[node].get();
  if (points == nullptr || !points->node || points->node->left_out) return std::nullopt;
  if (!points->node->has_previous()) return std::nullopt;
  const absl::StatusOr<Usage> usage = ComputeUsage(*points->node);
  return usage.ok() ? std::optional(*usage) : std::nullopt;
}

bool Snapshot::GetPodUsage(size_t pod, PodUsage& usage) const {
  const PodPlace place = (*places_)[pod];
  return place.node != PodPlace::kNone && points_[place.node] != nullptr &&
         ComputePodUsage(*points_[place.node], place.pod, usage);
}

bool Snapshot::ServesNodes() const {
  for (size_t i = 0; i < points_.size(); ++i) {
    if (NodeUsage(i)) return true;
  }
  return false;
}

bool Snapshot::ServesPods() const {
  PodUsage usage;
  for (size_t i = 0; i < places_->size(); ++i) {
    if (GetPodUsage(i, usage)) return true;
  }
  return false;
}

size_t Snapshot::CountServableNodes() const {
  size_t count = 0;
  for (size_t i = 0; i < points_.size(); ++i) count += NodeUsage(i).has_value();
  return count;
}

size_t Snapshot::CountServableContainers() const {
  size_t count = 0;
  PodUsage usage;
  for (size_t i = 0; i < places_->size(); ++i) {
    if (GetPodUsage(i, usage)) count += usage.containers.size();
  }
  return count;
}

std::shared_ptr<const Snapshot> EmptySnapshot() {
  const auto catalog = std::make_shared<const Catalog>(std::vector<kube::ObjectMetaRef>(),
                                                       std::vector<kube::ObjectMetaRef>());
  return std::make_shared<const Snapshot>(catalog, Snapshot::Points(),
                                          std::make_shared<const Snapshot::PodPlaces>());
}

}  // namespace kubegauge::scraper
