#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/encoded_object.h"
#include "kube/object_meta.h"

namespace kubegauge::kube {

// What is read of an object's ObjectMeta: views into what it was read from.
struct MetadataFields {
  std::string_view namespace_name;
  std::string_view name;
  std::string_view resource_version;
  std::vector<Label> labels;
  std::vector<Label> annotations;

  // The value of the annotation `key`, empty without one.
  std::string_view FindAnnotation(std::string_view key) const;
  // Error kInvalidArgument when there is no name. Equal labels out of one pool are one; null: they
  // stay the object's own.
  absl::StatusOr<ObjectMetaRef> MakeObjectMeta(LabelSetPool* pool = nullptr) const;
};

// Reads a message ObjectMeta. Throws protozero::exception.
MetadataFields ReadProtobufMetadata(std::string_view bytes);

// Reads the value of `metadata`; whatever is not of the right type is left out.
MetadataFields ReadJsonMetadata(const nlohmann::json& metadata);

// Reads one entry of map<string, string>. Throws protozero::exception.
Label ReadProtobufMapEntry(std::string_view bytes);

}  // namespace kubegauge::kube
