#pragma once

#include "absl/status/statusor.h"
#include "autoscaler/hpa.h"
#include "kube/encoded_object.h"
#include "kube/object_key.h"

namespace kubegauge::autoscaler {

// How an ObjectCache keeps HPAs. What an API without defaulting let through gets its defaults here.
struct HpaKind {
  using Record = HpaPtr;

  // JSON only. Error: kInvalidArgument.
  static absl::StatusOr<Record> Decode(const kube::EncodedObject& object);
  static kube::ObjectKey KeyOf(const Record& hpa) {
    return {hpa->meta.namespace_name, hpa->meta.name};
  }
  static bool Same(const Record& before, const Record& after) {
    return before->meta.resource_version == after->meta.resource_version &&
           before->meta == after->meta && before->spec == after->spec &&
           SameStatus(before->status, after->status);
  }
};

}  // namespace kubegauge::autoscaler
