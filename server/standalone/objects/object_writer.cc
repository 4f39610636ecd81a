#include "server/standalone/objects/object_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kube/go_quote.h"
#include "server/standalone/objects/last_applied.h"
#include "server/standalone/objects/object_decoder.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/object_query.h"
#include "server/standalone/objects/patched_object.h"
#include "server/standalone/objects/scale_view.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

using apiservice::Status;

// Of writes that do not say which state they are of and meet another one's write.
constexpr int kMaxWrites = 10;
constexpr int kNameAttempts = 8;
constexpr size_t kMaxGeneratedPrefix = 58;

Status NotFound(const WriteTarget& target) {
  return apiservice::NotFound(target.version.group, target.resource.name, target.key.name);
}

std::string AppliedText(const Json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? value->get<std::string>() : "";
}

// The 500 of a body to be applied that has fields nobody knows, whatever the field validation.
std::optional<Status> CheckAppliedFields(const WriteTarget& target, const Json& applied) {
  DecodeFaults faults;
  DecodeObject(StructureOf(target), applied, faults);
  const auto first = std::min_element(faults.unknown_fields.begin(), faults.unknown_fields.end());
  if (first == faults.unknown_fields.end()) return std::nullopt;
  return Status{
      .message = fmt::format("failed to create typed patch object ({}/{}; {}, Kind={}): .{}: field "
                             "not declared in schema",
                             MetadataText(applied, "namespace"), MetadataText(applied, "name"),
                             VersionOf(target).ApiVersion(), KindOf(target), *first),
      .reason = "",
      .code = 500};
}

// Why a body cannot be applied.
std::optional<Status> CheckApplied(const WriteTarget& target, const Json& applied) {
  const std::string version = AppliedText(applied, "apiVersion");
  const std::string kind = AppliedText(applied, "kind");
  if (version != VersionOf(target).ApiVersion() || kind != KindOf(target)) {
    const bool is_bare = version.find('/') == std::string::npos;
    return apiservice::BadRequest(
        fmt::format("invalid object type: {}{}, Kind={}", is_bare ? "/" : "", version, kind));
  }
  const Json::json_pointer managed_fields("/metadata/managedFields");
  if (applied.contains(managed_fields) && applied.at(managed_fields).is_array()) {
    return apiservice::BadRequest("metadata.managedFields must be nil");
  }
  return CheckAppliedFields(target, applied);
}

FieldErrors ScaleErrors(const Json& scale) {
  const int64_t replicas = NumberAt(scale, "/spec/replicas");
  if (replicas >= 0) return {};
  return {InvalidValue("spec.replicas", fmt::format("{}", replicas),
                       "must be greater than or equal to 0")};
}

bool IsVersion(const std::string& text) {
  return !text.empty() && text != "0" && text.find_first_not_of("0123456789") == std::string::npos;
}

// A stored object with its members where Go's structs have them.
Json InOrder(const WriteTarget& target, const Json& object) {
  DecodeFaults faults;
  return DecodeObject(StoredStructureOf(target), object, faults);
}

// Whether two objects say the same, whatever the order of their members.
bool SaysTheSame(const Json& a, const Json& b) { return nlohmann::json(a) == nlohmann::json(b); }

// The refusal of a write of an object that has been made anew since.
Status OfAnotherUid(const WriteTarget& target, const std::string& uid,
                    const std::string& stored_uid) {
  return Conflict(
      target.version.group, target.resource.name, target.key.name,
      fmt::format("StorageError: invalid object, Code: 4, Key: /{}/{}{}{}, "
                  "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID "
                  "in precondition: {}, UID in object meta: {}",
                  target.resource.name, target.key.namespace_name,
                  target.key.namespace_name.empty() ? "" : "/", target.key.name, uid, stored_uid));
}

// The refusal of a write of another state than the one that is stored. Version 0 is any.
std::optional<Status> CheckVersion(const WriteTarget& target, const StoredObject& known,
                                   const Json& wanted) {
  const std::string text = MetadataText(wanted, "resourceVersion");
  if (text.empty()) return std::nullopt;
  const std::optional<uint64_t> version = ParseObjectVersion(text);
  if (!version) {
    return Status{.message = fmt::format("strconv.ParseUint: parsing {}: invalid syntax",
                                         kube::GoQuote(text)),
                  .reason = "",
                  .code = 500};
  }
  if (*version == 0 || *version == known.version) return std::nullopt;
  return ModifiedConflict(target.version.group, target.resource.name, target.key.name);
}

// The refusal of a new object in the place of another one.
Status Taken(const WriteTarget& target, const StoredObject& known) {
  Status status = AlreadyExists(target.version.group, target.resource.name, known.key.name);
  if (known.json->at("metadata").contains("deletionTimestamp")) {
    status.message = fmt::format("object is being deleted: {}", status.message);
  }
  return status;
}

}  // namespace

ObjectWriter::ObjectWriter(ObjectStore& store, const kube::Clock& clock, kube::RandomSource& random)
    : store_(store), clock_(clock), random_(random) {}

