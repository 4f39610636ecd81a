#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "kube/encoded_object.h"
#include "kube/object_meta.h"

namespace kubegauge::kube {

// The metadata of an object of any kind, a PartialObjectMetadata among them: in all of them it is
// the member `metadata` and field 1. For `pool` see MakeObjectMeta. Error: kInvalidArgument.
absl::StatusOr<ObjectMetaRef> DecodeObjectMeta(const EncodedObject& object,
                                               LabelSetPool* pool = nullptr);

// Which object, and which version of it, an object of any kind is.
struct ObjectVersion {
  std::string namespace_name;
  std::string name;
  std::string resource_version;

  bool operator==(const ObjectVersion&) const = default;
};

// Error: kInvalidArgument, without a name too.
absl::StatusOr<ObjectVersion> DecodeObjectVersion(const EncodedObject& object);

// Where the object of a watch event stands in the history of its collection.
struct EventPosition {
  std::string resource_version;     // may be empty
  bool initial_events_end = false;  // a bookmark behind the objects that a watch-list begins with
};

// Error: kInvalidArgument.
absl::StatusOr<EventPosition> DecodeEventPosition(const EncodedObject& object);

}  // namespace kubegauge::kube
