#include "server/standalone/objects/object_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kubegauge::server {

ObjectStore::ObjectStore(uint64_t first_version, StoreLimits limits)
    : limits_(limits), version_(first_version), forgotten_version_(first_version) {}

std::optional<StoredObject> ObjectStore::Get(const ResourceType& resource,
                                             const NamespacedName& key) const {
  const std::lock_guard lock(mutex_);
  const auto objects = objects_.find(&resource);
  if (objects == objects_.end()) return std::nullopt;
  const auto found = objects->second.find(key);
  if (found == objects->second.end()) return std::nullopt;
  return found->second;
}

ObjectStore::Listing ObjectStore::List(const ResourceType& resource,
                                       std::string_view namespace_name) const {
  const std::lock_guard lock(mutex_);
  Listing listing{.version = version_.load(std::memory_order_relaxed), .objects = {}};
  const auto objects = objects_.find(&resource);
  if (objects == objects_.end()) return listing;
  auto object = objects->second.begin();
  if (!namespace_name.empty()) {
    object = objects->second.lower_bound({.namespace_name = std::string(namespace_name)});
  }
  for (; object != objects->second.end(); ++object) {
    if (!namespace_name.empty() && object->first.namespace_name != namespace_name) break;
    listing.objects.push_back(object->second);
  }
  return listing;
}

// Gives `object` the next version and `json`, and remembers the change.
uint64_t ObjectStore::Record(ChangeType type, const ResourceType& resource, StoredObject& object,
                             Json json, std::shared_ptr<const Json> previous) {
  const uint64_t version = version_.load(std::memory_order_relaxed) + 1;
  json["metadata"]["resourceVersion"] = fmt::format("{}", version);
  object.version = version;
  object.json = std::make_shared<const Json>(std::move(json));
  changes_.push_back(
      {.type = type, .resource = &resource, .object = object, .previous = std::move(previous)});
  if (changes_.size() > limits_.max_changes) {
    forgotten_version_ = changes_.front().object.version;
    changes_.pop_front();
  }
  version_.store(version, std::memory_order_release);
  return version;
}

ObjectStore::WriteResult ObjectStore::Insert(const ResourceType& resource,
                                             const NamespacedName& key, Json object,
                                             bool read_only) {
  const std::lock_guard lock(mutex_);
  auto& objects = objects_[&resource];
  if (objects.contains(key)) return {.error = WriteError::kExists, .object = {}};
  if (object_count_ >= limits_.max_objects && !read_only) {
    return {.error = WriteError::kFull, .object = {}};
  }
  StoredObject stored{.key = key, .version = 0, .json = nullptr, .read_only = read_only};
  Record(ChangeType::kAdded, resource, stored, std::move(object), nullptr);
  objects.emplace(key, stored);
  ++object_count_;
  return {.error = std::nullopt, .object = std::move(stored)};
}

ObjectStore::WriteResult ObjectStore::Replace(const ResourceType& resource,
                                              const NamespacedName& key, uint64_t expected_version,
                                              Json object) {
  const std::lock_guard lock(mutex_);
  auto& objects = objects_[&resource];
  const auto found = objects.find(key);
  if (found == objects.end()) return {.error = WriteError::kGone, .object = {}};
  StoredObject& stored = found->second;
  if (stored.version != expected_version) return {.error = WriteError::kChanged, .object = {}};
  Record(ChangeType::kModified, resource, stored, std::move(object), stored.json);
  return {.error = std::nullopt, .object = stored};
}

ObjectStore::WriteResult ObjectStore::Remove(const ResourceType& resource,
                                             const NamespacedName& key, uint64_t expected_version) {
  const std::lock_guard lock(mutex_);
  auto& objects = objects_[&resource];
  const auto found = objects.find(key);
  if (found == objects.end()) return {.error = WriteError::kGone, .object = {}};
  if (expected_version != 0 && found->second.version != expected_version) {
    return {.error = WriteError::kChanged, .object = {}};
  }
  StoredObject stored = std::move(found->second);
  objects.erase(found);
  --object_count_;
  const std::shared_ptr<const Json> previous = stored.json;
  Record(ChangeType::kDeleted, resource, stored, *previous, previous);
  return {.error = std::nullopt, .object = std::move(stored)};
}

std::optional<ObjectStore::Changes> ObjectStore::ChangesSince(uint64_t version,
                                                              const ResourceType& resource) const {
  const std::lock_guard lock(mutex_);
  const uint64_t newest = version_.load(std::memory_order_relaxed);
  if (version < forgotten_version_ || version > newest) return std::nullopt;
  Changes result{.version = newest, .changes = {}};
  const auto begin = std::upper_bound(
      changes_.begin(), changes_.end(), version,
      [](uint64_t known, const Change& change) { return known < change.object.version; });
  std::copy_if(begin, changes_.end(), std::back_inserter(result.changes),
               [&](const Change& change) { return change.resource == &resource; });
  return result;
}

}  // namespace kubegauge::server
