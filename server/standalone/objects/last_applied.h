#pragma once

#include "server/standalone/core_objects.h"
#include "server/standalone/objects/field_set.h"
#include "server/standalone/objects/managed_fields.h"
#include "server/standalone/objects/schema.h"

namespace kubegauge::server {

// The annotation in which `kubectl apply` keeps what it applied. Server-side apply heeds it when
// kubectl applies by its own name, so that users may turn from the one to the other and back.
inline constexpr char kLastAppliedAnnotation[] = "kubectl.kubernetes.io/last-applied-configuration";

// The fields of `live` that still are as the annotation has them: what an apply by kubectl may
// change whoever owns it. None for other managers, and where the annotation cannot be read as an
// object of the manager's version.
FieldSet FieldsLastApplied(const SchemaStruct& structure, const FieldManager& manager,
                           const Json& live);

// Brings the annotation of `object`, if there is one, to what kubectl has applied; other managers
// leave it alone.
void RenewLastApplied(const FieldManager& manager, const Json& applied, Json& object);

}  // namespace kubegauge::server
