#pragma once

#include <cstddef>
#include <memory>

#include "autoscaler/pod.h"

namespace kubegauge::autoscaler {

// Keeps one PodShape of each content, for as long as a pod has it: a cluster has far fewer
// templates than pods. Thread-safe: a mutex is held while one shape is looked up or, with its last
// pod, taken out, which any thread may do. Shapes may outlive the pool.
class PodShapes {
 public:
  PodShapes();
  ~PodShapes();
  PodShapes(const PodShapes&) = delete;
  PodShapes& operator=(const PodShapes&) = delete;

  // The shape of the pool that equals `shape`, which becomes one if there is none.
  std::shared_ptr<const PodShape> Share(PodShape shape);

  size_t size() const;

 private:
  class Pool;
  const std::shared_ptr<Pool> pool_;
};

}  // namespace kubegauge::autoscaler
