#pragma once

#include "autoscaler/field_error.h"
#include "autoscaler/go_json_reader.h"

namespace kubegauge::autoscaler {

// The rules of apimachinery for what metadata has a list of; see object_meta_validation.h.

void ValidateOwners(const Json& metadata, int minor, FieldErrors& errors);

void ValidateFinalizers(const Json& metadata, int minor, FieldErrors& errors);
// Kubernetes' own resources ask more of finalizers than custom ones do.
void ValidateFinalizerKinds(const Json& metadata, FieldErrors& errors);
void ValidateNoNewFinalizers(const Json& metadata, const Json& old, FieldErrors& errors);

}  // namespace kubegauge::autoscaler
