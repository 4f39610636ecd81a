#include "kube/object_meta.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#include "kube/json_safe.h"

namespace kubegauge::kube {
namespace {

constexpr size_t kMaxNamespaceBytes = (1 << 16) - 1;
constexpr size_t kMaxNameBytes = (1 << 15) - 1;
// So few labels, as most objects have, are found sooner one after the other.
constexpr uint32_t kFewLabels = 8;

}  // namespace

ObjectMetaRef ObjectMeta::Create(std::string_view namespace_name, std::string_view name,
                                 std::span<const Label> labels) {
  return Create(namespace_name, name, LabelSet::Create(SortedLabels(labels)));
}

ObjectMetaRef ObjectMeta::Create(std::string_view namespace_name, std::string_view name,
                                 LabelSetRef labels) {
  namespace_name = namespace_name.substr(0, kMaxNamespaceBytes);
  name = name.substr(0, kMaxNameBytes);
  void* memory = std::malloc(sizeof(ObjectMeta) + namespace_name.size() + name.size());
  if (memory == nullptr) throw std::bad_alloc();
  auto* meta = new (memory) ObjectMeta();
  meta->namespace_size_ = static_cast<uint16_t>(namespace_name.size());
  meta->name_size_ = static_cast<uint16_t>(name.size() & kMaxNameBytes);
  meta->json_safe_ =
      IsJsonSafe(namespace_name) && IsJsonSafe(name) && (labels == nullptr || labels->json_safe());
  meta->labels_ = std::move(labels);
  char* const text = const_cast<char*>(meta->text());
  std::copy(name.begin(), name.end(),
            std::copy(namespace_name.begin(), namespace_name.end(), text));
  return ObjectMetaRef(meta);
}

std::string_view ObjectMeta::FindLabel(std::string_view key) const {
  uint32_t begin = 0;
  uint32_t end = label_count();
  while (end - begin > kFewLabels) {
    const uint32_t middle = begin + (end - begin) / 2;
    (label(middle).first <= key ? begin : end) = middle;
  }
  for (; begin < end; ++begin) {
    const Label candidate = label(begin);
    if (candidate.first == key) return candidate.second;
  }
  return {};
}

size_t ObjectMeta::allocated_bytes() const {
  const size_t of_labels = labels_ == nullptr ? 0 : labels_->allocated_bytes();
  return sizeof(ObjectMeta) + namespace_size_ + name_size_ + of_labels;
}

void intrusive_ptr_add_ref(const ObjectMeta* meta) {
  meta->references_.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(const ObjectMeta* meta) {
  if (meta->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    meta->~ObjectMeta();
    std::free(const_cast<ObjectMeta*>(meta));
  }
}

std::strong_ordering ComparePlaces(const ObjectMeta& a, std::string_view namespace_name,
                                   std::string_view name) {
  const std::strong_ordering by_namespace = a.namespace_name() <=> namespace_name;
  return std::is_neq(by_namespace) ? by_namespace : a.name() <=> name;
}

}  // namespace kubegauge::kube
