#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kube/object_changes.h"
#include "kube/object_key.h"
#include "kube/object_set.h"
#include "kube/object_sink.h"
#include "kube/shared_object_set.h"

namespace kubegauge::kube {

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
// others are for any thread.
template <class Kind>
class ObjectCache final : public ObjectSink {
 public:
  using Record = typename Kind::Record;

  explicit ObjectCache(Kind kind = Kind()) : kind_(std::move(kind)) {}

  // Called after each batch of changes, and when the first list is complete.
  void SetOnChange(std::function<void()> on_change) { on_change_ = std::move(on_change); }
  void SetHandlers(ObjectHandlers<Record> handlers) { changes_.SetHandlers(std::move(handlers)); }

  // Whether a list was complete once.
  bool synced() const { return version_.load(std::memory_order_acquire) > 0; }
  // Goes up with each batch of changes, 1 being the first list. Objects that are read after their
  // version are at least as new.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

  // In no order.
  std::vector<Record> Objects() const { return objects_.Objects(); }
  // A null pointer when there is none.
  Record Find(const ObjectKey& key) const { return objects_.Find(key); }
  size_t size() const { return objects_.size(); }

  void BeginList() override { listed_.clear(); }
  void AbandonList() override { listed_ = Set(); }

  absl::Status AddListed(const EncodedObject& object) override {
    absl::StatusOr<Record> decoded = kind_.Decode(object);
    if (!decoded.ok()) return decoded.status();
    Record record = *std::move(decoded);
    const auto known = objects_.own().find(Kind::KeyOf(record));
    if (known != objects_.own().end() && Kind::Same(*known, record)) record = *known;
    // Of two objects of one key, which pages of different times may have, the later one counts.
    const auto [place, inserted] = listed_.insert(record);
    if (!inserted) ReplaceObject<Kind>(listed_, place, std::move(record));
    return absl::OkStatus();
  }

  void CommitList() override {
    objects_.Swap(listed_);
    changes_.TellDifference(/*before=*/listed_, /*after=*/objects_.own());
    listed_ = Set();
    const bool changed = changes_.TakePending();
    if (changed || !synced()) TellOfBatch();
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
    if (changes_.TakePending()) TellOfBatch();
  }

 private:
  using Set = ObjectSet<Kind>;

  void TellOfBatch() {
    version_.fetch_add(1, std::memory_order_release);
    if (on_change_) on_change_();
  }

  void Put(Record record) {
    const auto place = objects_.own().find(record);
    if (place == objects_.own().end()) {
      objects_.Insert(record);
      changes_.Added(record);
      return;
    }
    if (Kind::Same(*place, record)) return;
    const Record before = *place;
    objects_.Replace(place, record);
    changes_.Updated(before, record);
  }

  void Delete(const ObjectKey& key) {
    const auto place = objects_.own().find(key);
    if (place == objects_.own().end()) return;
    const Record before = *place;
    objects_.Erase(place);
    changes_.Deleted(before);
  }

  [[no_unique_address]] const Kind kind_;
  std::function<void()> on_change_;
  ChangeNotifier<Record> changes_;
  Set listed_;
  std::atomic<uint64_t> version_{0};
  SharedObjectSet<Kind> objects_;
};

}  // namespace kubegauge::kube
