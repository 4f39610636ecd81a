#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "apiservice/keyed_digest.h"
#include "kube/clock.h"

namespace kubegauge::apiservice {

// Keeps values for a time, at most `capacity` of them: of more, the one that was used longest ago
// goes. Time is monotonic. Thread-safe; keeps a reference to `clock`.
template <class Value>
class ExpiringCache {
 public:
  ExpiringCache(size_t capacity, const kube::Clock& clock) : capacity_(capacity), clock_(clock) {}

  // Null when there is none that is still good.
  std::shared_ptr<const Value> Find(const KeyedDigest::Value& key) {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    if (clock_.MonotonicNs() >= found->second->expires_at_ns) {
      Erase(found);
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  // A time to live that is not positive keeps nothing.
  void Insert(const KeyedDigest::Value& key, std::shared_ptr<const Value> value, int64_t ttl_ns) {
    if (ttl_ns <= 0) return;
    const std::lock_guard lock(mutex_);
    if (const auto found = index_.find(key); found != index_.end()) Erase(found);
    if (entries_.size() >= capacity_) Erase(index_.find(entries_.back().key));
    entries_.push_front({key, clock_.MonotonicNs() + ttl_ns, std::move(value)});
    index_.emplace(key, entries_.begin());
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    KeyedDigest::Value key;
    int64_t expires_at_ns;
    std::shared_ptr<const Value> value;
  };
  using Entries = std::list<Entry>;  // the most recently used in front
  using Index =
      boost::unordered_flat_map<KeyedDigest::Value, typename Entries::iterator, DigestHash>;

  void Erase(typename Index::iterator found) {
    entries_.erase(found->second);
    index_.erase(found);
  }

  const size_t capacity_;
  const kube::Clock& clock_;
  mutable std::mutex mutex_;
  Entries entries_;
  Index index_;
};

}  // namespace kubegauge::apiservice
