#pragma once

#include <cstdint>

#include "autoscaler/field_error.h"
#include "autoscaler/go_json_reader.h"
#include "kube/kubernetes_version.h"

namespace kubegauge::autoscaler {

// The rules of apimachinery for the metadata of objects. `metadata` is as ReadObjectMeta gives it.

enum class NameRule : uint8_t {
  kLabel,      // DNS-1123
  kSubdomain,  // DNS-1123
  kPathSegment,
};

struct MetaRules {
  int minor = kube::kKubernetesMinor;  // of Kubernetes 1.x, whose words differ
  bool namespaced = true;
  NameRule names = NameRule::kSubdomain;
};

// Upstream's ValidateObjectMeta.
void ValidateObjectMeta(const Json& metadata, const MetaRules& rules, FieldErrors& errors);
// Upstream's ValidateObjectMetaUpdate.
void ValidateObjectMetaUpdate(const Json& metadata, const Json& old, int minor,
                              FieldErrors& errors);
// What the API server checks on every update, before the resource's own rules.
void ValidateCommonMeta(const Json& metadata, const Json& old, const MetaRules& rules,
                        FieldErrors& errors);

// A text member of metadata; empty when there is none.
std::string MetaText(const Json& metadata, const char* key);

}  // namespace kubegauge::autoscaler
