#pragma once

#include <cstdint>
#include <vector>

#include "kube/random_source.h"
#include "server/standalone/objects/object_store.h"

namespace kubegauge::server {

// What there is of one Deployment, and when.
struct DeploymentState {
  StoredObject deployment;
  std::vector<StoredObject> replica_sets;  // that it owns
  std::vector<StoredObject> pods;          // that those own
  int64_t now_ns = 0;                      // wall clock
};

// What is to be written, in this order.
struct ObjectPlan {
  struct Creation {
    const ResourceType* resource;
    NamespacedName key;
    Json object;
  };
  struct Replacement {
    const ResourceType* resource;
    StoredObject known;
    Json object;
  };
  struct Removal {
    const ResourceType* resource;
    StoredObject known;
  };

  std::vector<Creation> create;
  std::vector<Replacement> replace;
  std::vector<Removal> remove;

  bool empty() const { return create.empty() && replace.empty() && remove.empty(); }
};

// One step of what the Deployment controller does, pure: the ReplicaSet of the present template
// grows and those of earlier ones shrink within maxSurge and maxUnavailable, ReplicaSets beyond
// revisionHistoryLimit go, and the status says what there is. Carried out and asked again it comes
// to rest with an empty plan.
ObjectPlan PlanDeployment(const DeploymentState& state, kube::RandomSource& random);

}  // namespace kubegauge::server
