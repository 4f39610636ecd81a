#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kube/random_source.h"
#include "server/standalone/objects/deployment_plan.h"

namespace kubegauge::server {

// The node that simulated pods say they run on.
inline constexpr char kSimulatedNode[] = "simulated";

struct ReplicaSetState {
  StoredObject replica_set;
  std::vector<StoredObject> pods;  // that it owns
  int64_t now_ns = 0;              // wall clock
  int64_t start_delay_ns = 0;      // how long after their creation pods are ready
};

// One step of what the ReplicaSet controller and a kubelet do, pure: pods are created and deleted
// (unready ones first, then the youngest) until there are as many as asked for, become Running and
// Ready when their time has come, and the status says what there is.
ObjectPlan PlanReplicaSet(const ReplicaSetState& state, kube::RandomSource& random);

// Whether the condition Ready of a pod is True.
bool IsReady(const Json& pod);
// Whether `object` has an owner of that uid that controls it.
bool IsControlledBy(const Json& object, const std::string& uid);
// The instant of an RFC 3339 member of metadata; 0 for none.
int64_t MetadataTimeNs(const Json& object, const char* key);

}  // namespace kubegauge::server
