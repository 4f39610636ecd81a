#pragma once

#include "autoscaler/hpa_validation.h"

namespace kubegauge::autoscaler {

// Checks of references, which the spec and its Object metrics have.
struct ReferenceRules {
  bool checks_api_version = false;
  bool allows_empty_group = false;
};
void ValidateReference(const CrossVersionObjectReference& reference, const std::string& field,
                       const ReferenceRules& rules, FieldErrors& errors);
// What is wrong with a reference's apiVersion; empty where nothing is.
std::string ApiVersionFault(const std::string& api_version, bool allows_empty_group);

// A value of one of Go's named string types, such as MetricSourceType, as messages show it: since
// 1.34 as JSON.
std::string ShownName(std::string_view value, const HpaRules& rules);

// A quantity that had to be greater than 0, or not less.
void InvalidAmount(std::string field, const WrittenAmount& amount, std::string_view why,
                   const HpaRules& rules, FieldErrors& errors);

// `field` is "spec.metrics[0]".
void ValidateMetric(const MetricSpec& metric, const std::string& field, const HpaRules& rules,
                    const ReferenceRules& described_objects, FieldErrors& errors);

}  // namespace kubegauge::autoscaler
