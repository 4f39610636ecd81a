#include "server/standalone/objects/object_writer.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "kube/rfc3339.h"
#include "server/standalone/objects/object_decoder.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/patches.h"
#include "server/standalone/objects/scale_view.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

using apiservice::Status;

// Of writes that do not say which state they are of and meet another one's write.
constexpr int kMaxAttempts = 10;
constexpr int kNameAttempts = 8;
constexpr size_t kMaxGeneratedPrefix = 58;
constexpr ServedVersion kScaleVersion = {"autoscaling", "v1"};

bool IsScale(const WriteTarget& target) { return target.subresource == "scale"; }

// The kind and version of the bodies that a target takes.
std::string_view KindOf(const WriteTarget& target) {
  return IsScale(target) ? "Scale" : target.resource.kind;
}
ServedVersion VersionOf(const WriteTarget& target) {
  return IsScale(target) ? kScaleVersion : target.version;
}

const SchemaStruct& StructureOf(const WriteTarget& target) {
  return *Schema::Standalone().Of(VersionOf(target), KindOf(target));
}
// Of the objects behind the target, as they are stored.
const SchemaStruct& StoredStructureOf(const WriteTarget& target) {
  return *Schema::Standalone().Of(target.resource.served.front(), target.resource.kind);
}

Json Shown(const WriteTarget& target, const Json& stored) {
  return IsScale(target) ? ScaleOf(stored)
                         : target.resource.rules->FromStored(target.version, stored);
}

Status NotFound(const WriteTarget& target) {
  return apiservice::NotFound(target.version.group, target.resource.name, target.key.name);
}

// The 400 of a body of another kind or version.
std::optional<Status> CheckType(const WriteTarget& target, const Json& body) {
  if (!body.is_object()) {
    return UndecodableBody(KindOf(target), VersionOf(target).version,
                           "json: the body has to be an object");
  }
  const std::string expected = VersionOf(target).ApiVersion();
  const auto version = body.find("apiVersion");
  if (version != body.end() && *version != expected && *version != "") {
    return apiservice::BadRequest(
        fmt::format("the API version in the data ({}) does not match the expected API version ({})",
                    version->is_string() ? version->get<std::string>() : version->dump(),
                    expected));
  }
  const auto kind = body.find("kind");
  if (kind != body.end() && *kind != std::string(KindOf(target)) && *kind != "") {
    return apiservice::BadRequest(
        fmt::format("the kind in the data ({}) does not match the expected kind ({})",
                    kind->is_string() ? kind->get<std::string>() : kind->dump(), KindOf(target)));
  }
  return std::nullopt;
}

// Reads `body`, and takes the kind and the version off it.
OrStatus<Json> Decode(const WriteTarget& target, const Json& body,
                      std::vector<std::string>& warnings) {
  if (auto status = CheckType(target, body)) return *std::move(status);
  DecodeFaults faults;
  Json object = DecodeObject(StructureOf(target), body, faults);
  const std::string_view version = VersionOf(target).version;
  if (faults.mismatch) return UndecodableBody(KindOf(target), version, *faults.mismatch);
  std::vector<std::string> unknown;
  for (const std::string& field : faults.unknown_fields) {
    unknown.push_back(fmt::format("unknown field \"{}\"", field));
  }
  if (!unknown.empty() && target.options.field_validation == FieldValidation::kStrict) {
    return UndecodableBody(KindOf(target), version,
                           fmt::format("strict decoding error: {}", fmt::join(unknown, ", ")));
  }
  if (target.options.field_validation == FieldValidation::kWarn) warnings = std::move(unknown);
  object.erase("kind");
  object.erase("apiVersion");
  return object;
}

FieldErrors ScaleErrors(const Json& scale) {
  const int64_t replicas = NumberAt(scale, "/spec/replicas");
  if (replicas >= 0) return {};
  return {InvalidValue("spec.replicas", fmt::format("{}", replicas),
                       "must be greater than or equal to 0")};
}

// A stored object with its members where Go's structs have them.
Json InOrder(const WriteTarget& target, const Json& object) {
  DecodeFaults faults;
  return DecodeObject(StoredStructureOf(target), object, faults);
}

