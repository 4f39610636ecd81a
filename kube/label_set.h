#pragma once

#include <atomic>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace kubegauge::kube {

class LabelSet;
using LabelSetRef = boost::intrusive_ptr<const LabelSet>;
using Label = std::pair<std::string_view, std::string_view>;

// `labels` by key, of one key the last value.
std::vector<Label> SortedLabels(std::span<const Label> labels);

// The labels of an object: one allocation, immutable, shared by count, as the pods of a Deployment
// have the same ones. Thread-safe.
class LabelSet {
 public:
  // A text is kept up to its 65,535th byte, which is far beyond what an API server accepts.
  // `sorted` is as SortedLabels gives it; null for no labels.
  static LabelSetRef Create(std::span<const Label> sorted);

  LabelSet(const LabelSet&) = delete;
  LabelSet& operator=(const LabelSet&) = delete;

  uint32_t size() const { return count_; }
  // The label at `index` in key order; views into this set.
  Label label(uint32_t index) const;
  // See ObjectMeta::json_safe.
  bool json_safe() const { return json_safe_; }
  // Bytes of heap that the set takes.
  size_t allocated_bytes() const;
  // Whether somebody has it besides who asks.
  bool is_shared() const { return references_.load(std::memory_order_acquire) > 1; }

 private:
  struct Sizes {
    uint32_t key_offset;
    uint16_t key_size;
    uint16_t value_size;
  };

  LabelSet() = default;
  ~LabelSet() = default;
  const Sizes* table() const { return reinterpret_cast<const Sizes*>(this + 1); }
  const char* text() const { return reinterpret_cast<const char*>(table() + count_); }
  friend void intrusive_ptr_add_ref(const LabelSet* labels);
  friend void intrusive_ptr_release(const LabelSet* labels);

  mutable std::atomic<uint32_t> references_{0};
  uint32_t count_ = 0;
  bool json_safe_ = true;
  // Behind the set lie count_ Sizes, then the text.
};

void intrusive_ptr_add_ref(const LabelSet* labels);
void intrusive_ptr_release(const LabelSet* labels);

// Gives equal labels as one LabelSet, for as long as somebody has it. Not thread-safe, though what
// it gives is.
class LabelSetPool {
 public:
  // Null for no labels.
  LabelSetRef Get(std::span<const Label> labels);

  // Of those that are in use, and some that no longer are.
  size_t size() const { return sets_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(const LabelSetRef& labels) const;
    size_t operator()(std::span<const Label> sorted) const;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const LabelSetRef& a, const LabelSetRef& b) const { return a == b; }
    bool operator()(std::span<const Label> sorted, const LabelSetRef& labels) const;
    bool operator()(const LabelSetRef& labels, std::span<const Label> sorted) const {
      return (*this)(sorted, labels);
    }
  };

  static constexpr size_t kMinSizeToSweep = 256;

  boost::unordered_flat_set<LabelSetRef, Hash, Equal> sets_;
  size_t sweep_at_ = kMinSizeToSweep;
};

}  // namespace kubegauge::kube
