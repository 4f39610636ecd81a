#pragma once

#include <boost/asio/awaitable.hpp>

#include "autoscaler/pod.h"
#include "autoscaler/pod_index.h"
#include "autoscaler/pod_shapes.h"
#include "kube/object_cache.h"
#include "kube/reflector.h"

namespace kubegauge::autoscaler {

// How an ObjectCache keeps pods.
class PodKind {
 public:
  using Record = PodPtr;

  // Keeps a reference to `shapes`.
  explicit PodKind(PodShapes& shapes) : shapes_(shapes) {}

  absl::StatusOr<Record> Decode(const kube::EncodedObject& object) const;
  static kube::ObjectKey KeyOf(const Record& pod) {
    return {pod->shape->namespace_name, pod->name};
  }
  static bool Same(const Record& before, const Record& after) { return *before == *after; }

 private:
  PodShapes& shapes_;
};

// Keeps a PodIndex equal to the pods of the cluster, in all their phases (hpa.md 2.1).
class PodCache {
 public:
  // Keeps a reference to `index`, which nobody else may change.
  PodCache(const kube::ReflectorEnvironment& environment, PodIndex& index);
  PodCache(const PodCache&) = delete;
  PodCache& operator=(const PodCache&) = delete;

  // Keeps the index up to date until cancelled. See Reflector::Run for its executor.
  boost::asio::awaitable<void> Run() { return reflector_.Run(); }
  // Reflector's, for the same executor.
  void Renew() { reflector_.Renew(); }
  bool renewed() const { return reflector_.renewed(); }

  // The rest is for any thread.
  bool synced() const { return cache_.synced(); }
  size_t size() const { return cache_.size(); }
  // A null pointer when there is none.
  PodPtr Find(const kube::ObjectKey& key) const { return cache_.Find(key); }

 private:
  PodShapes shapes_;
  kube::ObjectCache<PodKind> cache_;
  kube::Reflector reflector_;
};

}  // namespace kubegauge::autoscaler
