#pragma once

#include <string>

#include "server/standalone/core_objects.h"
#include "server/standalone/objects/object_rules.h"

namespace kubegauge::server {

// Upstream's defaults of a pod template, as far as they do not look into volumes and affinity.
void SetPodTemplateDefaults(Json& pod_template);

// What is wrong with the template of pods that always run; `path` as "spec.template".
void ValidatePodTemplate(const std::string& path, const Json& pod_template, FieldErrors& errors);

}  // namespace kubegauge::server
