#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "kube/object_key.h"
#include "kube/object_set.h"

namespace kubegauge::kube {

// An ObjectSet that one coroutine changes and any thread reads. Both share a mutex, held for the
// time of one change, of a swap, or of a copy of the pointers.
template <class Kind>
class SharedObjectSet {
 public:
  using Record = typename Kind::Record;
  using Set = ObjectSet<Kind>;

  // For any thread.

  // In no order.
  std::vector<Record> Objects() const {
    const std::lock_guard lock(mutex_);
    return {set_.begin(), set_.end()};
  }
  // A null pointer when there is none.
  Record Find(const ObjectKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = set_.find(key);
    return found == set_.end() ? Record() : *found;
  }
  size_t size() const {
    const std::lock_guard lock(mutex_);
    return set_.size();
  }

  // For the coroutine alone, which needs no mutex to see what only it changes.

  const Set& own() const { return set_; }
  void Insert(Record record) {
    const std::lock_guard lock(mutex_);
    set_.insert(std::move(record));
  }
  void Replace(typename Set::const_iterator place, Record record) {
    const std::lock_guard lock(mutex_);
    ReplaceObject<Kind>(set_, place, std::move(record));
  }
  void Erase(typename Set::const_iterator place) {
    const std::lock_guard lock(mutex_);
    set_.erase(place);
  }
  void Swap(Set& other) {
    const std::lock_guard lock(mutex_);
    set_.swap(other);
  }

 private:
  mutable std::mutex mutex_;
  Set set_;
};

}  // namespace kubegauge::kube