// Whether two objects say the same, whatever the order of their members.
bool SaysTheSame(const Json& a, const Json& b) {
  return nlohmann::json(a) == nlohmann::json(b);
}

Status Full(const WriteTarget& target) {
  return Forbidden(target.version.group, target.resource.name, target.key.name,
                   "this API holds as many objects as it may");
}

}  // namespace

ObjectWriter::ObjectWriter(ObjectStore& store, const kube::Clock& clock,
                           kube::RandomSource& random)
    : store_(store), clock_(clock), random_(random) {}

FieldManager ObjectWriter::Manager(const WriteTarget& target) const {
  return {.name = target.options.field_manager,
          .api_version = target.version.ApiVersion(),
          .subresource = target.subresource,
          .now_ns = clock_.WallNs()};
}

OrStatus<Written> ObjectWriter::Create(const WriteTarget& target, const Json& body) {
  return CreateObject(target, body, /*applied_by=*/"");
}

OrStatus<Written> ObjectWriter::CreateObject(const WriteTarget& target, const Json& body,
                                             const std::string& applied_by) {
  Written written{.object = {}, .created = true};
  OrStatus<Json> decoded = Decode(target, body, written.warnings);
  if (!decoded.ok()) return decoded.status();
  const ResourceType& resource = target.resource;
  if (auto status = CheckNames(resource, target.key, *decoded)) return *std::move(status);
  if (!MetadataText(*decoded, "resourceVersion").empty()) {
    return apiservice::BadRequest("resourceVersion should not be set on objects to be created");
  }
  if (resource.namespaced &&
      !store_.Get(ResourceTypeNamed("namespaces"), {"", target.key.namespace_name})) {
    return apiservice::NotFound("", "namespaces", target.key.namespace_name);
  }
  Json managed = Json();
  if (!applied_by.empty()) {
    auto applied = ApplyConfiguration(StructureOf(target), Manager(target), Json::object(),
                                      *decoded, /*force=*/true);
    if (!applied.ok()) return applied.status();
    managed = (*applied)["metadata"].value("managedFields", Json());
  }
  OrStatus<Json> stored = resource.rules->ToStored(target.version, *std::move(decoded));
  if (!stored.ok()) return stored.status();
  const std::string prefix = MetadataText(*stored, "generateName");
  ObjectKey key = target.key;
  if (key.name.empty()) key.name = MetadataText(*stored, "name");
  const bool generates = key.name.empty() && !prefix.empty();
  for (int attempt = 0;; ++attempt) {
    if (generates) key.name = prefix.substr(0, kMaxGeneratedPrefix) + RandomSuffix(random_);
    if (key.name.empty()) {
      return Invalid(target.version.group, resource.kind, "",
                     {RequiredValue("metadata.name", "name or generateName is required")});
    }
    Json object = *stored;
    resource.rules->PrepareForCreate(object);
    PrepareNewMetadata(resource, key, clock_.WallNs(), random_, object);
    resource.rules->SetDefaults(object);
    object = InOrder(target, object);
    FieldErrors errors = ValidateMetadata(resource, object);
    FieldErrors of_rules = resource.rules->ValidateCreate(object);
    errors.insert(errors.end(), of_rules.begin(), of_rules.end());
    if (!errors.empty()) {
      return Invalid(target.version.group, resource.kind, key.name, std::move(errors));
    }
    if (applied_by.empty()) {
      TrackUpdate(StoredStructureOf(target), Manager(target), Json(), object);
    } else if (!managed.is_null()) {
      object["metadata"]["managedFields"] = managed;
    }
    if (target.options.dry_run) {
      if (store_.Get(resource, key)) {
        return AlreadyExists(target.version.group, resource.name, key.name);
      }
      object["metadata"].erase("resourceVersion");
      written.object = resource.rules->FromStored(target.version, object);
      return written;
    }
    const ObjectStore::WriteResult result = store_.Insert(resource, key, std::move(object));
    if (result.ok()) {
      written.object = resource.rules->FromStored(target.version, *result.object.json);
      return written;
    }
    if (result.error == ObjectStore::WriteError::kFull) return Full(target);
    if (!generates || attempt >= kNameAttempts) {
      return AlreadyExists(target.version.group, resource.name, key.name);
    }
  }
}

