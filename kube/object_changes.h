#pragma once

#include <functional>
#include <utility>

namespace kubegauge::kube {

// Told of each change of an object's content, on the executor of the cache's reflector, when the
// cache has it already. A list is told object by object once it is complete.
template <class Record>
struct ObjectHandlers {
  std::function<void(const Record& added)> added;
  std::function<void(const Record& before, const Record& after)> updated;
  std::function<void(const Record& deleted)> deleted;
};

// Calls the handlers, and remembers that there was something to tell. For one coroutine.
template <class Record>
class ChangeNotifier {
 public:
  void SetHandlers(ObjectHandlers<Record> handlers) { handlers_ = std::move(handlers); }

  void Added(const Record& record) {
    pending_ = true;
    if (handlers_.added) handlers_.added(record);
  }
  void Updated(const Record& before, const Record& after) {
    pending_ = true;
    if (handlers_.updated) handlers_.updated(before, after);
  }
  void Deleted(const Record& record) {
    pending_ = true;
    if (handlers_.deleted) handlers_.deleted(record);
  }

  // Of two sets of records, in each of which a key has one record at most, as in ObjectSet: first
  // what is gone, then what is new or another record.
  template <class Set>
  void TellDifference(const Set& before, const Set& after) {
    for (const Record& record : before) {
      if (!after.contains(record)) Deleted(record);
    }
    for (const Record& record : after) {
      const auto old = before.find(record);
      if (old == before.end()) {
        Added(record);
      } else if (*old != record) {
        Updated(*old, record);
      }
    }
  }

  // Whether anything was told since the last call.
  bool TakePending() { return std::exchange(pending_, false); }

 private:
  ObjectHandlers<Record> handlers_;
  bool pending_ = false;
};

}  // namespace kubegauge::kube
