#include "server/standalone/inventory.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

namespace kubegauge::server {
namespace {

auto PlaceOf(const PodRecord& pod) {
  return std::tuple<std::string_view, std::string_view>(pod.namespace_name, pod.name);
}

void SortWithoutRepeats(std::vector<PodRecord>& pods) {
  std::sort(pods.begin(), pods.end(), [](const PodRecord& a, const PodRecord& b) {
    if (PlaceOf(a) != PlaceOf(b)) return PlaceOf(a) < PlaceOf(b);
    return std::tie(b.creation_ns, b.uid) < std::tie(a.creation_ns, a.uid);
  });
  const auto same_place = [](const PodRecord& a, const PodRecord& b) {
    return PlaceOf(a) == PlaceOf(b);
  };
  pods.erase(std::unique(pods.begin(), pods.end(), same_place), pods.end());
}

std::vector<NamespaceRecord> NamespacesOf(const NodeRecord& node,
                                          const std::vector<PodRecord>& pods) {
  std::set<std::string, std::less<>> names = {"default"};
  for (const PodRecord& pod : pods) names.insert(pod.namespace_name);
  std::vector<NamespaceRecord> namespaces;
  for (const std::string& name : names) {
    namespaces.push_back({.name = name,
                          .uid = StableUid(fmt::format("{}/namespace/{}", node.uid, name)),
                          .creation_ns = node.creation_ns});
  }
  return namespaces;
}

// Gives `record` the version of its earlier state when it is the same, else `next_version`.
template <class Record>
bool SetVersion(const Record* earlier, uint64_t next_version, Record& record) {
  record.resource_version = earlier == nullptr ? 0 : earlier->resource_version;
  if (earlier != nullptr && record == *earlier) return false;
  record.resource_version = next_version;
  return true;
}

}  // namespace

const PodRecord* Inventory::FindPod(std::string_view namespace_name, std::string_view name) const {
  const auto place = std::tuple(namespace_name, name);
  const auto found =
      std::lower_bound(pods.begin(), pods.end(), place,
                       [](const PodRecord& pod, const auto& key) { return PlaceOf(pod) < key; });
  return found != pods.end() && PlaceOf(*found) == place ? &*found : nullptr;
}

const NamespaceRecord* Inventory::FindNamespace(std::string_view name) const {
  const auto found = std::find_if(namespaces.begin(), namespaces.end(),
                                  [&](const NamespaceRecord& entry) { return entry.name == name; });
  return found != namespaces.end() ? &*found : nullptr;
}

std::shared_ptr<const Inventory> NextInventory(const std::shared_ptr<const Inventory>& previous,
                                               NodeRecord node, std::vector<PodRecord> pods,
                                               uint64_t first_resource_version) {
  SortWithoutRepeats(pods);
  auto next = std::make_shared<Inventory>();
  next->resource_version =
      previous == nullptr ? first_resource_version : previous->resource_version + 1;
  next->node = std::move(node);
  next->pods = std::move(pods);
  next->namespaces = NamespacesOf(next->node, next->pods);

  const uint64_t version = next->resource_version;
  bool changed = SetVersion(previous == nullptr ? nullptr : &previous->node, version, next->node);
  for (PodRecord& pod : next->pods) {
    const PodRecord* earlier =
        previous == nullptr ? nullptr : previous->FindPod(pod.namespace_name, pod.name);
    changed |= SetVersion(earlier, version, pod);
  }
  for (NamespaceRecord& entry : next->namespaces) {
    const NamespaceRecord* earlier =
        previous == nullptr ? nullptr : previous->FindNamespace(entry.name);
    changed |= SetVersion(earlier, version, entry);
  }
  if (previous != nullptr && !changed && next->pods.size() == previous->pods.size() &&
      next->namespaces.size() == previous->namespaces.size()) {
    return previous;
  }
  return next;
}

std::string StableUid(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0f) | 0x80);  // UUID version 8: own hash
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3f) | 0x80);
  std::string uid;
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) uid.push_back('-');
    uid.append(fmt::format("{:02x}", digest[i]));
  }
  return uid;
}

}  // namespace kubegauge::server
