#pragma once

#include "autoscaler/field_error.h"
#include "autoscaler/go_json_reader.h"

namespace kubegauge::autoscaler {

// The rules of apimachinery for the metadata of namespaced objects whose names are DNS-1123
// subdomains. `metadata` is as ReadObjectMeta gives it; `minor` is of Kubernetes 1.x, whose words
// differ.

// Upstream's ValidateObjectMeta.
void ValidateObjectMeta(const Json& metadata, int minor, FieldErrors& errors);
// Upstream's ValidateObjectMetaUpdate.
void ValidateObjectMetaUpdate(const Json& metadata, const Json& old, int minor,
                              FieldErrors& errors);
// What the API server checks on every update, before the resource's own rules.
void ValidateCommonMeta(const Json& metadata, const Json& old, int minor, FieldErrors& errors);

// A text member of metadata; empty when there is none.
std::string MetaText(const Json& metadata, const char* key);

}  // namespace kubegauge::autoscaler
