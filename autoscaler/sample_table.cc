#include "autoscaler/sample_table.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "autoscaler/arithmetic.h"

namespace kubegauge::autoscaler {
namespace {

// Finds pods by their names. One comparison is enough for each that is asked for in their order.
class PodFinder {
 public:
  explicit PodFinder(Pods pods) : pods_(pods) {}

  std::optional<uint32_t> Find(std::string_view name) {
    if (next_ < pods_.size() && pods_[next_]->name == name) return next_++;
    const std::optional<uint32_t> found = Search(name);
    if (found) next_ = *found + 1;
    return found;
  }

 private:
  std::optional<uint32_t> Search(std::string_view name) {
    if (by_name_.empty()) Sort();
    const auto found = std::lower_bound(
        by_name_.begin(), by_name_.end(), name,
        [this](uint32_t pod, std::string_view sought) { return pods_[pod]->name < sought; });
    if (found == by_name_.end() || pods_[*found]->name != name) return std::nullopt;
    return *found;
  }

  void Sort() {
    by_name_.resize(pods_.size());
    std::iota(by_name_.begin(), by_name_.end(), 0U);
    std::sort(by_name_.begin(), by_name_.end(),
              [this](uint32_t a, uint32_t b) { return pods_[a]->name < pods_[b]->name; });
  }

  const Pods pods_;
  std::vector<uint32_t> by_name_;  // once one was asked for out of order
  uint32_t next_ = 0;
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

using Containers = std::span<const PodUsageList::Container>;

// Of the next two, `amount_of` gives the amount of the resource.
std::optional<int64_t> WholePodUsage(Containers containers, const auto& amount_of) {
  if (containers.empty()) return std::nullopt;
  int64_t total = 0;
  for (const PodUsageList::Container& container : containers) {
    const std::optional<int64_t> milli = amount_of(container.usage);
    if (!milli) return std::nullopt;
    total = WrapAdd(total, *milli);
  }
  return total;
}

std::optional<int64_t> ContainerUsage(Containers containers, std::string_view name,
                                      const auto& amount_of) {
  for (const PodUsageList::Container& container : containers) {
    if (container.name == name) return amount_of(container.usage);
  }
  return std::nullopt;
}

SampleTable SamplesOf(const PodUsageList& usage, const SampleSlots& slots,
                      std::string_view container, const auto& amount_of) {
  SampleTable table{.pod_count = slots.pod_count,
                    .slots = std::vector<SlotSample>(slots.slot_count)};
  for (size_t i = 0; i < usage.pods.size(); ++i) {
    const PodUsageList::PodUsage& pod = usage.pods[i];
    const Containers containers(usage.containers.data() + pod.first_container, pod.container_count);
    const std::optional<int64_t> milli = container.empty()
                                             ? WholePodUsage(containers, amount_of)
                                             : ContainerUsage(containers, container, amount_of);
    if (!milli) continue;
    table.slots[slots.slot_of_sample[i]] = {.milli = *milli,
                                            .timestamp_ns = pod.timestamp_ns,
                                            .window_ns = pod.window_ns,
                                            .present = true};
  }
  return table;
}

}  // namespace

SampleSlots AssignSlots(Pods pods, const std::vector<std::string_view>& sample_names) {
  SampleSlots slots{.pod_count = pods.size(),
                    .slot_count = pods.size(),
                    .slot_of_sample = std::vector<uint32_t>(sample_names.size())};
  PodFinder finder(pods);
  std::vector<uint32_t> extraneous;
  for (size_t sample = 0; sample < sample_names.size(); ++sample) {
    if (const std::optional<uint32_t> pod = finder.Find(sample_names[sample])) {
      slots.slot_of_sample[sample] = *pod;
    } else {
      extraneous.push_back(static_cast<uint32_t>(sample));
    }
  }
  if (!extraneous.empty()) AssignExtraneous(sample_names, std::move(extraneous), slots);
  return slots;
}

size_t SampleTable::CountPresent() const {
  return static_cast<size_t>(std::count_if(
      slots.begin(), slots.end(), [](const SlotSample& sample) { return sample.present; }));
}

// Which resource it is is found out once, and not for each container.
SampleTable ResourceSamples(const PodUsageList& usage, const SampleSlots& slots,
                            std::string_view resource, std::string_view container) {
  const auto samples = [&](const auto& amount_of) {
    return SamplesOf(usage, slots, container, amount_of);
  };
  if (resource == "cpu") return samples([](const ResourceAmounts& all) { return all.cpu_milli(); });
  if (resource == "memory") {
    return samples([](const ResourceAmounts& all) { return all.memory_milli(); });
  }
  return samples([&](const ResourceAmounts& all) { return all.Find(resource); });
}

SampleTable PodSamples(const std::vector<PodMetric>& samples, Pods pods) {
  std::vector<std::string_view> names;
  names.reserve(samples.size());
  for (const PodMetric& sample : samples) names.push_back(sample.name);
  const SampleSlots slots = AssignSlots(pods, names);
  SampleTable table{.pod_count = pods.size(), .slots = std::vector<SlotSample>(slots.slot_count)};
  for (size_t i = 0; i < samples.size(); ++i) {
    table.slots[slots.slot_of_sample[i]] = {.milli = samples[i].milli,
                                            .timestamp_ns = samples[i].timestamp_ns,
                                            .window_ns = samples[i].window_ns,
                                            .present = true};
  }
  return table;
}

}  // namespace kubegauge::autoscaler
