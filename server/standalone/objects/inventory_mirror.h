#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "kube/clock.h"
#include "server/standalone/inventory.h"
#include "server/standalone/objects/object_store.h"

namespace kubegauge::server {

// Shows the machine in the store: its node, its pods and their namespaces, as objects that nobody
// may write by the API. Not thread-safe; keeps references.
class InventoryMirror {
 public:
  // Also makes the namespace kube-system, where controllers keep their leases.
  InventoryMirror(ObjectStore& store, const kube::Clock& clock);

  // Makes the store show `inventory` and nothing else of the machine. A namespace that clients'
  // objects are in stays.
  void Show(const Inventory& inventory);

 private:
  using Place = std::pair<const ResourceType*, NamespacedName>;
  using Versions = std::map<Place, uint64_t>;

  void ShowObject(const ResourceType& resource, const NamespacedName& key, uint64_t record_version,
                  Json object, Versions& shown);
  bool IsInUse(const Place& place) const;

  ObjectStore& store_;
  const kube::Clock& clock_;
  Versions shown_;  // of the inventory's records
};

}  // namespace kubegauge::server
