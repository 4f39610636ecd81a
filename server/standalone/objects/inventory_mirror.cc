#include "server/standalone/objects/inventory_mirror.h"

#include <algorithm>
#include <optional>

#include "server/standalone/core_objects.h"

namespace kubegauge::server {

InventoryMirror::InventoryMirror(ObjectStore& store, const kube::Clock& clock)
    : store_(store), clock_(clock) {
  const NodeRecord node;
  const NamespaceRecord system = {.name = "kube-system",
                                  .uid = StableUid("namespace/kube-system"),
                                  .creation_ns = clock.WallNs()};
  store_.Insert(ResourceTypeNamed("namespaces"), {"", system.name},
                ObjectJson(system, {.node = node, .now_ns = clock.WallNs()}), /*read_only=*/true);
}

void InventoryMirror::ShowObject(const ResourceType& resource, const NamespacedName& key,
                                 uint64_t record_version, Json object, Versions& shown) {
  const auto known = shown_.find({&resource, key});
  shown.emplace(Place(&resource, key), record_version);
  if (known != shown_.end() && known->second == record_version) return;
  const std::optional<StoredObject> stored = store_.Get(resource, key);
  if (!stored) {
    store_.Insert(resource, key, std::move(object), /*read_only=*/true);
  } else if (stored->read_only) {
    store_.Replace(resource, key, stored->version, std::move(object));
  }
}

bool InventoryMirror::IsInUse(const Place& place) const {
  if (place.first->name != "namespaces") return false;
  const auto types = ResourceTypes();
  return std::any_of(types.begin(), types.end(), [&](const ResourceType& type) {
    return type.namespaced && !store_.List(type, place.second.name).objects.empty();
  });
}

void InventoryMirror::Show(const Inventory& inventory) {
  const RenderContext render{.node = inventory.node, .now_ns = clock_.WallNs()};
  Versions shown;
  const NodeRecord& node = inventory.node;
  ShowObject(ResourceTypeNamed("nodes"), {"", node.name}, node.resource_version,
             ObjectJson(node, render), shown);
  for (const NamespaceRecord& entry : inventory.namespaces) {
    ShowObject(ResourceTypeNamed("namespaces"), {"", entry.name}, entry.resource_version,
               ObjectJson(entry, render), shown);
  }
  for (const PodRecord& pod : inventory.pods) {
    ShowObject(ResourceTypeNamed("pods"), {pod.namespace_name, pod.name}, pod.resource_version,
               ObjectJson(pod, render), shown);
  }
  // Pods go before the namespaces that they are in: the table of places has them so by address, not
  // by kind, so namespaces are looked at last.
  for (const bool namespaces : {false, true}) {
    for (const auto& [place, version] : shown_) {
      if (shown.contains(place) || (place.first->name == "namespaces") != namespaces) continue;
      if (IsInUse(place)) {
        shown.emplace(place, version);
        continue;
      }
      const std::optional<StoredObject> stored = store_.Get(*place.first, place.second);
      if (stored && stored->read_only) store_.Remove(*place.first, place.second, stored->version);
    }
  }
  shown_ = std::move(shown);
}

}  // namespace kubegauge::server