FieldManager ObjectWriter::Manager(const WriteTarget& target) const {
  return {.name = target.options.field_manager,
          .api_version = target.version.ApiVersion(),
          .subresource = target.subresource,
          .now_ns = clock_.WallNs()};
}

OrStatus<Written> ObjectWriter::Create(const WriteTarget& target, const RequestBody& body,
                                       std::vector<std::string>& warnings) {
  return CreateObject(target, body, /*applies=*/false, warnings);
}

OrStatus<Written> ObjectWriter::CreateObject(const WriteTarget& target, const RequestBody& body,
                                             bool applies, std::vector<std::string>& warnings) {
  OrStatus<Json> decoded = DecodeWrite(target, body, warnings);
  if (!decoded.ok()) return decoded.status();
  const ResourceType& resource = target.resource;
  if (auto status = CheckNames(resource, target.key, *decoded)) return *std::move(status);
  const NamespacedName space = {.namespace_name = "", .name = target.key.namespace_name};
  if (resource.namespaced && !store_.Get(ResourceTypeNamed("namespaces"), space)) {
    return apiservice::NotFound("", "namespaces", space.name);
  }
  if (applies) {
    OrStatus<Json> applied = ApplyConfiguration(StructureOf(target), Manager(target),
                                                Json::object(), *decoded, /*force=*/true);
    if (!applied.ok()) return applied.status();
    RenewLastApplied(Manager(target), body.json, *applied);
    decoded = std::move(applied);
  }
  const bool says_version = IsVersion(MetadataText(*decoded, "resourceVersion"));
  OrStatus<Json> stored = resource.rules->ToStored(target.version, *std::move(decoded));
  if (!stored.ok()) return stored.status();
  const std::string prefix = MetadataText(*stored, "generateName");
  NamespacedName key = target.key;
  if (key.name.empty()) key.name = MetadataText(*stored, "name");
  const bool generates = key.name.empty() && !prefix.empty();
  for (int attempt = 1;; ++attempt) {
    if (generates) key.name = prefix.substr(0, kMaxGeneratedPrefix) + RandomSuffix(random_);
    OrStatus<Json> object = NewObject(target, key, *stored, applies);
    if (!object.ok()) return object.status();
    if (!target.options.dry_run && says_version) {
      return Status{.message = "resourceVersion should not be set on objects to be created",
                    .reason = "",
                    .code = 500};
    }
    OrStatus<Json> kept = Insert(target, key, *std::move(object));
    const bool is_taken = !kept.ok() && kept.status().reason == "AlreadyExists";
    if (is_taken && generates && attempt < kNameAttempts) continue;
    if (!kept.ok()) return kept.status();
    return Written{.object = resource.rules->FromStored(target.version, *kept), .created = true};
  }
}

// The object that is to be stored at `key`, checked.
OrStatus<Json> ObjectWriter::NewObject(const WriteTarget& target, const NamespacedName& key,
                                       Json object, bool applies) {
  const ResourceType& resource = target.resource;
  const std::string_view group = target.version.group;
  resource.rules->PrepareForCreate(object);
  PrepareNewMetadata(resource, key, clock_.WallNs(), random_, object);
  resource.rules->SetDefaults(object);
  object = InOrder(target, object);
  FieldErrors errors = ValidateMetadata(resource, object);
  FieldErrors of_rules = resource.rules->ValidateCreate(object);
  errors.insert(errors.end(), of_rules.begin(), of_rules.end());
  if (!errors.empty()) return Invalid(group, resource.kind, key.name, std::move(errors));
  object = WithoutEmpties(StoredStructureOf(target), std::move(object));
  // An apply has noted its manager already.
  if (!applies) TrackUpdate(FieldsOfVersions(resource), Manager(target), Json(), object);
  return object;
}

// Stores a new object, or only finds out whether that would do.
OrStatus<Json> ObjectWriter::Insert(const WriteTarget& target, const NamespacedName& key,
                                    Json object) {
  const ResourceType& resource = target.resource;
  const std::string_view group = target.version.group;
  if (const auto known = store_.Get(resource, key)) return Taken(target, *known);
  if (target.options.dry_run) {
    object["metadata"].erase("resourceVersion");
    return object;
  }
  const ObjectStore::WriteResult result = store_.Insert(resource, key, std::move(object));
  if (result.ok()) return *result.object.json;
  if (result.error == ObjectStore::WriteError::kExists) {
    return AlreadyExists(group, resource.name, key.name);
  }
  return Forbidden(group, resource.name, key.name, "this API holds as many objects as it may");
}

OrStatus<Written> ObjectWriter::Update(const WriteTarget& target, const RequestBody& body,
                                       std::vector<std::string>& warnings) {
  OrStatus<Json> decoded = DecodeWrite(target, body, warnings);
  if (!decoded.ok()) return decoded.status();
  if (auto status = CheckNamed(target.resource, target.key, *decoded)) return *std::move(status);
  const std::string uid = MetadataText(*decoded, "uid");
  const auto replaced = [&](const Json& live) -> OrStatus<Json> {
    const std::string live_uid = MetadataText(live, "uid");
    if (!uid.empty() && uid != live_uid) return OfAnotherUid(target, uid, live_uid);
    return *decoded;
  };
  return Modify(target, replaced, /*tracks_update=*/true);
}

