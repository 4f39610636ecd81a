#include "autoscaler/sample_table.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "autoscaler/arithmetic.h"

namespace kubegauge::autoscaler {
namespace {

// Pods by name. Looking names up in the order of the pods costs one comparison each.
class PodsByName {
 public:
  explicit PodsByName(Pods pods) : pods_(pods), by_name_(pods.size()) {
    std::iota(by_name_.begin(), by_name_.end(), 0U);
    const auto less = [this](uint32_t a, uint32_t b) { return pods_[a]->name < pods_[b]->name; };
    if (!std::is_sorted(by_name_.begin(), by_name_.end(), less)) {
      std::sort(by_name_.begin(), by_name_.end(), less);
    }
  }

  std::optional<uint32_t> Find(std::string_view name) {
    if (next_ < by_name_.size() && NameAt(next_) == name) return by_name_[next_++];
    const auto found = std::lower_bound(
        by_name_.begin(), by_name_.end(), name,
        [this](uint32_t pod, std::string_view sought) { return pods_[pod]->name < sought; });
    next_ = static_cast<size_t>(found - by_name_.begin());
    if (found == by_name_.end() || pods_[*found]->name != name) return std::nullopt;
    ++next_;
    return *found;
  }

 private:
  std::string_view NameAt(size_t position) const { return pods_[by_name_[position]]->name; }

  Pods pods_;
  std::vector<uint32_t> by_name_;
  size_t next_ = 0;
};

// Gives each name that is no pod's a slot of its own, equal names the same.
void AssignExtraneous(const std::vector<std::string_view>& names, std::vector<uint32_t> samples,
                      SampleSlots& slots) {
  std::sort(samples.begin(), samples.end(),
            [&](uint32_t a, uint32_t b) { return names[a] < names[b]; });
  for (size_t i = 0; i < samples.size(); ++i) {
    const bool known = i > 0 && names[samples[i]] == names[samples[i - 1]];
    if (!known) ++slots.slot_count;
    slots.slot_of_sample[samples[i]] = static_cast<uint32_t>(slots.slot_count - 1);
  }
}

std::optional<int64_t> WholePodUsage(std::span<const PodUsageList::Container> containers,
                                     std::string_view resource) {
  if (containers.empty()) return std::nullopt;
  int64_t total = 0;
  for (const PodUsageList::Container& container : containers) {
    const std::optional<int64_t> milli = container.usage.Find(resource);
    if (!milli) return std::nullopt;
    total = WrapAdd(total, *milli);
  }
  return total;
}

std::optional<int64_t> ContainerUsage(std::span<const PodUsageList::Container> containers,
                                      std::string_view resource, std::string_view name) {
  for (const PodUsageList::Container& container : containers) {
    if (container.name == name) return container.usage.Find(resource);
  }
  return std::nullopt;
}

}  // namespace

SampleSlots AssignSlots(Pods pods, const std::vector<std::string_view>& sample_names) {
  SampleSlots slots{.pod_count = pods.size(),
                    .slot_count = pods.size(),
                    .slot_of_sample = std::vector<uint32_t>(sample_names.size())};
  PodsByName index(pods);
  std::vector<uint32_t> extraneous;
  for (size_t sample = 0; sample < sample_names.size(); ++sample) {
    if (const std::optional<uint32_t> pod = index.Find(sample_names[sample])) {
      slots.slot_of_sample[sample] = *pod;
    } else {
      extraneous.push_back(static_cast<uint32_t>(sample));
    }
  }
  if (!extraneous.empty()) AssignExtraneous(sample_names, std::move(extraneous), slots);
  return slots;
}

size_t SampleTable::CountPresent() const {
  return static_cast<size_t>(std::count_if(slots.begin(), slots.end(),
                                           [](const Sample& sample) { return sample.present; }));
}

SampleTable ResourceSamples(const PodUsageList& usage, const SampleSlots& slots,
                            std::string_view resource, std::string_view container) {
  SampleTable table{.pod_count = slots.pod_count, .slots = std::vector<Sample>(slots.slot_count)};
  for (size_t i = 0; i < usage.pods.size(); ++i) {
    const PodUsageList::PodUsage& pod = usage.pods[i];
    const std::span<const PodUsageList::Container> containers(
        usage.containers.data() + pod.first_container, pod.container_count);
    const std::optional<int64_t> milli = container.empty()
                                             ? WholePodUsage(containers, resource)
                                             : ContainerUsage(containers, resource, container);
    if (!milli) continue;
    table.slots[slots.slot_of_sample[i]] = {.milli = *milli,
                                            .timestamp_ns = pod.timestamp_ns,
                                            .window_ns = pod.window_ns,
                                            .present = true};
  }
  return table;
}

SampleTable PodSamples(const std::vector<PodSample>& samples, Pods pods) {
  std::vector<std::string_view> names;
  names.reserve(samples.size());
  for (const PodSample& sample : samples) names.push_back(sample.name);
  const SampleSlots slots = AssignSlots(pods, names);
  SampleTable table{.pod_count = pods.size(), .slots = std::vector<Sample>(slots.slot_count)};
  for (size_t i = 0; i < samples.size(); ++i) {
    table.slots[slots.slot_of_sample[i]] = {.milli = samples[i].milli,
                                            .timestamp_ns = samples[i].timestamp_ns,
                                            .window_ns = samples[i].window_ns,
                                            .present = true};
  }
  return table;
}

}  // namespace kubegauge::autoscaler
