#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <functional>
#include <string_view>

#include "autoscaler/shared_text.h"

namespace kubegauge::autoscaler {

// Lets equal texts share their memory. Texts that nobody has any more are dropped now and then, so
// that it holds at most about twice as many as are in use, or a few; long ones it does not hold at
// all. Not thread-safe; the texts that it gave are, and may outlive it.
class TextPool {
 public:
  // Makes `text` share the memory of the equal text that came before.
  void Share(SharedText& text);

  // Empties `text`, and drops it at once if nobody else has it.
  void Release(SharedText& text);

  size_t size() const { return texts_.size(); }

 private:
  struct Hash {
    size_t operator()(const SharedText& text) const {
      return std::hash<std::string_view>()(text.str());
    }
  };

  static constexpr size_t kFewTexts = 256;
  static constexpr size_t kLongText = 1024;  // hardly two objects say that much alike

  boost::unordered_flat_set<SharedText, Hash> texts_;
  size_t sweep_at_ = kFewTexts;
};

}  // namespace kubegauge::autoscaler
