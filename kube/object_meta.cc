#include "kube/object_meta.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <new>
#include <vector>

namespace kubegauge::kube {
namespace {

bool IsJsonSafe(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
  });
}

std::string_view Clipped(std::string_view text) {
  return text.substr(0, std::numeric_limits<uint16_t>::max());
}

std::vector<Label> SortedLastWins(std::span<const Label> labels) {
  std::vector<Label> sorted;
  sorted.reserve(labels.size());
  for (const auto& [key, value] : labels) sorted.emplace_back(Clipped(key), Clipped(value));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Label& a, const Label& b) { return a.first < b.first; });
  std::vector<Label> unique;
  for (const Label& label : sorted) {
    if (!unique.empty() && unique.back().first == label.first) {
      unique.back() = label;
    } else {
      unique.push_back(label);
    }
  }
  return unique;
}

}  // namespace

ObjectMetaRef ObjectMeta::Create(std::string_view namespace_name, std::string_view name,
                                 std::span<const Label> labels) {
  namespace_name = Clipped(namespace_name);
  name = Clipped(name);
  const std::vector<Label> sorted = SortedLastWins(labels);
  size_t text_size = namespace_name.size() + name.size();
  for (const Label& label : sorted) text_size += label.first.size() + label.second.size();

  void* memory = std::malloc(sizeof(ObjectMeta) + sorted.size() * sizeof(LabelSizes) + text_size);
  if (memory == nullptr) throw std::bad_alloc();
  auto* meta = new (memory) ObjectMeta();
  meta->namespace_size_ = static_cast<uint16_t>(namespace_name.size());
  meta->name_size_ = static_cast<uint16_t>(name.size());
  meta->label_count_ = static_cast<uint32_t>(sorted.size());

  auto* table = const_cast<LabelSizes*>(meta->label_table());
  char* const text = const_cast<char*>(meta->text());
  char* end = text;
  const auto append = [&](std::string_view part) {
    end = std::copy(part.begin(), part.end(), end);
    meta->json_safe_ = meta->json_safe_ && IsJsonSafe(part);
  };
  append(namespace_name);
  append(name);
  for (const Label& label : sorted) {
    new (table++)
        LabelSizes{static_cast<uint32_t>(end - text), static_cast<uint16_t>(label.first.size()),
                   static_cast<uint16_t>(label.second.size())};
    append(label.first);
    append(label.second);
  }
  return ObjectMetaRef(meta);
}

Label ObjectMeta::label(uint32_t index) const {
  const LabelSizes& sizes = label_table()[index];
  const char* key = text() + sizes.key_offset;
  return {{key, sizes.key_size}, {key + sizes.key_size, sizes.value_size}};
}

std::string_view ObjectMeta::FindLabel(std::string_view key) const {
  for (uint32_t i = 0; i < label_count_; ++i) {
    const Label candidate = label(i);
    if (candidate.first == key) return candidate.second;
  }
  return {};
}

size_t ObjectMeta::allocated_bytes() const {
  size_t text_size = size_t{namespace_size_} + name_size_;
  if (label_count_ > 0) {
    const LabelSizes& last = label_table()[label_count_ - 1];
    text_size = size_t{last.key_offset} + last.key_size + last.value_size;
  }
  return sizeof(ObjectMeta) + label_count_ * sizeof(LabelSizes) + text_size;
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
