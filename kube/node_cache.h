#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "kube/node_info.h"
#include "kube/object_cache.h"
#include "kube/reflector.h"

namespace kubegauge::kube {

// How an ObjectCache keeps Nodes. Those whose NodeInfo stays equal have not changed: a kubelet
// writes its Node every few minutes at least.
struct NodeKind {
  using Record = std::shared_ptr<const NodeInfo>;
  static absl::StatusOr<Record> Decode(const EncodedObject& object);
  static ObjectKey KeyOf(const Record& node) { return kube::KeyOf(*node->meta); }
  static bool Same(const Record& before, const Record& after);
};

// The nodes of the cluster, as they are now.
class NodeCache {
 public:
  explicit NodeCache(const ReflectorEnvironment& environment);

  // Called on the executor of Run. To be set before Run is started.
  void SetOnChange(std::function<void()> on_change) { cache_.SetOnChange(std::move(on_change)); }

  // Keeps the cache up to date until cancelled. See Reflector::Run for its executor.
  boost::asio::awaitable<void> Run() { return reflector_.Run(); }

  // The rest is for any thread; see ObjectCache for the mutex behind it.
  bool synced() const { return cache_.synced(); }
  uint64_t version() const { return cache_.version(); }
  // By name, never null. The same list until something changes.
  std::shared_ptr<const NodeList> Nodes() const;

 private:
  ObjectCache<NodeKind> cache_;
  Reflector reflector_;
  mutable std::mutex mutex_;  // of the two below, held while a list is made
  mutable std::shared_ptr<const NodeList> nodes_ = std::make_shared<const NodeList>();
  mutable uint64_t nodes_version_ = 0;
};

}  // namespace kubegauge::kube
