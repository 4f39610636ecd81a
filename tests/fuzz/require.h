#pragma once

#include <cstdlib>

namespace kubegauge::testing {

// Ends the fuzzer, which then keeps its input, where a property does not hold.
inline void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace kubegauge::testing
