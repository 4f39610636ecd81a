#pragma once

namespace kubegauge::kube {

// The minor version of the Kubernetes 1.x that this program equals in its rules and words, where
// nobody asks for another one.
inline constexpr int kKubernetesMinor = 36;

}  // namespace kubegauge::kube
