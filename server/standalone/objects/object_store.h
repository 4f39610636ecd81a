#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "server/standalone/core_objects.h"
#include "server/standalone/objects/or_status.h"
#include "server/standalone/objects/resource_type.h"

namespace kubegauge::server {

// The place of an object; `namespace_name` is empty for cluster-scoped ones.
struct NamespacedName {
  std::string namespace_name;
  std::string name;

  auto operator<=>(const NamespacedName&) const = default;
};

// An object as it is stored: without kind and apiVersion, in its resource's stored version, with
// metadata.resourceVersion. Immutable and shared.
struct StoredObject {
  NamespacedName key;
  uint64_t version = 0;
  std::shared_ptr<const Json> json;
  bool read_only = false;  // shown, not kept for a client: nobody may write it by the API
};

enum class ChangeType { kAdded, kModified, kDeleted };

// One write. A deleted object is the last state with the version of the deletion.
struct Change {
  ChangeType type;
  const ResourceType* resource;
  StoredObject object;
  std::shared_ptr<const Json> previous;  // null for an added one
};

struct StoreLimits {
  size_t max_objects = 20'000;
  // How many changes a watch may be behind before it has to list again.
  size_t max_changes = 4'096;
};

// The objects of the standalone API in memory, with kube-apiserver's order of things: every write
// gets the next number of one counter, an object carries the number of its last write, and the
// newest writes are remembered so that watches can go on from a number they know. Knows nothing of
// what the objects mean. Thread-safe; each call is one short critical section.
class ObjectStore {
 public:
  // Numbers begin behind `first_version`, which should grow over restarts: the Unix time.
  explicit ObjectStore(uint64_t first_version, StoreLimits limits = {});

  // The newest number. Cheap enough to be polled.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

  std::optional<StoredObject> Get(const ResourceType& resource, const NamespacedName& key) const;

  struct Listing {
    uint64_t version = 0;
    std::vector<StoredObject> objects;  // by namespace and name
  };
  // All of a resource, or those of one namespace.
  Listing List(const ResourceType& resource, std::string_view namespace_name = "") const;

  enum class WriteError { kExists, kGone, kChanged, kFull };
  struct WriteResult {
    std::optional<WriteError> error;
    StoredObject object;  // unless there was an error

    bool ok() const { return !error; }
  };
  WriteResult Insert(const ResourceType& resource, const NamespacedName& key, Json object,
                     bool read_only = false);
  // Only when the stored object is still the one of `expected_version`.
  WriteResult Replace(const ResourceType& resource, const NamespacedName& key,
                      uint64_t expected_version, Json object);
  // `expected_version` 0: whatever it is.
  WriteResult Remove(const ResourceType& resource, const NamespacedName& key,
                     uint64_t expected_version = 0);

  // The changes behind `version` of a resource, oldest first; nullopt when some of them are
  // forgotten, or for a version of the future.
  struct Changes {
    uint64_t version = 0;  // up to which these are all
    std::vector<Change> changes;
  };
  std::optional<Changes> ChangesSince(uint64_t version, const ResourceType& resource) const;

 private:
  using Place = std::tuple<const ResourceType*, NamespacedName>;

  uint64_t Record(ChangeType type, const ResourceType& resource, StoredObject& object, Json json,
                  std::shared_ptr<const Json> previous);

  const StoreLimits limits_;
  mutable std::mutex mutex_;
  std::atomic<uint64_t> version_;
  uint64_t forgotten_version_;  // of the newest change that is no longer remembered
  std::map<const ResourceType*, std::map<NamespacedName, StoredObject>> objects_;
  size_t object_count_ = 0;
  std::deque<Change> changes_;
};

}  // namespace kubegauge::server
