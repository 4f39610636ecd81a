#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "kube/object_cache.h"
#include "kube/object_meta.h"
#include "kube/reflector.h"

namespace kubegauge::kube {

// How an ObjectCache keeps metadata of whatever kind, equal labels only once.
struct ObjectMetaKind {
  using Record = ObjectMetaRef;
  absl::StatusOr<Record> Decode(const EncodedObject& object) const;
  static ObjectKey KeyOf(const Record& meta) { return kube::KeyOf(*meta); }
  static bool Same(const Record& before, const Record& after) {
    return SameContent(*before, *after);
  }

  const std::shared_ptr<LabelSetPool> labels = std::make_shared<LabelSetPool>();
};

// Namespace, name and labels of the running pods of the cluster, as they are now (wire.md C.1).
class PodMetaCache {
 public:
  explicit PodMetaCache(const ReflectorEnvironment& environment);

  // Called on the executor of Run. To be set before Run is started.
  void SetOnChange(std::function<void()> on_change) { cache_.SetOnChange(std::move(on_change)); }

  // Keeps the cache up to date until cancelled. See Reflector::Run for its executor.
  boost::asio::awaitable<void> Run() { return reflector_.Run(); }

  // The rest is for any thread; see ObjectCache for the mutex behind it.
  bool synced() const { return cache_.synced(); }
  uint64_t version() const { return cache_.version(); }
  size_t size() const { return cache_.size(); }
  // In no order.
  std::vector<ObjectMetaRef> Pods() const { return cache_.Objects(); }

 private:
  ObjectCache<ObjectMetaKind> cache_;
  Reflector reflector_;
};

}  // namespace kubegauge::kube
