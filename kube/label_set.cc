#include "kube/label_set.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <limits>
#include <new>

#include "kube/json_safe.h"

namespace kubegauge::kube {
namespace {

std::string_view Clipped(std::string_view text) {
  return text.substr(0, std::numeric_limits<uint16_t>::max());
}

// As boost::hash_combine does, over 64 bits.
size_t Combine(size_t hash, std::string_view text) {
  constexpr size_t kGoldenRatio = 0x9E3779B97F4A7C15u;
  return hash ^ (std::hash<std::string_view>()(text) + kGoldenRatio + (hash << 12) + (hash >> 4));
}

}  // namespace

std::vector<Label> SortedLabels(std::span<const Label> labels) {
  std::vector<Label> sorted;
  sorted.reserve(labels.size());
  for (const auto& [key, value] : labels) sorted.emplace_back(Clipped(key), Clipped(value));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Label& a, const Label& b) { return a.first < b.first; });
  size_t kept = 0;
  for (const Label& label : sorted) {
    if (kept > 0 && sorted[kept - 1].first == label.first) --kept;
    sorted[kept++] = label;
  }
  sorted.resize(kept);
  return sorted;
}

LabelSetRef LabelSet::Create(std::span<const Label> sorted) {
  if (sorted.empty()) return nullptr;
  size_t text_bytes = 0;
  for (const auto& [key, value] : sorted) text_bytes += key.size() + value.size();
  void* memory = std::malloc(sizeof(LabelSet) + sorted.size() * sizeof(Sizes) + text_bytes);
  if (memory == nullptr) throw std::bad_alloc();
  auto* set = new (memory) LabelSet();
  set->count_ = static_cast<uint32_t>(sorted.size());
  auto* table = const_cast<Sizes*>(set->table());
  char* const text = const_cast<char*>(set->text());
  char* end = text;
  for (const auto& [key, value] : sorted) {
    new (table++) Sizes{static_cast<uint32_t>(end - text), static_cast<uint16_t>(key.size()),
                        static_cast<uint16_t>(value.size())};
    end = std::copy(value.begin(), value.end(), std::copy(key.begin(), key.end(), end));
    set->json_safe_ = set->json_safe_ && IsJsonSafe(key) && IsJsonSafe(value);
  }
  return LabelSetRef(set);
}

Label LabelSet::label(uint32_t index) const {
  const Sizes& sizes = table()[index];
  const char* key = text() + sizes.key_offset;
  return {{key, sizes.key_size}, {key + sizes.key_size, sizes.value_size}};
}

size_t LabelSet::allocated_bytes() const {
  const Sizes& last = table()[count_ - 1];
  return sizeof(LabelSet) + count_ * sizeof(Sizes) + size_t{last.key_offset} + last.key_size +
         last.value_size;
}

void intrusive_ptr_add_ref(const LabelSet* labels) {
  labels->references_.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(const LabelSet* labels) {
  if (labels->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    labels->~LabelSet();
    std::free(const_cast<LabelSet*>(labels));
  }
}

LabelSetRef LabelSetPool::Get(std::span<const Label> labels) {
  if (labels.empty()) return nullptr;
  const std::vector<Label> sorted = SortedLabels(labels);
  const auto known = sets_.find(std::span<const Label>(sorted));
  if (known != sets_.end()) return *known;
  if (sets_.size() >= sweep_at_) {
    boost::unordered::erase_if(sets_, [](const LabelSetRef& set) { return !set->is_shared(); });
    sweep_at_ = std::max(2 * sets_.size(), kMinSizeToSweep);
  }
  return *sets_.insert(LabelSet::Create(sorted)).first;
}

size_t LabelSetPool::Hash::operator()(const LabelSetRef& labels) const {
  size_t hash = 0;
  for (uint32_t i = 0; i < labels->size(); ++i) {
    const auto [key, value] = labels->label(i);
    hash = Combine(Combine(hash, key), value);
  }
  return hash;
}

size_t LabelSetPool::Hash::operator()(std::span<const Label> sorted) const {
  size_t hash = 0;
  for (const auto& [key, value] : sorted) hash = Combine(Combine(hash, key), value);
  return hash;
}

bool LabelSetPool::Equal::operator()(std::span<const Label> sorted,
                                     const LabelSetRef& labels) const {
  if (sorted.size() != labels->size()) return false;
  for (uint32_t i = 0; i < labels->size(); ++i) {
    if (sorted[i] != labels->label(i)) return false;
  }
  return true;
}

}  // namespace kubegauge::kube