OrStatus<Written> ObjectWriter::Patch(const WriteTarget& target, PatchKind kind, const Json& patch,
                                      std::vector<std::string>& warnings) {
  const bool is_apply = kind == PatchKind::kApply;
  if (is_apply) {
    if (auto status = CheckApplied(target, patch)) return *std::move(status);
  }
  if (is_apply && target.subresource.empty() && !store_.Get(target.resource, target.key)) {
    return CreateObject(target, {.json = patch}, /*applies=*/true, warnings);
  }
  const auto patched = [&](const Json& live) -> OrStatus<Json> {
    return is_apply ? Applied(target, live, patch, warnings)
                    : PatchedObject(target, kind, live, patch, warnings);
  };
  return Modify(target, patched, /*tracks_update=*/!is_apply);
}

// A live object with what a client applies.
OrStatus<Json> ObjectWriter::Applied(const WriteTarget& target, const Json& live,
                                     const Json& applied,
                                     std::vector<std::string>& warnings) const {
  OrStatus<Json> decoded = DecodeWrite(target, {.json = applied}, warnings);
  if (!decoded.ok()) return decoded;
  if (auto status = CheckNames(target.resource, target.key, *decoded)) return *std::move(status);
  if (target.subresource == "status") decoded->erase("spec");
  const FieldManager manager = Manager(target);
  OrStatus<Json> merged =
      ApplyConfiguration(StructureOf(target), manager, live, *decoded, target.options.force);
  if (merged.ok()) RenewLastApplied(manager, applied, *merged);
  return merged;
}

// What is to be stored when a client wants `wanted` in the place of `stored`.
OrStatus<Json> ObjectWriter::Candidate(const WriteTarget& target, const Json& stored,
                                       const Json& wanted) const {
  const ResourceType& resource = target.resource;
  const ObjectRules& rules = *resource.rules;
  if (IsScale(target)) {
    if (FieldErrors errors = ScaleErrors(wanted); !errors.empty()) {
      return Invalid("autoscaling", "Scale", target.key.name, std::move(errors));
    }
  }
  OrStatus<Json> object = IsScale(target) ? OrStatus<Json>(WithScale(stored, wanted))
                                          : rules.ToStored(target.version, wanted);
  if (!object.ok()) return object;
  KeepMetadata(stored, *object);
  const bool is_status = target.subresource == "status";
  if (is_status) {
    rules.PrepareForStatusUpdate(stored, *object);
  } else {
    rules.PrepareForUpdate(stored, *object);
    rules.SetDefaults(*object);
  }
  *object = InOrder(target, *object);
  FieldErrors errors = ValidateMetadataUpdate(resource, stored, *object);
  FieldErrors of_rules = is_status ? rules.ValidateStatusUpdate(stored, *object)
                                   : rules.ValidateUpdate(stored, *object);
  errors.insert(errors.end(), of_rules.begin(), of_rules.end());
  if (!errors.empty()) {
    return Invalid(target.version.group, resource.kind, target.key.name, std::move(errors));
  }
  // What is stored has no empties either: only so the specs can be compared.
  Json kept = WithoutEmpties(StoredStructureOf(target), *std::move(object));
  const bool new_spec = !SaysTheSame(stored.value("spec", Json()), kept.value("spec", Json()));
  if (!is_status && resource.counts_generations && new_spec) {
    kept["metadata"]["generation"] = NumberAt(stored, "/metadata/generation") + 1;
  }
  return kept;
}

OrStatus<Written> ObjectWriter::Modify(const WriteTarget& target, const Change& change,
                                       bool tracks_update) {
  const std::string& name = target.key.name;
  for (int attempt = 0; attempt < kMaxWrites; ++attempt) {
    const std::optional<StoredObject> known = store_.Get(target.resource, target.key);
    if (!known) return NotFound(target);
    if (known->read_only) return apiservice::MethodNotAllowed();
    OrStatus<Json> wanted = change(Shown(target, *known->json));
    if (!wanted.ok()) return wanted.status();
    if (auto status = CheckVersion(target, *known, *wanted)) return *std::move(status);
    OrStatus<Json> candidate = Candidate(target, *known->json, *wanted);
    if (!candidate.ok()) return candidate.status();
    if (tracks_update) {
      TrackUpdate(FieldsOfVersions(target.resource), Manager(target), *known->json, *candidate);
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
  const bool is_gone =
      metadata.contains("deletionTimestamp") && metadata.value("finalizers", Json::array()).empty();
  const ObjectStore::WriteResult result =
      is_gone ? store_.Remove(target.resource, target.key, known.version)
              : store_.Replace(target.resource, target.key, known.version, std::move(candidate));
  if (result.error == ObjectStore::WriteError::kGone) return NotFound(target);
  lost_race = !result.ok();
  if (lost_race) return Written{.object = {}};
  return Written{.object = Shown(target, *result.object.json)};
}

}  // namespace kubegauge::server
