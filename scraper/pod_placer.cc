#include "scraper/pod_placer.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <compare>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/hash/hash.h"

namespace kubegauge::scraper {
namespace {

using PodPlace = Snapshot::PodPlace;

// Of the contests that are kept for the log: one node can claim all pods that there are.
constexpr size_t kMaxContests = 100;

struct Newest {
  int64_t start_time_ns = 0;
  int64_t timestamp_ns = INT64_MIN;
  auto operator<=>(const Newest&) const = default;
};

// A start that is still to come tells nothing.
Newest NewestOf(const NodePoints& points, uint32_t pod) {
  const NodeLayout::Pod& place = points.layout->pods[pod];
  Newest newest;
  for (uint32_t i = 0; i < place.container_count; ++i) {
    const UsagePoint& last = points.containers[place.first_container + i].last;
    newest.timestamp_ns = std::max(newest.timestamp_ns, last.timestamp_ns);
    if (last.start_time_ns > last.timestamp_ns) continue;
    newest.start_time_ns = std::max(newest.start_time_ns, last.start_time_ns);
  }
  return newest;
}

bool AreSame(const PodContest& a, const PodContest& b) {
  return a.pod->name() == b.pod->name() && a.pod->namespace_name() == b.pod->namespace_name() &&
         a.holder->name() == b.holder->name() && a.challenger->name() == b.challenger->name();
}

}  // namespace

// One call of Place.
class PodPlacer::Placing {
 public:
  // `before` may know no places.
  Placing(const PodPlacer& before, const Catalog& catalog, const Snapshot::Points& points,
          const std::vector<bool>& overdue)
      : before_(before), catalog_(catalog), points_(points), overdue_(overdue) {
    claims_.reserve(catalog.pods().size());
  }

  void TakeClaimsOf(uint32_t node) {
    const NodeLayout& layout = *points_[node]->layout;
    for (uint32_t pod = 0; pod < layout.pods.size(); ++pod) {
      const kube::ObjectMeta& meta = *layout.pods[pod].meta;
      const PodPlace claim{.node = node, .pod = pod};
      const auto [known, is_first] =
          claims_.try_emplace({meta.namespace_name(), meta.name()}, claim);
      if (!is_first) Settle(claim, known->second);
    }
  }

  Places MakePlaces() const {
    auto places = std::make_shared<Snapshot::PodPlaces>(catalog_.pods().size());
    for (size_t i = 0; i < places->size(); ++i) {
      const kube::ObjectMeta& meta = *catalog_.pods()[i];
      const auto claim = claims_.find({meta.namespace_name(), meta.name()});
      if (claim != claims_.end()) (*places)[i] = claim->second;
    }
    return places;
  }
  std::vector<Contest> TakeContests() { return std::move(contests_); }

 private:
  using PlaceAndName = std::pair<std::string_view, std::string_view>;
  using Claims = boost::unordered_flat_map<PlaceAndName, PodPlace, absl::Hash<PlaceAndName>>;

  void Settle(const PodPlace& claim, PodPlace& holder) {
    const kube::ObjectMeta& meta = *points_[claim.node]->layout->pods[claim.pod].meta;
    const auto pod = catalog_.FindPod(meta.namespace_name(), meta.name());
    if (!pod) return;  // is not served
    PodPlace loser = claim;
    if (IsBetter(claim, holder, HolderBefore(meta))) std::swap(loser, holder);
    Note({.names = {.pod = catalog_.pods()[*pod],
                    .holder = catalog_.nodes()[holder.node],
                    .challenger = catalog_.nodes()[loser.node]},
          .holder = {.node = holder.node, .points = points_[holder.node]},
          .challenger = {.node = loser.node, .points = points_[loser.node]}});
  }

  bool IsBetter(const PodPlace& claim, const PodPlace& holder,
                std::optional<std::string_view> node_before) const {
    if (IsGoneFrom(holder, claim)) return true;
    if (IsGoneFrom(claim, holder)) return false;
    if (node_before == catalog_.nodes()[holder.node]->name()) return false;
    return node_before == catalog_.nodes()[claim.node]->name() ||
           NewestOf(*points_[claim.node], claim.pod) > NewestOf(*points_[holder.node], holder.pod);
  }

  // Whether it was started elsewhere, as that of a StatefulSet whose node died.
  bool IsGoneFrom(const PodPlace& one, const PodPlace& other) const {
    return overdue_[one.node] && !overdue_[other.node] &&
           NewestOf(*points_[other.node], other.pod).start_time_ns >
               NewestOf(*points_[one.node], one.pod).start_time_ns;
  }

  std::optional<std::string_view> HolderBefore(const kube::ObjectMeta& meta) const {
    if (before_.catalog_ == nullptr) return std::nullopt;
    const auto pod = before_.catalog_->FindPod(meta.namespace_name(), meta.name());
    if (!pod) return std::nullopt;
    const uint32_t node = (*before_.places_)[*pod].node;
    if (node == PodPlace::kNone) return std::nullopt;
    return before_.catalog_->nodes()[node]->name();
  }

  void Note(Contest contest) {
    if (contests_.size() == kMaxContests) return;
    for (const Contest& known : before_.contests_) {
      if (!AreSame(known.names, contest.names)) continue;
      contest.holder.points = known.holder.points;
      contest.challenger.points = known.challenger.points;
      break;
    }
    contests_.push_back(std::move(contest));
  }

  const PodPlacer& before_;
  const Catalog& catalog_;
  const Snapshot::Points& points_;
  const std::vector<bool>& overdue_;
  Claims claims_;
  std::vector<Contest> contests_;
};

PodPlacer::Places PodPlacer::Place(std::shared_ptr<const Catalog> catalog,
                                   const Snapshot::Points& points, std::vector<bool> overdue) {
  Placing placing(*this, *catalog, points, overdue);
  for (uint32_t node = 0; node < points.size(); ++node) {
    if (points[node] != nullptr) placing.TakeClaimsOf(node);
  }
  places_ = placing.MakePlaces();
  contests_ = placing.TakeContests();
  overdue_ = std::move(overdue);
  catalog_ = std::move(catalog);
  return places_;
}

std::vector<PodContest> PodPlacer::FindLastingContests(const Snapshot::Points& points) {
  std::vector<PodContest> lasting;
  for (Contest& contest : contests_) {
    const auto& of_holder = points[contest.holder.node];
    const auto& of_challenger = points[contest.challenger.node];
    if (of_holder == contest.holder.points || of_challenger == contest.challenger.points) continue;
    contest.holder.points = of_holder;
    contest.challenger.points = of_challenger;
    lasting.push_back(contest.names);
  }
  return lasting;
}

PodPlacer::Places PlacePods(const Catalog& catalog, const Snapshot::Points& points) {
  // Outlives the placer.
  const std::shared_ptr<const Catalog> borrowed(std::shared_ptr<void>(), &catalog);
  return PodPlacer().Place(borrowed, points, std::vector<bool>(points.size()));
}

}  // namespace kubegauge::scraper
