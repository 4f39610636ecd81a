#pragma once

#include <string_view>
#include <vector>

#include "apiservice/status.h"
#include "server/standalone/core_objects.h"
#include "server/standalone/objects/object_decoder.h"
#include "server/standalone/objects/or_status.h"
#include "server/standalone/objects/resource_type.h"

namespace kubegauge::server {

// What is wrong with the fields of an object, as the causes of a 422: `reason` "FieldValueInvalid",
// `message` as "Invalid value: 0: must be greater than zero", `field` as "spec.replicas".
using FieldErrors = std::vector<apiservice::Status::Cause>;

// What one resource asks of its objects, beyond what all have in common: upstream's defaulting,
// validation, conversion and "strategy". Objects are without kind and apiVersion; they are in the
// stored version except where a version is named. Metadata is the caller's matter, except for
// annotations that a conversion moves. Stateless and thread-safe; nothing here throws.
class ObjectRules {
 public:
  virtual ~ObjectRules() = default;

  // What upstream's decoder says of a body, where it says more than the schema knows.
  virtual void CheckBody(const ServedVersion& version, const Json& body,
                         DecodeFaults& faults) const {
    (void)version;
    (void)body;
    (void)faults;
  }

  // An object of a served version, as it was read (unknown fields gone, types as the schema says),
  // with that version's defaults, in the stored version.
  virtual OrStatus<Json> ToStored(const ServedVersion& version, Json object) const {
    (void)version;
    return object;
  }
  // A stored object in a served version.
  virtual Json FromStored(const ServedVersion& version, const Json& object) const {
    (void)version;
    return object;
  }

  // Fills in what was not said, before validation, on every write.
  virtual void SetDefaults(Json& object) const { (void)object; }

  // A new object begins without a status; a write of the main resource keeps the old status, one of
  // /status keeps the spec.
  virtual void PrepareForCreate(Json& object) const { object.erase("status"); }
  virtual void PrepareForUpdate(const Json& old, Json& object) const {
    Keep("status", old, object);
  }
  virtual void PrepareForStatusUpdate(const Json& old, Json& object) const {
    Keep("spec", old, object);
  }

  virtual FieldErrors ValidateCreate(const Json& object) const {
    (void)object;
    return {};
  }
  virtual FieldErrors ValidateUpdate(const Json& old, const Json& object) const {
    (void)old;
    return ValidateCreate(object);
  }
  virtual FieldErrors ValidateStatusUpdate(const Json& old, const Json& object) const {
    (void)old;
    (void)object;
    return {};
  }

 protected:
  static void Keep(const char* member, const Json& old, Json& object);
};

// Of a resource that only has a body: no status to keep, nothing to check.
const ObjectRules& PlainRules();
// Of leases, namespaces, Deployments, ReplicaSets, events (which two groups show in two shapes).
const ObjectRules& LeaseRules();
const ObjectRules& NamespaceRules();
const ObjectRules& DeploymentRules();
const ObjectRules& ReplicaSetRules();
const ObjectRules& EventRules();
const ObjectRules& HpaRules();

}  // namespace kubegauge::server
