#include "scraper/node_points.h"

#include <algorithm>
#include <compare>
#include <utility>

namespace kubegauge::scraper {
namespace {

// Walks the old layout beside a sample. Both are sorted, and almost always equal.
class OldPoints {
 public:
  explicit OldPoints(const NodePoints* points) : points_(points) {}

  // The record of the old pod of this place, or null. Asked in ascending order.
  const kube::ObjectMetaRef* FindPod(const PodSample& pod) {
    next_container_ = pod_end_ = 0;
    if (points_ == nullptr) return nullptr;
    const auto& pods = points_->layout->pods;
    for (; next_pod_ < pods.size(); ++next_pod_) {
      const NodeLayout::Pod& old = pods[next_pod_];
      const auto order = ComparePlaces(*old.meta, pod.namespace_name, pod.name);
      if (order > 0) break;
      if (order < 0) continue;
      ++next_pod_;
      next_container_ = old.first_container;
      pod_end_ = old.first_container + old.container_count;
      return &old.meta;
    }
    return nullptr;
  }

  // The old series of a container of the pod found last, or null. Asked in ascending order.
  const Series* FindContainer(std::string_view name) {
    for (; next_container_ < pod_end_; ++next_container_) {
      const auto order = points_->layout->ContainerName(next_container_) <=> name;
      if (order == 0) return &points_->containers[next_container_++];
      if (order > 0) break;
    }
    return nullptr;
  }

 private:
  const NodePoints* points_;
  size_t next_pod_ = 0;
  uint32_t next_container_ = 0;
  uint32_t pod_end_ = 0;
};

// How the series of one sample go on.
struct Rules {
  int64_t resolution_ns;
  int64_t max_gap_ns;
};

// `old`, unless it waited too long for `point`.
const Series* NotTooOld(const Series* old, const UsagePoint& point, const Rules& rules) {
  if (old == nullptr || !old->left_out) return old;
  int64_t gap_ns = 0;
  const bool overflows =
      __builtin_sub_overflow(point.timestamp_ns, old->last.timestamp_ns, &gap_ns);
  return overflows || gap_ns > rules.max_gap_ns ? nullptr : old;
}

// As many as make a node's points stale when its scrapes fail.
constexpr uint8_t kMaxDamagedSamples = 3;

// What becomes of a series that the newest sample has no point of.
Series WithoutPoint(const Series& old, bool is_damaged) {
  Series waiting = old;
  if (is_damaged && old.damaged_samples < kMaxDamagedSamples) {
    ++waiting.damaged_samples;
  } else {
    waiting.left_out = true;
  }
  return waiting;
}

std::optional<Series> AdvanceContainerSample(const Series* old, const ContainerSample& container,
                                             const Rules& rules) {
  if (container.point) {
    return AdvanceContainer(NotTooOld(old, *container.point, rules), *container.point,
                            rules.resolution_ns, container.identity);
  }
  if (old == nullptr) return std::nullopt;
  return WithoutPoint(*old, container.is_damaged);
}

// Whether `layout` is just the pods and containers of `sample`.
bool Describes(const NodeLayout& layout, const Sample& sample) {
  if (sample.layout == &layout) return true;
  if (layout.pods.size() != sample.pods.size()) return false;
  // Records are all over memory, and in no cache since the node's last sample.
  for (const NodeLayout::Pod& pod : layout.pods) __builtin_prefetch(pod.meta.get());
  for (size_t i = 0; i < sample.pods.size(); ++i) {
    const PodSample& pod = sample.pods[i];
    const NodeLayout::Pod& known = layout.pods[i];
    if (known.container_count != pod.container_count) return false;
    if (ComparePlaces(*known.meta, pod.namespace_name, pod.name) != 0) return false;
    for (uint32_t c = 0; c < pod.container_count; ++c) {
      if (layout.ContainerName(known.first_container + c) !=
          sample.containers[pod.first_container + c].name) {
        return false;
      }
    }
  }
  return true;
}

// Whether a pod of `layout` that had to have a record of its own could share one now. A node may be
// scraped before the first list of pods is there.
bool MayShareMore(const NodeLayout& layout, MetaLookup find_meta) {
  return layout.has_unlisted_pods && std::ranges::any_of(layout.pods, [&](const auto& pod) {
           const kube::ObjectMetaRef listed =
               find_meta(pod.meta->namespace_name(), pod.meta->name());
           return listed != nullptr && listed != pod.meta;
         });
}

bool IsPlainName(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' ||
           c == '.';
  });
}

// Builds a layout and its series together, as containers without any point have no place in either.
class LayoutBuilder {
 public:
  explicit LayoutBuilder(const Sample& sample) {
    size_t name_bytes = 0;
    for (const ContainerSample& container : sample.containers) name_bytes += container.name.size();
    layout_->pods.reserve(sample.pods.size());
    layout_->containers.reserve(sample.containers.size());
    layout_->names.reserve(name_bytes);
    series_.reserve(sample.containers.size());
  }

