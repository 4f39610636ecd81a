#include "autoscaler/pod_shapes.h"

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <mutex>
#include <utility>

namespace kubegauge::autoscaler {
namespace {

// Containers with equal names mostly have equal requests, and then the labels tell them apart.
struct ContentHash {
  size_t operator()(const PodShape* shape) const {
    size_t seed = 0;
    boost::hash_combine(seed, shape->namespace_name);
    for (const auto& [key, value] : shape->labels) {
      boost::hash_combine(seed, key);
      boost::hash_combine(seed, value);
    }
    for (const ContainerRequests& container : shape->containers) {
      boost::hash_combine(seed, container.name);
      boost::hash_combine(seed, container.requests.Find("cpu").value_or(-1));
      boost::hash_combine(seed, container.requests.Find("memory").value_or(-1));
    }
    return seed;
  }
};

struct ContentEqual {
  bool operator()(const PodShape* a, const PodShape* b) const { return a == b || *a == *b; }
};

}  // namespace

class PodShapes::Pool : public std::enable_shared_from_this<Pool> {
 public:
  std::shared_ptr<const PodShape> Share(PodShape shape) {
    const std::lock_guard lock(mutex_);
    const auto known = shapes_.find(&shape);
    if (known != shapes_.end()) {
      if (std::shared_ptr<const PodShape> shared = known->second.lock()) return shared;
      // Its last pod went just now, and Drop() waits for the mutex.
      shapes_.erase(known);
    }
    std::shared_ptr<const PodShape> added(
        new PodShape(std::move(shape)),
        [pool = shared_from_this()](const PodShape* dropped) { pool->Drop(dropped); });
    shapes_.emplace(added.get(), added);
    return added;
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return shapes_.size();
  }

 private:
  void Drop(const PodShape* shape) {
    const std::unique_ptr<const PodShape> owner(shape);
    const std::lock_guard lock(mutex_);
    const auto found = shapes_.find(shape);
    // An equal shape may have taken its place already.
    if (found != shapes_.end() && found->first == shape) shapes_.erase(found);
  }

  mutable std::mutex mutex_;
  boost::unordered_flat_map<const PodShape*, std::weak_ptr<const PodShape>, ContentHash,
                            ContentEqual>
      shapes_;
};

PodShapes::PodShapes() : pool_(std::make_shared<Pool>()) {}
PodShapes::~PodShapes() = default;

std::shared_ptr<const PodShape> PodShapes::Share(PodShape shape) {
  return pool_->Share(std::move(shape));
}

size_t PodShapes::size() const { return pool_->size(); }

}  // namespace kubegauge::autoscaler
