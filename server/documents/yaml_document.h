#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/go_json_reader.h"

namespace kubegauge::server {

struct YamlDocument {
  autoscaler::Json json;  // with numbers as in autoscaler/written_json.h
  // What a strict reader objects to: `line 6: key "a" already set in map`.
  std::vector<std::string> repeats;
};

// Reads the documents of a YAML text as Kubernetes does (sigs.k8s.io/yaml, YAML 1.1): plain
// scalars, anchors, merge keys; maps sorted by key, and of a key that is there twice the last
// value. Empty documents are left out. InvalidArgument that says in which line the text is wrong,
// or that it is too large.
absl::StatusOr<std::vector<YamlDocument>> ParseYamlDocuments(std::string_view text);

}  // namespace kubegauge::server
