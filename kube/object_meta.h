#pragma once

#include <atomic>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "kube/label_set.h"

namespace kubegauge::kube {

class ObjectMeta;
using ObjectMetaRef = boost::intrusive_ptr<const ObjectMeta>;

// The part of an object's metadata that metrics need: namespace, name and labels. A cluster has a
// record for each of 150,000 pods, so it is one allocation beside labels that many have in common,
// immutable, and shared by count: the catalog, the store and every snapshot hold the same record.
// Thread-safe.
class ObjectMeta {
 public:
  // `labels` in any order; they are kept sorted by key, and of one key the last value. A namespace
  // is empty for cluster-scoped objects. It is kept up to its 65,535th byte, a name up to its
  // 32,767th, which is far beyond what an API server accepts.
  static ObjectMetaRef Create(std::string_view namespace_name, std::string_view name,
                              std::span<const Label> labels = {});
  // `labels` null: there are none.
  static ObjectMetaRef Create(std::string_view namespace_name, std::string_view name,
                              LabelSetRef labels);

  ObjectMeta(const ObjectMeta&) = delete;
  ObjectMeta& operator=(const ObjectMeta&) = delete;

  std::string_view namespace_name() const { return {text(), namespace_size_}; }
  std::string_view name() const { return {text() + namespace_size_, name_size_}; }

  uint32_t label_count() const { return labels_ == nullptr ? 0 : labels_->size(); }
  // The label at `index` in key order; views into this record.
  Label label(uint32_t index) const { return labels_->label(index); }
  // Null where there are none.
  const LabelSetRef& labels() const { return labels_; }
  // The value of `key`, or a view with data() == nullptr where there is no such label.
  std::string_view FindLabel(std::string_view key) const;

  // Whether every byte of name, namespace and labels may stand in a JSON string as it is. True for
  // all that a Kubernetes API server accepts; false for some systemd unit names.
  bool json_safe() const { return json_safe_; }

  // Bytes of heap that the record takes with its labels, which others may share.
  size_t allocated_bytes() const;

 private:
  ObjectMeta() = default;
  ~ObjectMeta() = default;
  const char* text() const { return reinterpret_cast<const char*>(this + 1); }
  friend void intrusive_ptr_add_ref(const ObjectMeta* meta);
  friend void intrusive_ptr_release(const ObjectMeta* meta);

  mutable std::atomic<uint32_t> references_{0};
  uint16_t namespace_size_ = 0;
  uint16_t name_size_ : 15 = 0;
  uint16_t json_safe_ : 1 = 1;
  LabelSetRef labels_;
  // Behind the record lies the text.
};

void intrusive_ptr_add_ref(const ObjectMeta* meta);
void intrusive_ptr_release(const ObjectMeta* meta);

// Orders by namespace, then name, bytewise: the order of lists in the API.
std::strong_ordering ComparePlaces(const ObjectMeta& a, std::string_view namespace_name,
                                   std::string_view name);

}  // namespace kubegauge::kube
