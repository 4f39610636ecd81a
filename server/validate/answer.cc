#include "server/validate/answer.h"

#include <fmt/format.h>

#include <string>

namespace kubegauge::server {

using autoscaler::HpaVersion;
using autoscaler::Json;

autoscaler::AdmissionOptions AdmissionOf(int minor, bool scale_to_zero) {
  return {.rules = {.minor = minor, .scale_to_zero = scale_to_zero}};
}

Json ObjectAsStored(const Json& manifest, const autoscaler::AdmissionAnswer& answer,
                    const autoscaler::HpaRules& rules) {
  const auto asked = autoscaler::ManifestVersion(manifest);
  const HpaVersion version =
      asked.ok() && *asked == HpaVersion::kV1 ? HpaVersion::kV1 : HpaVersion::kV2;
  Json object = {{"kind", "HorizontalPodAutoscaler"},
                 {"apiVersion", "autoscaling/" + std::string(autoscaler::NameOf(version))}};
  object.update(autoscaler::ConvertTo(version, answer.object, rules));
  return object;
}

Json AnswerJson(const Json& manifest, const autoscaler::AdmissionAnswer& answer,
                const autoscaler::HpaRules& rules) {
  if (!answer.ok()) {
    return {{"status", answer.code}, {"reason", answer.reason}, {"message", answer.message}};
  }
  const Json object = ObjectAsStored(manifest, answer, rules);
  Json json = {{"status", answer.code}, {"stored", object["spec"]}};
  if (object["metadata"].contains("annotations")) {
    json["annotations"] = object["metadata"]["annotations"];
  }
  return json;
}

std::string DeprecationOf(const Json& manifest) {
  const auto version = autoscaler::ManifestVersion(manifest);
  const bool is_first = version.ok() && *version == HpaVersion::kV2beta1;
  const bool is_second = version.ok() && *version == HpaVersion::kV2beta2;
  if (!is_first && !is_second) return "";
  return fmt::format(
      "autoscaling/{} HorizontalPodAutoscaler is deprecated in v1.{}+, unavailable in v1.{}+; use "
      "autoscaling/v2 HorizontalPodAutoscaler",
      autoscaler::NameOf(*version), is_first ? 22 : 23, is_first ? 25 : 26);
}

}  // namespace kubegauge::server