  void BeginPod(kube::ObjectMetaRef meta) {
    NoteName(meta->namespace_name());
    NoteName(meta->name());
    layout_->pods.push_back({.meta = std::move(meta),
                             .first_container = static_cast<uint32_t>(series_.size()),
                             .container_count = 0});
  }
  void AddContainer(std::string_view name, const Series& series) {
    NoteName(name);
    layout_->containers.push_back({.name_offset = static_cast<uint32_t>(layout_->names.size()),
                                   .name_size = static_cast<uint32_t>(name.size())});
    layout_->names.append(name);
    series_.push_back(series);
    ++layout_->pods.back().container_count;
  }
  void NoteUnlistedPod() { layout_->has_unlisted_pods = true; }
  void EndPod() {
    if (layout_->pods.back().container_count == 0) layout_->pods.pop_back();
  }
  void MoveTo(NodePoints& points) {
    points.layout = std::move(layout_);
    points.containers = std::move(series_);
  }

 private:
  void NoteName(std::string_view name) {
    layout_->has_plain_names = layout_->has_plain_names && IsPlainName(name);
  }

  std::shared_ptr<NodeLayout> layout_ = std::make_shared<NodeLayout>();
  std::vector<Series> series_;
};

void AdvanceInPlace(const NodePoints& old, const Sample& sample, const Rules& rules,
                    NodePoints& points) {
  points.layout = old.layout;
  points.containers.reserve(old.containers.size());
  for (const PodSample& pod : sample.pods) {
    for (const ContainerSample& container : sample.ContainersOf(pod)) {
      const Series& before = old.containers[points.containers.size()];
      points.containers.push_back(*AdvanceContainerSample(&before, container, rules));
    }
  }
}

void AdvanceWithNewLayout(const NodePoints* old, const Sample& sample, const Rules& rules,
                          MetaLookup find_meta, NodePoints& points) {
  OldPoints history(old);
  LayoutBuilder builder(sample);
  for (const PodSample& pod : sample.pods) {
    const kube::ObjectMetaRef* const before = history.FindPod(pod);
    kube::ObjectMetaRef meta = find_meta(pod.namespace_name, pod.name);
    if (meta == nullptr) builder.NoteUnlistedPod();
    if (meta == nullptr && before != nullptr) meta = *before;
    if (meta == nullptr) meta = kube::ObjectMeta::Create(pod.namespace_name, pod.name);
    builder.BeginPod(std::move(meta));
    for (const ContainerSample& container : sample.ContainersOf(pod)) {
      const Series* const series_before = history.FindContainer(container.name);
      const auto series = AdvanceContainerSample(series_before, container, rules);
      if (series) builder.AddContainer(container.name, *series);
    }
    builder.EndPod();
  }
  builder.MoveTo(points);
}

}  // namespace

std::optional<uint32_t> NodeLayout::FindPod(std::string_view namespace_name,
                                            std::string_view name) const {
  const auto found = std::lower_bound(pods.begin(), pods.end(), 0, [&](const Pod& pod, int) {
    return ComparePlaces(*pod.meta, namespace_name, name) < 0;
  });
  if (found == pods.end() || ComparePlaces(*found->meta, namespace_name, name) != 0) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(found - pods.begin());
}

std::shared_ptr<const NodePoints> Advance(const NodePoints* old, const Sample& sample,
                                          int64_t resolution_ns, MetaLookup find_meta,
                                          int64_t max_gap_ns) {
  const Rules rules{.resolution_ns = resolution_ns, .max_gap_ns = max_gap_ns};
  auto points = std::make_shared<NodePoints>();
  if (sample.node) {
    const Series* before = old != nullptr && old->node ? &*old->node : nullptr;
    points->node = AdvanceNode(NotTooOld(before, *sample.node, rules), *sample.node);
  } else if (old != nullptr && old->node) {
    points->node = WithoutPoint(*old->node, sample.node_is_damaged);
  }
  if (old != nullptr && Describes(*old->layout, sample) && !MayShareMore(*old->layout, find_meta)) {
    AdvanceInPlace(*old, sample, rules, *points);
  } else {
    AdvanceWithNewLayout(old, sample, rules, find_meta, *points);
  }
  return points;
}

bool ComputePodUsage(const NodePoints& points, uint32_t pod, PodUsage& usage) {
  usage.timestamp_ns = 0;
  usage.window_ns = 0;
  usage.containers.clear();
  const NodeLayout::Pod& place = points.layout->pods[pod];
  bool any_read = false;
  for (uint32_t i = place.first_container; i < place.first_container + place.container_count; ++i) {
    const Series& series = points.containers[i];
    if (series.left_out) continue;
    if (!series.has_previous()) return false;
    any_read = true;
    const absl::StatusOr<Usage> computed = ComputeUsage(series);
    if (!computed.ok()) continue;
    if (usage.containers.empty() || computed->timestamp_ns < usage.timestamp_ns) {
      usage.timestamp_ns = computed->timestamp_ns;
      usage.window_ns = computed->window_ns;
    }
    usage.containers.push_back({points.layout->ContainerName(i), *computed});
  }
  return any_read;
}

}  // namespace kubegauge::scraper
