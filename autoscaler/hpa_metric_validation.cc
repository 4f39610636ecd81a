#include "autoscaler/hpa_metric_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "autoscaler/name_rules.h"
#include "kube/go_json.h"
#include "kube/go_quote.h"
#include "kube/group_version.h"

namespace kubegauge::autoscaler {
namespace {

constexpr int kFirstShowingJson = 34;  // of Kubernetes 1.x
constexpr std::string_view kMetricTypes[] = {"ContainerResource", "External", "Object", "Pods",
                                             "Resource"};

void ValidatePathSegment(const std::string& segment, const std::string& field,
                         std::string_view why_required, FieldErrors& errors) {
  if (segment.empty()) return errors.Required(field, why_required);
  for (const std::string& fault : PathSegmentFaults(segment)) {
    errors.Invalid(field, segment, fault);
  }
}

// Checks one metric of a spec.
class MetricValidator {
 public:
  MetricValidator(const HpaRules& rules, const ReferenceRules& described_objects,
                  FieldErrors& errors)
      : rules_(rules), described_objects_(described_objects), errors_(errors) {}

  void ValidateType(const MetricSpec& metric, const std::string& field) {
    if (metric.type.empty()) {
      errors_.Required(field + ".type", "must specify a metric source type");
    }
    if (!IsKnown(metric.type)) {
      errors_.NotSupportedAs(field + ".type", ShownName(metric.type, rules_), kMetricTypes);
    }
  }

  // Of several sources only the first is looked into.
  void ValidateSource(const MetricSpec& metric, const std::string& field) {
    if (metric.object) return ValidateObject(*metric.object, field + ".object");
    if (metric.external) return ValidateExternal(*metric.external, field + ".external");
    if (metric.pods) return ValidatePods(*metric.pods, field + ".pods");
    if (metric.resource) return ValidateResource(*metric.resource, field + ".resource");
    if (metric.container_resource) {
      ValidateContainerResource(*metric.container_resource, field + ".containerResource");
    }
  }

  void ValidatePopulation(const MetricSpec& metric, const std::string& field) {
    struct Source {
      std::string_view type;
      const char* name;
      bool is_set;
    };
    // Upstream names wrong ones in no particular order.
    const Source sources[] = {
        {"ContainerResource", "containerResource", metric.container_resource.has_value()},
        {"External", "external", metric.external.has_value()},
        {"Object", "object", metric.object.has_value()},
        {"Pods", "pods", metric.pods.has_value()},
        {"Resource", "resource", metric.resource.has_value()},
    };
    const auto expected = std::find_if(std::begin(sources), std::end(sources),
                                       [&](const Source& s) { return s.type == metric.type; });
    if (expected == std::end(sources)) {
      errors_.NotSupportedAs(field + ".type", ShownName(metric.type, rules_), kMetricTypes);
    } else if (!expected->is_set) {
      errors_.Required(fmt::format("{}.{}", field, expected->name), WhyRequired(metric.type));
    }
    if (std::count_if(std::begin(sources), std::end(sources),
                      [](const Source& s) { return s.is_set; }) == 1) {
      return;
    }
    for (const Source& source : sources) {
      if (!source.is_set || &source == expected) continue;
      errors_.Forbidden(fmt::format("{}.{}", field, source.name),
                        "must populate the given metric source only");
    }
  }

 private:
  static bool IsKnown(std::string_view type) {
    return std::find(std::begin(kMetricTypes), std::end(kMetricTypes), type) !=
           std::end(kMetricTypes);
  }

  std::string WhyRequired(std::string_view type) const {
    std::string why = "must populate information for the given metric source";
    if (type == "ContainerResource" && !rules_.container_metrics) {
      why += " (only allowed when HPAContainerMetrics feature is enabled)";
    }
    return why;
  }

  void ValidateObject(const ObjectMetricSource& source, const std::string& field) {
    ValidateReference(source.described_object, field + ".describedObject", described_objects_,
                      errors_);
    ValidateIdentifier(source.metric, field);
    ValidateTarget(source.target, field + ".target");
    if (!source.target.value && !source.target.average_value) {
      errors_.Required(field + ".target.averageValue",
                       "must set either a target value or averageValue");
    }
  }

  void ValidateExternal(const ExternalMetricSource& source, const std::string& field) {
    ValidateIdentifier(source.metric, field);
    ValidateTarget(source.target, field + ".target");
    if (!source.target.value && !source.target.average_value) {
      errors_.Required(field + ".target.averageValue",
                       "must set either a target value for metric or a per-pod target");
    }
    if (source.target.value && source.target.average_value) {
      errors_.Forbidden(field + ".target.value",
                        "may not set both a target value for metric and a per-pod target");
    }
  }

