#include "scraper/store.h"

#include <utility>

namespace kubegauge::scraper {
namespace {

bool HasUsage(const NodePoints* points) {
  return points != nullptr && points->node && points->node->has_previous();
}

}  // namespace

Store::Store(StoreOptions options, const kube::Clock& clock)
    : options_(options),
      clock_(clock),
      catalog_(std::make_shared<const Catalog>(std::vector<kube::ObjectMetaRef>(),
                                               std::vector<kube::ObjectMetaRef>())) {}

void Store::SetCatalog(std::shared_ptr<const Catalog> catalog) {
  catalog_ = std::move(catalog);
  states_.clear();
  boost::unordered::erase_if(
      nodes_, [&](const auto& entry) { return !catalog_->FindNode(entry.first).has_value(); });
}

Store::Applied Store::Apply(std::string_view node, const Sample& sample) {
  NodeState& state = StateOf(node);
  const auto find_meta = [this](std::string_view namespace_name, std::string_view name) {
    const auto pod = catalog_->FindPod(namespace_name, name);
    return pod ? catalog_->pods()[*pod] : nullptr;
  };
  const int64_t now_ns = clock_.MonotonicNs();
  const NodePoints* old = IsFresh(state, now_ns) ? state.points.get() : nullptr;
  const bool had_usage = HasUsage(old);
  state.points = Advance(old, sample, options_.resolution_ns, find_meta, options_.stale_after_ns);
  state.applied_at_ns = now_ns;
  return {.is_first_usage = !had_usage && HasUsage(state.points.get()),
          .layout = state.points->layout};
}

std::shared_ptr<const Snapshot> Store::MakeSnapshot() {
  Snapshot::Points points = FreshPoints();
  std::vector<bool> overdue = FindOverdue();
  if (placed_catalog_ != catalog_ || LayoutsChanged(points) || placer_.DependsOn(overdue)) {
    placer_.Place(catalog_, points, std::move(overdue));
    placed_catalog_ = catalog_;
    placed_layouts_.clear();
    for (const auto& node : points) placed_layouts_.push_back(node ? node->layout : nullptr);
  }
  contests_ = placer_.FindLastingContests(points);
  return std::make_shared<const Snapshot>(catalog_, std::move(points), placer_.places());
}

bool Store::HasFreshPoints(std::string_view node) const {
  const auto known = nodes_.find(node);
  return known != nodes_.end() && known->second.points != nullptr &&
         IsFresh(known->second, clock_.MonotonicNs());
}

bool Store::IsFresh(const NodeState& state, int64_t now_ns) const {
  return now_ns - state.applied_at_ns <= options_.stale_after_ns;
}

Store::NodeState& Store::StateOf(std::string_view node) {
  const auto known = nodes_.find(node);
  if (known != nodes_.end()) return known->second;
  states_.clear();
  return nodes_.emplace(std::string(node), NodeState()).first->second;
}

void Store::FindStates() {
  states_.reserve(catalog_->nodes().size());
  for (const kube::ObjectMetaRef& node : catalog_->nodes()) {
    const auto state = nodes_.find(node->name());
    states_.push_back(state == nodes_.end() ? nullptr : &state->second);
  }
}

// Whoever takes hold of the points of a node waits for their memory, which is in no cache in a
// large cluster. Asked for first, all of it comes at once.
void Store::PrefetchPoints() const {
  for (const NodeState* state : states_) __builtin_prefetch(state);
  for (const NodeState* state : states_) {
    if (state != nullptr) __builtin_prefetch(state->points.get());
  }
}

Snapshot::Points Store::FreshPoints() {
  if (states_.empty()) FindStates();
  PrefetchPoints();
  const int64_t now_ns = clock_.MonotonicNs();
  Snapshot::Points points;
  points.reserve(states_.size());
  for (const NodeState* state : states_) {
    const bool fresh = state != nullptr && IsFresh(*state, now_ns);
    points.push_back(fresh ? state->points : nullptr);
  }
  return points;
}

std::vector<bool> Store::FindOverdue() const {
  const int64_t now_ns = clock_.MonotonicNs();
  // A scrape may begin a little later than the one before, and take its time.
  const int64_t overdue_after_ns = 2 * options_.resolution_ns;
  std::vector<bool> overdue;
  overdue.reserve(states_.size());
  for (const NodeState* state : states_) {
    overdue.push_back(state == nullptr || now_ns - state->applied_at_ns > overdue_after_ns);
  }
  return overdue;
}

bool Store::LayoutsChanged(const Snapshot::Points& points) const {
  for (size_t i = 0; i < points.size(); ++i) {
    const NodeLayout* const layout = points[i] ? points[i]->layout.get() : nullptr;
    if (layout != placed_layouts_[i].get()) return true;
  }
  return false;
}

}  // namespace kubegauge::scraper
