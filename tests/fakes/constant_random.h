#pragma once

#include "kube/random_source.h"

namespace kubegauge::testing {

// Chance that is always the same. By default the least, which is no jitter at all.
class ConstantRandom final : public kube::RandomSource {
 public:
  explicit ConstantRandom(double unit = 0.0) : unit_(unit) {}
  double Unit() override { return unit_; }

 private:
  const double unit_;
};

}  // namespace kubegauge::testing
