#pragma once

#include <string>

#include "autoscaler/hpa_admission.h"
#include "autoscaler/written_json.h"

namespace kubegauge::autoscaler {

// An HPA named "web" whose spec has these members beside the target and maxReplicas 3.
inline Json Manifest(const std::string& spec_members, const std::string& version = "v2") {
  Json manifest = {
      {"kind", "HorizontalPodAutoscaler"},
      {"apiVersion", "autoscaling/" + version},
      {"metadata", {{"name", "web"}}},
      {"spec",
       {{"scaleTargetRef", {{"kind", "Deployment"}, {"name", "web"}, {"apiVersion", "apps/v1"}}},
        {"maxReplicas", 3}}}};
  manifest["spec"].update(ParseWrittenJson("{" + spec_members + "}"));
  return manifest;
}

// One metric of that type and source.
inline std::string Metric(const std::string& type, const std::string& source) {
  return R"("metrics":[{"type":")" + type + R"(",)" + source + "}]";
}

// The message of the answer, without what every refused HPA's begins with.
inline std::string MessageOf(const AdmissionAnswer& answer) {
  const std::string prefix = "HorizontalPodAutoscaler.autoscaling \"web\" is invalid: ";
  return answer.message.starts_with(prefix) ? answer.message.substr(prefix.size()) : answer.message;
}

}  // namespace kubegauge::autoscaler
