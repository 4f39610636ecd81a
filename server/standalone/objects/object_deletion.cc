#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "kube/rfc3339.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/object_writer.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

// Of deletions that meet another write.
constexpr int kMaxDeletions = 10;

// The 409 of a deletion that is meant for another object or state.
std::optional<apiservice::Status> CheckPreconditions(const WriteTarget& target,
                                                     const DeleteOptions& options,
                                                     const Json& object) {
  const auto check = [&](const char* what, const char* key, const std::string& wanted,
                         const char* why) -> std::optional<apiservice::Status> {
    const std::string known = MetadataText(object, key);
    if (wanted.empty() || wanted == known) return std::nullopt;
    return Conflict(target.version.group, target.resource.kind, target.key.name,
                    fmt::format("the {0} in the precondition ({1}) does not match the {0} in "
                                "record ({2}). The object might have been {3}",
                                what, wanted, known, why));
  };
  if (auto status = check("UID", "uid", options.uid, "deleted and then recreated")) return status;
  return check("ResourceVersion", "resourceVersion", options.resource_version, "modified");
}

}  // namespace

OrStatus<Json> ObjectWriter::Delete(const WriteTarget& target, const DeleteOptions& options) {
  const ResourceType& resource = target.resource;
  for (int attempt = 0; attempt < kMaxDeletions; ++attempt) {
    const std::optional<StoredObject> known = store_.Get(resource, target.key);
    if (!known) return apiservice::NotFound(target.version.group, resource.name, target.key.name);
    if (known->read_only) return apiservice::MethodNotAllowed();
    if (auto status = CheckPreconditions(target, options, *known->json)) return *std::move(status);
    if (options.dry_run) return *known->json;
    const Json& metadata = known->json->at("metadata");
    ObjectStore::WriteResult result;
    if (metadata.value("finalizers", Json::array()).empty()) {
      if (options.orphans_dependents) OrphanDependents(MetadataText(*known->json, "uid"));
      result = store_.Remove(resource, target.key, known->version);
    } else if (metadata.contains("deletionTimestamp")) {
      return *known->json;
    } else {
      Json marked = *known->json;
      marked["metadata"]["deletionTimestamp"] = kube::FormatRfc3339(clock_.WallNs());
      marked["metadata"]["deletionGracePeriodSeconds"] = 0;
      result = store_.Replace(resource, target.key, known->version, std::move(marked));
    }
    if (!result.ok()) continue;
    if (resource.name == "namespaces") EmptyNamespace(target.key.name);
    return *result.object.json;
  }
  return ModifiedConflict(target.version.group, resource.name, target.key.name);
}

void ObjectWriter::OrphanDependents(const std::string& uid) {
  for (const ResourceType& resource : ResourceTypes()) {
    for (const StoredObject& object : store_.List(resource).objects) {
      const Json owners = object.json->at("metadata").value("ownerReferences", Json::array());
      Json kept = Json::array();
      for (const Json& owner : owners) {
        if (owner.value("uid", "") != uid) kept.push_back(owner);
      }
      if (kept.size() == owners.size()) continue;
      Json freed = *object.json;
      freed["metadata"].erase("ownerReferences");
      if (!kept.empty()) freed["metadata"]["ownerReferences"] = std::move(kept);
      store_.Replace(resource, object.key, object.version, std::move(freed));
    }
  }
}

void ObjectWriter::EmptyNamespace(const std::string& name) {
  for (const ResourceType& resource : ResourceTypes()) {
    if (!resource.namespaced) continue;
    for (const StoredObject& object : store_.List(resource, name).objects) {
      if (!object.read_only) store_.Remove(resource, object.key);
    }
  }
}

}  // namespace kubegauge::server
