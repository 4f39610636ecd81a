#include "server/validate/answer.h"

#include <string>

namespace kubegauge::server {

using autoscaler::HpaVersion;
using autoscaler::Json;

autoscaler::AdmissionOptions AdmissionOf(int minor, bool scale_to_zero) {
  return {.rules = {.minor = minor, .scale_to_zero = scale_to_zero}};
}

Json StoredObject(const Json& manifest, const autoscaler::AdmissionAnswer& answer,
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
  const Json object = StoredObject(manifest, answer, rules);
  Json json = {{"status", answer.code}, {"stored", object["spec"]}};
  if (object["metadata"].contains("annotations")) {
    json["annotations"] = object["metadata"]["annotations"];
  }
  return json;
}

}  // namespace kubegauge::server
