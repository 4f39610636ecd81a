#pragma once

#include "absl/status/status.h"
#include "kube/encoded_object.h"
#include "kube/watch_frames.h"

namespace kubegauge::kube {

// What a Reflector keeps equal to a collection of the API server. Called by one coroutine.
class ObjectSink {
 public:
  virtual ~ObjectSink() = default;

  // A list comes aside the present contents, which stand until it is complete: BeginList drops what
  // of another list has come, CommitList puts the list in the contents' place as one change, and
  // AbandonList drops it.
  virtual void BeginList() = 0;
  // An error: the object cannot be read, and is left out.
  virtual absl::Status AddListed(const EncodedObject& object) = 0;
  virtual void CommitList() = 0;
  virtual void AbandonList() = 0;

  // One kAdded, kModified or kDeleted. An error: the object cannot be read, and nothing changed.
  virtual absl::Status Apply(WatchEventType type, const EncodedObject& object) = 0;
  // No more events are at hand for now: the time to tell of changes.
  virtual void EndBatch() = 0;
};

}  // namespace kubegauge::kube