  void ValidatePods(const PodsMetricSource& source, const std::string& field) {
    ValidateIdentifier(source.metric, field);
    ValidateTarget(source.target, field + ".target");
    if (!source.target.average_value) {
      errors_.Required(field + ".target.averageValue",
                       "must specify a positive target averageValue");
    }
  }

  void ValidateResource(const ResourceMetricSource& source, const std::string& field) {
    if (source.name.empty()) errors_.Required(field + ".name", "must specify a resource name");
    ValidateResourceTarget(source.target, field + ".target");
  }

  void ValidateContainerResource(const ContainerResourceMetricSource& source,
                                 const std::string& field) {
    if (source.name.empty()) {
      errors_.Required(field + ".name", "must specify a resource name");
    } else {
      for (const std::string& fault : ContainerResourceFaults(source.name, rules_.minor)) {
        errors_.InvalidAs(field + ".name", ShownName(source.name, rules_), fault);
      }
    }
    if (source.container.empty()) {
      errors_.Required(field + ".container", "must specify a container");
    } else {
      for (const std::string& fault : DnsLabelFaults(source.container, rules_.minor)) {
        errors_.Invalid(field + ".container", source.container, fault);
      }
    }
    ValidateResourceTarget(source.target, field + ".target");
  }

  void ValidateResourceTarget(const MetricTarget& target, const std::string& field) {
    ValidateTarget(target, field);
    if (!target.average_utilization && !target.average_value) {
      errors_.Required(field + ".averageUtilization",
                       "must set either a target raw value or a target utilization");
    }
    if (target.average_utilization && target.average_value) {
      errors_.Forbidden(field + ".averageValue",
                        "may not set both a target raw value and a target utilization");
    }
  }

  void ValidateTarget(const MetricTarget& target, const std::string& field) {
    if (target.type.empty()) {
      errors_.Required(field + ".type", "must specify a metric target type");
    }
    if (target.type != "Utilization" && target.type != "Value" && target.type != "AverageValue") {
      errors_.InvalidAs(field + ".type", ShownName(target.type, rules_),
                        "must be either Utilization, Value, or AverageValue");
    }
    ValidatePositive(target.value, field + ".value");
    ValidatePositive(target.average_value, field + ".averageValue");
    if (target.average_utilization && *target.average_utilization < 1) {
      errors_.Invalid(field + ".averageUtilization", int64_t{*target.average_utilization},
                      "must be greater than 0");
    }
  }

  void ValidatePositive(const Boxed<WrittenAmount>& amount, std::string field) {
    if (!amount || amount->Sign() > 0) return;
    InvalidAmount(std::move(field), *amount, "must be positive", rules_, errors_);
  }

  void ValidateIdentifier(const MetricIdentifier& metric, const std::string& field) {
    ValidatePathSegment(metric.name, field + ".metric.name", "must specify a metric name", errors_);
  }

  const HpaRules& rules_;
  const ReferenceRules& described_objects_;
  FieldErrors& errors_;
};

}  // namespace

std::string ApiVersionFault(const std::string& api_version, bool allows_empty_group) {
  const auto version = kube::ParseGroupVersion(api_version);
  if (!version.ok()) return std::string(version.status().message());
  if (version->group.empty() && !allows_empty_group) return "apiVersion must specify API group";
  return "";
}

void ValidateReference(const CrossVersionObjectReference& reference, const std::string& field,
                       const ReferenceRules& rules, FieldErrors& errors) {
  ValidatePathSegment(reference.kind, field + ".kind", "", errors);
  ValidatePathSegment(reference.name, field + ".name", "", errors);
  if (!rules.checks_api_version) return;
  const std::string fault = ApiVersionFault(reference.api_version, rules.allows_empty_group);
  if (!fault.empty()) errors.Invalid(field + ".apiVersion", reference.api_version, fault);
}

std::string ShownName(std::string_view value, const HpaRules& rules) {
  return rules.minor >= kFirstShowingJson ? kube::GoJsonQuote(value) : kube::GoQuote(value);
}

void InvalidAmount(std::string field, const WrittenAmount& amount, std::string_view why,
                   const HpaRules& rules, FieldErrors& errors) {
  const std::string shown =
      rules.minor >= kFirstShowingJson ? kube::GoQuote(EncodeAmount(amount)) : amount.GoSyntax();
  errors.InvalidAs(std::move(field), shown, why);
}

void ValidateMetric(const MetricSpec& metric, const std::string& field, const HpaRules& rules,
                    const ReferenceRules& described_objects, FieldErrors& errors) {
  MetricValidator validator(rules, described_objects, errors);
  validator.ValidateType(metric, field);
  validator.ValidateSource(metric, field);
  validator.ValidatePopulation(metric, field);
}

}  // namespace kubegauge::autoscaler