OrStatus<Written> ObjectWriter::Update(const WriteTarget& target, const Json& body) {
  std::vector<std::string> warnings;
  OrStatus<Json> decoded = Decode(target, body, warnings);
  if (!decoded.ok()) return decoded.status();
  if (auto status = CheckNames(target.resource, target.key, *decoded)) return *std::move(status);
  OrStatus<Written> written = Modify(
      target, [&](const Json&) { return OrStatus<Json>(*decoded); }, /*tracks_update=*/true);
  if (written.ok()) written->warnings = std::move(warnings);
  return written;
}

OrStatus<Written> ObjectWriter::Patch(const WriteTarget& target, PatchKind kind,
                                      const Json& patch) {
  std::vector<std::string> warnings;
  const auto patched = [&](const Json& live) -> OrStatus<Json> {
    Json typed = live;
    typed["apiVersion"] = VersionOf(target).ApiVersion();
    typed["kind"] = KindOf(target);
    absl::StatusOr<Json> result = Json();
    if (kind == PatchKind::kJson) {
      result = ApplyJsonPatch(std::move(typed), patch);
    } else if (kind == PatchKind::kMerge) {
      result = ApplyMergePatch(std::move(typed), patch);
    } else {
      result = ApplyStrategicPatch(StructureOf(target), std::move(typed), patch);
    }
    if (!result.ok()) {
      const bool unfit = absl::IsFailedPrecondition(result.status());
      return Status{.message = unfit ? fmt::format("the server rejected our request due to an "
                                                   "error in our request: {}",
                                                   std::string(result.status().message()))
                                     : std::string(result.status().message()),
                    .reason = unfit ? "Invalid" : "BadRequest",
                    .code = unfit ? 422 : 400};
    }
    return Decode(target, *result, warnings);
  };
  const auto applied = [&](const Json& live) -> OrStatus<Json> {
    OrStatus<Json> decoded = Decode(target, patch, warnings);
    if (!decoded.ok()) return decoded;
    if (auto status = CheckNames(target.resource, target.key, *decoded)) return *std::move(status);
    Json wanted = *decoded;
    if (target.subresource == "status") wanted.erase("spec");
    return ApplyConfiguration(StructureOf(target), Manager(target), live, wanted,
                              target.options.force);
  };
  const bool is_apply = kind == PatchKind::kApply;
  if (is_apply && target.subresource.empty() && !store_.Get(target.resource, target.key)) {
    return CreateObject(target, patch, target.options.field_manager);
  }
  OrStatus<Written> written = is_apply ? Modify(target, applied, /*tracks_update=*/false)
                                       : Modify(target, patched, /*tracks_update=*/true);
  if (written.ok()) written->warnings = std::move(warnings);
  return written;
}

// What is to be stored when a client wants `wanted` in the place of `stored`.
OrStatus<Json> ObjectWriter::Candidate(const WriteTarget& target, const Json& stored,
                                       const Json& wanted) const {
  const ResourceType& resource = target.resource;
  const ObjectRules& rules = *resource.rules;
  if (IsScale(target)) {
    if (FieldErrors errors = ScaleErrors(wanted); !errors.empty()) {
      return Invalid(kScaleVersion.group, "Scale", target.key.name, std::move(errors));
    }
  }
  OrStatus<Json> object = IsScale(target) ? OrStatus<Json>(WithScale(stored, wanted))
                                          : rules.ToStored(target.version, wanted);
  if (!object.ok()) return object;
  const std::string uid = MetadataText(wanted, "uid");
  if (!uid.empty() && uid != MetadataText(stored, "uid")) {
    return Conflict(target.version.group, resource.name, target.key.name,
                    fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: "
                                "{}",
                                uid, MetadataText(stored, "uid")));
  }
  KeepMetadata(stored, *object);
  FieldErrors errors;
  if (target.subresource == "status") {
    rules.PrepareForStatusUpdate(stored, *object);
    errors = rules.ValidateStatusUpdate(stored, *object);
  } else {
    rules.PrepareForUpdate(stored, *object);
    rules.SetDefaults(*object);
    *object = InOrder(target, *object);
    errors = ValidateMetadata(resource, *object);
    FieldErrors of_rules = rules.ValidateUpdate(stored, *object);
    errors.insert(errors.end(), of_rules.begin(), of_rules.end());
    const bool new_spec = !SaysTheSame(stored.value("spec", Json()), object->value("spec", Json()));
    if (resource.counts_generations && new_spec) {
      (*object)["metadata"]["generation"] = NumberAt(stored, "/metadata/generation") + 1;
    }
  }
  if (errors.empty()) return object;
  return Invalid(target.version.group, resource.kind, target.key.name, std::move(errors));
}

