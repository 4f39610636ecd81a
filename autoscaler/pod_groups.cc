#include "autoscaler/pod_groups.h"

#include <optional>

#include "autoscaler/arithmetic.h"

namespace kubegauge::autoscaler {
namespace {

struct Placement {
  PodGroup group;
  const char* why;
};

// Why the CPU use of a running pod says nothing about its load yet; nullptr where it does.
const char* WhyUnready(const Pod& pod, const SlotSample& sample, const Tuning& tuning,
                       int64_t now_ns) {
  if (pod.ready == ReadyStatus::kAbsent) return "it has no condition Ready";
  if (!pod.start_ns) return "it has no start time";
  const bool said_unready = pod.ready == ReadyStatus::kFalse;
  if (SaturatingAdd(*pod.start_ns, tuning.cpu_initialization_period_ns) > now_ns) {
    if (said_unready) return "it is starting and not ready";
    const bool sampled_before_ready =
        sample.timestamp_ns < SaturatingAdd(pod.ready_transition_ns, sample.window_ns);
    return sampled_before_ready ? "it is starting, and its sample began before it was ready"
                                : nullptr;
  }
  const bool never_ready =
      SaturatingAdd(*pod.start_ns, tuning.initial_readiness_delay_ns) > pod.ready_transition_ns;
  return said_unready && never_ready ? "it was never ready" : nullptr;
}

// Where the pod goes unless it is simply counted.
std::optional<Placement> Place(const Pod& pod, const SlotSample& sample, bool is_cpu,
                               const Tuning& tuning, int64_t now_ns) {
  if (pod.deleting) return Placement{PodGroup::kIgnored, "it is being deleted"};
  if (pod.phase == PodPhase::kFailed) return Placement{PodGroup::kIgnored, "phase is Failed"};
  if (pod.phase == PodPhase::kPending) return Placement{PodGroup::kUnready, "phase is Pending"};
  if (!sample.present) return Placement{PodGroup::kMissing, "no sample"};
  if (!is_cpu) return std::nullopt;
  const char* why = WhyUnready(pod, sample, tuning, now_ns);
  return why == nullptr ? std::nullopt
                        : std::optional<Placement>(Placement{PodGroup::kUnready, why});
}

void Trace(const Pod& pod, const Placement& placement, MetricTrace& trace) {
  if (trace.left_out.size() >= kMaxLeftOutPods) return;
  trace.left_out.push_back({.name = pod.name, .group = placement.group, .why = placement.why});
}

}  // namespace

PodGroups GroupPods(Pods pods, std::string_view resource, const Tuning& tuning, int64_t now_ns,
                    SampleTable& samples, MetricTrace& trace) {
  const bool is_cpu = resource == "cpu";
  PodGroups groups;
  for (uint32_t i = 0; i < pods.size(); ++i) {
    const Pod& pod = *pods[i];
    SlotSample& sample = samples.slots[i];
    const std::optional<Placement> placement = Place(pod, sample, is_cpu, tuning, now_ns);
    if (!placement) {
      ++groups.ready_count;
      continue;
    }
    Trace(pod, *placement, trace);
    sample.present = false;
    if (placement->group == PodGroup::kUnready) groups.unready.push_back(i);
    if (placement->group == PodGroup::kMissing) groups.missing.push_back(i);
    if (placement->group == PodGroup::kIgnored) ++trace.ignored_pods;
  }
  trace.ready_pods = groups.ready_count;
  trace.unready_pods = static_cast<uint32_t>(groups.unready.size());
  trace.missing_pods = static_cast<uint32_t>(groups.missing.size());
  trace.samples = static_cast<uint32_t>(samples.CountPresent());
  trace.extraneous_samples = trace.samples - groups.ready_count;
  return groups;
}

}  // namespace kubegauge::autoscaler
