#pragma once

#include <cstddef>
#include <cstdint>

namespace kubegauge::kube {

// Bytes that the writers below need at most.
inline constexpr size_t kMaxQuantityText = 24;

// Write the canonical text of CPU and memory usage, equal to Quantity::FromNanocores(n) and
// FromBytes(n).CanonicalText(), for lists of 150,000 pods: no allocation. `out` has room for
// kMaxQuantityText bytes; the end of the text is returned, and no terminating zero is written.
char* WriteNanocores(uint64_t nanocores, char* out);
char* WriteBytes(uint64_t bytes, char* out);

}  // namespace kubegauge::kube
