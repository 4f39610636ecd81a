#pragma once

#include <string>
#include <vector>

#include "autoscaler/field_error.h"
#include "autoscaler/field_validation.h"
#include "autoscaler/hpa_validation.h"

namespace kubegauge::autoscaler {

struct AdmissionOptions {
  HpaRules rules;
  // Of the request's path; empty for one that goes where the manifest says, else to "default".
  std::string namespace_name;
  FieldValidation field_validation = FieldValidation::kWarn;
  // What stands behind a generateName.
  std::string generated_suffix = "xxxxx";
};

// The API server's answer to a write.
struct AdmissionAnswer {
  int code = 200;  // 201, 200, 400, 422 or 500
  // "Invalid", "BadRequest"; empty for a write that is let through, and of a 500.
  std::string reason;
  std::string message;                // to the letter
  std::vector<FieldError> causes;     // of a 422
  std::vector<std::string> warnings;  // `unknown field "spec.foo"`
  // What is stored then: metadata, spec and status of autoscaling/v2, without kind and apiVersion.
  Json object;

  bool ok() const { return code < 400; }
};

// Total functions: whatever JSON they get, they answer as kube-apiserver does, up to the point
// where it looks at what is stored already (names that are taken, resource versions of updates). A
// manifest has kind and apiVersion, in any version of HPAs. `old` is an object as in
// AdmissionAnswer.
//
// System fields of the metadata (uid, creationTimestamp, …) are the caller's matter: those of a new
// object are dropped, those of an update are as in `old`. Before 1.27 objects were kept in
// autoscaling/v1, which lost and rearranged some of what v2 says (hpa.md 18.1); so they are here.
AdmissionAnswer AdmitCreate(const Json& manifest, const AdmissionOptions& options = {});
AdmissionAnswer AdmitUpdate(const Json& old, const Json& manifest,
                            const AdmissionOptions& options = {});
AdmissionAnswer AdmitStatusUpdate(const Json& old, const Json& manifest,
                                  const AdmissionOptions& options = {});

// An object as in AdmissionAnswer, in another version; still without kind and apiVersion.
Json ConvertTo(HpaVersion version, const Json& object, const HpaRules& rules);

// The version that a manifest is in; an error with the words of kubectl for what is no HPA.
absl::StatusOr<HpaVersion> ManifestVersion(const Json& manifest);

}  // namespace kubegauge::autoscaler
