#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kube/object_key.h"
#include "kube/object_set.h"
#include "kube/object_sink.h"

namespace kubegauge::kube {

// Told of each change of an object's content, on the executor of the cache's reflector, when the
// cache has it already. A list is told object by object once it is complete.
template <class Record>
struct ObjectHandlers {
  std::function<void(const Record& added)> added;
  std::function<void(const Record& before, const Record& after)> updated;
  std::function<void(const Record& deleted)> deleted;
};

// The objects of one kind that a reflector follows. `Kind` says how they are kept:
//
//   using Record = …;  // a shared pointer to an immutable object
//   static absl::StatusOr<Record> Decode(const EncodedObject& object);
//   static ObjectKey KeyOf(const Record& record);                // views into the record
//   static bool Same(const Record& before, const Record& after); // no change worth telling
//
// Decode may also be a const member function, of a Kind that has what it needs.
//
// Records that stay the same are kept as they are, in a list too.
//
// The functions of ObjectSink are for one coroutine, the setters for the time before it starts; all
// others are for any thread. Readers and that coroutine share a mutex, held for the time of one
// change, of a swap, or of a copy of the pointers.
template <class Kind>
class ObjectCache final : public ObjectSink {
 public:
  using Record = typename Kind::Record;

  explicit ObjectCache(Kind kind = Kind()) : kind_(std::move(kind)) {}

  // Called after each batch of changes, and when the first list is complete.
  void SetOnChange(std::function<void()> on_change) { on_change_ = std::move(on_change); }
  void SetHandlers(ObjectHandlers<Record> handlers) { handlers_ = std::move(handlers); }

  // Whether a list was complete once.
  bool synced() const { return version_.load(std::memory_order_acquire) > 0; }
  // Goes up with each batch of changes, 1 being the first list. Objects that are read after their
  // version are at least as new.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

  // In no order.
  std::vector<Record> Objects() const {
    const std::lock_guard lock(mutex_);
    return {objects_.begin(), objects_.end()};
  }
  // A null pointer when there is none.
  Record Find(const ObjectKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    return found == objects_.end() ? Record() : *found;
  }
  size_t size() const {
    const std::lock_guard lock(mutex_);
    return objects_.size();
  }

  void BeginList() override { listed_.clear(); }
  void AbandonList() override { listed_ = Set(); }

  absl::Status AddListed(const EncodedObject& object) override {
    absl::StatusOr<Record> decoded = kind_.Decode(object);
    if (!decoded.ok()) return decoded.status();
    Record record = *std::move(decoded);
    const auto known = objects_.find(Kind::KeyOf(record));
    if (known != objects_.end() && Kind::Same(*known, record)) record = *known;
    // Of two objects of one key, which pages of different times may have, the later one counts.
    const auto [place, inserted] = listed_.insert(record);
    if (!inserted) ReplaceObject<Kind>(listed_, place, std::move(record));
    return absl::OkStatus();
  }

  void CommitList() override {
    {
      const std::lock_guard lock(mutex_);
      objects_.swap(listed_);
    }
    TellDifference(listed_);
    listed_ = Set();
    if (!synced()) changed_ = true;
    EndBatch();
  }

  absl::Status Apply(WatchEventType type, const EncodedObject& object) override {
    absl::StatusOr<Record> decoded = kind_.Decode(object);
    if (!decoded.ok()) return decoded.status();
    if (type == WatchEventType::kDeleted) {
      Delete(Kind::KeyOf(*decoded));
    } else {
      Put(*std::move(decoded));
    }
    return absl::OkStatus();
  }

  void EndBatch() override {
    if (!changed_) return;
    changed_ = false;
    version_.fetch_add(1, std::memory_order_release);
    if (on_change_) on_change_();
  }

 private:
  using Set = ObjectSet<Kind>;

  void Put(Record record) {
    const auto place = objects_.find(record);
    if (place == objects_.end()) {
      {
        const std::lock_guard lock(mutex_);
        objects_.insert(record);
      }
      Added(record);
      return;
    }
    if (Kind::Same(*place, record)) return;
    const Record before = *place;
    {
      const std::lock_guard lock(mutex_);
      ReplaceObject<Kind>(objects_, place, record);
    }
    Updated(before, record);
  }

  void Delete(const ObjectKey& key) {
    const auto place = objects_.find(key);
    if (place == objects_.end()) return;
    const Record before = *place;
    {
      const std::lock_guard lock(mutex_);
      objects_.erase(place);
    }
    Deleted(before);
  }

  // Against what the cache had before.
  void TellDifference(const Set& old_objects) {
    for (const Record& record : old_objects) {
      if (!objects_.contains(record)) Deleted(record);
    }
    for (const Record& record : objects_) {
      const auto old = old_objects.find(record);
      if (old == old_objects.end()) {
        Added(record);
      } else if (*old != record) {
        Updated(*old, record);
      }
    }
  }

  void Added(const Record& record) {
    changed_ = true;
    if (handlers_.added) handlers_.added(record);
  }
  void Updated(const Record& before, const Record& after) {
    changed_ = true;
    if (handlers_.updated) handlers_.updated(before, after);
  }
  void Deleted(const Record& record) {
    changed_ = true;
    if (handlers_.deleted) handlers_.deleted(record);
  }

  [[no_unique_address]] const Kind kind_;
  std::function<void()> on_change_;
  ObjectHandlers<Record> handlers_;
  bool changed_ = false;  // since the last EndBatch
  Set listed_;
  std::atomic<uint64_t> version_{0};
  mutable std::mutex mutex_;  // of objects_, which only the one coroutine changes
  Set objects_;
};

}  // namespace kubegauge::kube
