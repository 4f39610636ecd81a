#pragma once

#include "autoscaler/hpa.h"
#include "autoscaler/tuning.h"

namespace kubegauge::autoscaler {

// How far from 1 the ratio of use to target may be before anything is done (hpa.md 9.2).
struct Tolerances {
  double down = 0;
  double up = 0;

  // False for NaN.
  bool Within(double ratio) const { return (1.0 - down) <= ratio && ratio <= (1.0 + up); }
};

Tolerances TolerancesOf(const HpaSpec& spec, const Tuning& tuning);

}  // namespace kubegauge::autoscaler
