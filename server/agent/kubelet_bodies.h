#pragma once

#include <string>

#include "server/agent/agent_state.h"

namespace kubegauge::server {

// The bodies by which a kubelet tells usage, made of cgroup readings (wire.md C.4, C.7, C.8). Only
// Kubernetes pods are in them, as in a kubelet's; a container that could not be read is left out. A
// start time is told only where it is certain: a wrong one would make a scraper invent usage.
// Before the first reading only the error figures are there, as when a kubelet's runtime fails.

// `/metrics/resource`. Where a pod's own cgroup could not be read, its figures are the sums of its
// containers'.
std::string ResourceMetricsBody(const AgentState& state);
// `/metrics/cadvisor`: the CPU, memory and pressures of the node, its pods and their containers,
// and of the cgroups that hold the pods, the kubelet and the container runtime.
std::string CadvisorMetricsBody(const AgentState& state);
// `/stats/summary`, which is always what `only_cpu_and_memory` asks for.
std::string SummaryBody(const AgentState& state);

}  // namespace kubegauge::server