OrStatus<Written> ObjectWriter::Modify(const WriteTarget& target, const Change& change,
                                       bool tracks_update) {
  const std::string& name = target.key.name;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const std::optional<StoredObject> known = store_.Get(target.resource, target.key);
    if (!known) return NotFound(target);
    if (known->read_only) return apiservice::MethodNotAllowed();
    OrStatus<Json> wanted = change(Shown(target, *known->json));
    if (!wanted.ok()) return wanted.status();
    const std::string version = MetadataText(*wanted, "resourceVersion");
    const std::string known_version = MetadataText(*known->json, "resourceVersion");
    if (!version.empty() && version != known_version) {
      return ModifiedConflict(target.version.group, target.resource.name, name);
    }
    OrStatus<Json> candidate = Candidate(target, *known->json, *wanted);
    if (!candidate.ok()) return candidate.status();
    if (tracks_update) {
      TrackUpdate(StoredStructureOf(target), Manager(target), *known->json, *candidate);
    } else {
      const Json managed = wanted->value(Json::json_pointer("/metadata/managedFields"), Json());
      (*candidate)["metadata"].erase("managedFields");
      if (!managed.is_null()) (*candidate)["metadata"]["managedFields"] = managed;
    }
    bool lost_race = false;
    OrStatus<Written> written = Commit(target, *known, *std::move(candidate), lost_race);
    if (!lost_race) return written;
  }
  return ModifiedConflict(target.version.group, target.resource.name, name);
}

OrStatus<Written> ObjectWriter::Commit(const WriteTarget& target, const StoredObject& known,
                                       Json candidate, bool& lost_race) {
  if (SaysTheSame(candidate, *known.json)) return Written{.object = Shown(target, *known.json)};
  if (target.options.dry_run) return Written{.object = Shown(target, candidate)};
  const Json& metadata = candidate["metadata"];
  const bool is_gone = metadata.contains("deletionTimestamp") &&
                       metadata.value("finalizers", Json::array()).empty();
  const ObjectStore::WriteResult result =
      is_gone ? store_.Remove(target.resource, target.key, known.version)
              : store_.Replace(target.resource, target.key, known.version, std::move(candidate));
  if (result.error == ObjectStore::WriteError::kGone) return NotFound(target);
  lost_race = !result.ok();
  if (lost_race) return Written{.object = {}};
  return Written{.object = Shown(target, *result.object.json)};
}

OrStatus<Json> ObjectWriter::Delete(const WriteTarget& target, const DeleteOptions& options) {
  const ResourceType& resource = target.resource;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const std::optional<StoredObject> known = store_.Get(resource, target.key);
    if (!known) return NotFound(target);
    if (known->read_only) return apiservice::MethodNotAllowed();
    const std::string uid = MetadataText(*known->json, "uid");
    const std::string version = MetadataText(*known->json, "resourceVersion");
    if (!options.uid.empty() && options.uid != uid) {
      return Conflict(target.version.group, resource.name, target.key.name,
                      fmt::format("Precondition failed: UID in precondition: {}, UID in object "
                                  "meta: {}",
                                  options.uid, uid));
    }
    if (!options.resource_version.empty() && options.resource_version != version) {
      return Conflict(target.version.group, resource.name, target.key.name,
                      fmt::format("Precondition failed: ResourceVersion in precondition: {}, "
                                  "ResourceVersion in object meta: {}",
                                  options.resource_version, version));
    }
    if (options.dry_run) return *known->json;
    const Json& metadata = known->json->at("metadata");
    ObjectStore::WriteResult result;
    if (metadata.value("finalizers", Json::array()).empty()) {
      if (options.orphans_dependents) OrphanDependents(uid);
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
