#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/published.h"

namespace kubegauge::server {

using Labels = std::map<std::string, std::string, std::less<>>;

// Fields of status.nodeInfo; empty where the machine does not tell.
struct NodeSystemInfo {
  std::string machine_id;
  std::string system_uuid;
  std::string boot_id;
  std::string kernel_version;
  std::string os_image;
  std::string container_runtime_version;
  std::string kubelet_version;
  std::string operating_system;
  std::string architecture;

  bool operator==(const NodeSystemInfo& other) const = default;
};

struct NodeResources {
  int64_t cpu_millicores = 0;
  int64_t memory_bytes = 0;
  int64_t pods = 0;

  bool operator==(const NodeResources& other) const = default;
};

// This machine as a Kubernetes node.
struct NodeRecord {
  std::string name;
  std::string uid;
  Labels labels;
  int64_t creation_ns = 0;  // when the machine was booted, since the Unix epoch
  NodeResources capacity;
  NodeResources allocatable;
  std::string internal_ip;
  std::string hostname;
  NodeSystemInfo system;
  uint64_t resource_version = 0;

  bool operator==(const NodeRecord& other) const = default;
};

struct ContainerRecord {
  std::string name;
  std::string container_id;  // as the API writes it, "containerd://…"; may be empty
  int64_t start_ns = 0;      // since the Unix epoch; 0 when unknown

  bool operator==(const ContainerRecord& other) const = default;
};

// A pod that runs on this machine.
struct PodRecord {
  std::string namespace_name;
  std::string name;
  std::string uid;
  Labels labels;
  int64_t creation_ns = 0;  // since the Unix epoch; 0 when unknown
  std::string node_name;
  std::string qos_class;  // Guaranteed, Burstable, BestEffort; may be empty
  std::vector<ContainerRecord> containers;
  uint64_t resource_version = 0;

  bool operator==(const PodRecord& other) const = default;
};

struct NamespaceRecord {
  std::string name;
  std::string uid;
  int64_t creation_ns = 0;
  uint64_t resource_version = 0;

  bool operator==(const NamespaceRecord& other) const = default;
};

// The objects of the in-memory Kubernetes API at one instant. Immutable once published; a new one
// replaces it as a whole when the set of objects changes.
struct Inventory {
  // Of the newest change; grows by one with each inventory that differs from the one before.
  uint64_t resource_version = 1;
  NodeRecord node;
  std::vector<PodRecord> pods;              // by namespace, then name, bytewise; none twice
  std::vector<NamespaceRecord> namespaces;  // by name

  const PodRecord* FindPod(std::string_view namespace_name, std::string_view name) const;
  const NamespaceRecord* FindNamespace(std::string_view name) const;
};

using PublishedInventory = scraper::Published<Inventory>;

// The inventory that follows `previous` (null for the first): sorts the pods, derives the
// namespaces from them (and `default`), and gives every object that is new or changed the next
// resource version. Gives `previous` itself when nothing changed. The records' own resource
// versions are ignored. `first_resource_version` is that of the first inventory: the Unix time, so
// that versions grow over restarts too. Of two pods of one name the one created last is kept.
std::shared_ptr<const Inventory> NextInventory(const std::shared_ptr<const Inventory>& previous,
                                               NodeRecord node, std::vector<PodRecord> pods,
                                               uint64_t first_resource_version);

// A UID in the form of a UUID that depends on `text` only, so that it stays the same after a
// restart.
std::string StableUid(std::string_view text);

}  // namespace kubegauge::server
