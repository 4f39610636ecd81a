#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/node_tree.h"
#include "tests/e2e/subprocess.h"

namespace kubegauge::testing {

// A pod as a kubelet makes one, of real cgroups of this machine: e2e/burner with one container,
// which takes kBallastBytes of memory and then keeps a processor busy. Needs to be root, and a
// machine that has no pods of its own.
class RealPod {
 public:
  // Says why this machine cannot have such a pod; "" when it can.
  static std::string WhyNot();

  RealPod();
  ~RealPod();
  RealPod(const RealPod&) = delete;
  RealPod& operator=(const RealPod&) = delete;

  // This machine's /proc and /sys, with /var/log of the pod's own.
  std::filesystem::path root() const { return directory_.path() / "root"; }

  static constexpr int64_t kBallastBytes = 8'000'000;

  // What the kernel says that the container has of memory.
  int64_t MemoryBytes() const;

 private:
  TemporaryDirectory directory_;
  std::vector<std::filesystem::path> cgroups_;  // made by this object, outermost first
  std::unique_ptr<Subprocess> burner_;
};

}  // namespace kubegauge::testing
