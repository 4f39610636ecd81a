#pragma once

#include <string>

#include "autoscaler/hpa_admission.h"

namespace kubegauge::server {

// The rules of an API server of Kubernetes 1.`minor`.
autoscaler::AdmissionOptions AdmissionOf(int minor, bool scale_to_zero);

// A created HPA as the API server shows it in the version that the manifest is in; of a version
// that is not served any more, in autoscaling/v2.
autoscaler::Json ObjectAsStored(const autoscaler::Json& manifest,
                                const autoscaler::AdmissionAnswer& answer,
                                const autoscaler::HpaRules& rules);

// An answer in the form of the recorded ones: status, and either reason and message, or the spec
// as `stored` with the annotations where there are any.
autoscaler::Json AnswerJson(const autoscaler::Json& manifest,
                            const autoscaler::AdmissionAnswer& answer,
                            const autoscaler::HpaRules& rules);

// The warning of API servers of a manifest in a version that they served for the last time before
// 1.26: no newer one takes it. Empty for any other.
std::string DeprecationOf(const autoscaler::Json& manifest);

}  // namespace kubegauge::server
