#include "scraper/snapshot.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/hash/hash.h"

namespace kubegauge::scraper {
namespace {

using PlaceAndName = std::pair<std::string_view, std::string_view>;

struct Newest {
  int64_t start_time_ns = 0;
  int64_t timestamp_ns = INT64_MIN;
  auto operator<=>(const Newest&) const = default;
};

Newest NewestOf(const NodePoints& points, uint32_t pod) {
  const NodeLayout::Pod& place = points.layout->pods[pod];
  Newest newest;
  for (uint32_t i = 0; i < place.container_count; ++i) {
    const UsagePoint& last = points.containers[place.first_container + i].last;
    newest.start_time_ns = std::max(newest.start_time_ns, last.start_time_ns);
    newest.timestamp_ns = std::max(newest.timestamp_ns, last.timestamp_ns);
  }
  return newest;
}

}  // namespace

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

std::shared_ptr<const Snapshot::PodPlaces> PlacePods(const Catalog& catalog,
                                                     const Snapshot::Points& points) {
  boost::unordered_flat_map<PlaceAndName, Snapshot::PodPlace, absl::Hash<PlaceAndName>> claims;
  claims.reserve(catalog.pods().size());
  for (uint32_t node = 0; node < points.size(); ++node) {
    if (points[node] == nullptr) continue;
    const NodeLayout& layout = *points[node]->layout;
    for (uint32_t pod = 0; pod < layout.pods.size(); ++pod) {
      const kube::ObjectMeta& meta = *layout.pods[pod].meta;
      const Snapshot::PodPlace claim{.node = node, .pod = pod};
      const auto [known, is_first] =
          claims.try_emplace({meta.namespace_name(), meta.name()}, claim);
      if (is_first) continue;
      Snapshot::PodPlace& holder = known->second;
      if (NewestOf(*points[node], pod) > NewestOf(*points[holder.node], holder.pod)) {
        holder = claim;
      }
    }
  }
  auto places = std::make_shared<Snapshot::PodPlaces>(catalog.pods().size());
  for (size_t i = 0; i < places->size(); ++i) {
    const kube::ObjectMeta& meta = *catalog.pods()[i];
    const auto claim = claims.find({meta.namespace_name(), meta.name()});
    if (claim != claims.end()) (*places)[i] = claim->second;
  }
  return places;
}

std::shared_ptr<const Snapshot> EmptySnapshot() {
  const auto catalog = std::make_shared<const Catalog>(std::vector<kube::ObjectMetaRef>(),
                                                       std::vector<kube::ObjectMetaRef>());
  return std::make_shared<const Snapshot>(catalog, Snapshot::Points(),
                                          std::make_shared<const Snapshot::PodPlaces>());
}

}  // namespace kubegauge::scraper
