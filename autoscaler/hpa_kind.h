#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "autoscaler/hpa.h"
#include "autoscaler/text_pool.h"
#include "kube/encoded_object.h"
#include "kube/object_key.h"

namespace kubegauge::autoscaler {

// How an ObjectCache keeps HPAs: what an API without defaulting let through gets its defaults, and
// what HPAs say alike is in memory once.
class HpaKind {
 public:
  using Record = HpaPtr;

  // JSON only. Error: kInvalidArgument.
  absl::StatusOr<Record> Decode(const kube::EncodedObject& object) const;
  static kube::ObjectKey KeyOf(const Record& hpa) {
    return {hpa->meta.namespace_name, hpa->meta.name};
  }
  static bool Same(const Record& before, const Record& after) {
    return before->meta.resource_version == after->meta.resource_version &&
           before->meta == after->meta && before->spec == after->spec &&
           SameStatus(before->status, after->status);
  }

 private:
  std::unique_ptr<TextPool> texts_ = std::make_unique<TextPool>();
};

}  // namespace kubegauge::autoscaler
