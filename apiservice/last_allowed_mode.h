#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "apiservice/impersonation.h"

namespace kubegauge::apiservice {

// In which way each user was last allowed to act as another, as upstream remembers it: tried first
// it costs no reviews in vain, and its refusal is the one that is told. Users whose names fall
// together share a memory: it decides which way is taken of several that are allowed, never what is
// allowed. Thread-safe.
class LastAllowedMode {
 public:
  void Remember(std::string_view user, const ImpersonationMode& mode) {
    kinds_[SlotOf(user)].store(mode.kind, std::memory_order_relaxed);
  }

  // Moves what `user` was allowed last to the front of `modes`.
  void PutFirst(std::string_view user, std::vector<ImpersonationMode>& modes) const {
    const auto last = kinds_[SlotOf(user)].load(std::memory_order_relaxed);
    const auto found = std::ranges::find(modes, last, &ImpersonationMode::kind);
    if (found != modes.end()) std::rotate(modes.begin(), found, found + 1);
  }

 private:
  static constexpr size_t kSlots = 4096;
  static size_t SlotOf(std::string_view user) {
    return std::hash<std::string_view>()(user) % kSlots;
  }

  std::array<std::atomic<ImpersonationMode::Kind>, kSlots> kinds_{};
};

}  // namespace kubegauge::apiservice
