#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>

#include "kube/clock.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"
#include "server/standalone/objects/deployment_plan.h"
#include "server/standalone/objects/object_store.h"

namespace kubegauge::server {

struct SimulationOptions {
  int64_t start_delay_ns = 2'000'000'000;         // from a pod's creation until it is ready
  int64_t event_lifetime_ns = 3'600'000'000'000;  // as kube-apiserver's --event-ttl
};

// What the controllers of a cluster would do with the objects of the store: Deployments get their
// ReplicaSets, those their pods, what lost its owner goes, and old events do. Not thread-safe
// itself; the store it works on may be used by others meanwhile. Keeps references.
class Simulation {
 public:
  Simulation(ObjectStore& store, const kube::Clock& clock, kube::RandomSource& random,
             const SimulationOptions& options);

  // Works until there is nothing more to do at this instant.
  void Settle();

  // Settles for ever, soon after each change and when pods become ready.
  boost::asio::awaitable<void> Run(kube::Sleeper& sleeper);

 private:
  // One round over everything; whether something was written.
  bool Step();
  bool CollectGarbage();
  void ForgetEvents();
  bool CarryOut(ObjectPlan plan);

  ObjectStore& store_;
  const kube::Clock& clock_;
  kube::RandomSource& random_;
  const SimulationOptions options_;
  uint64_t settled_version_ = 0;
  int64_t settled_at_ns_ = 0;  // monotonic
};

}  // namespace kubegauge::server
