#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace kubegauge::apiservice {

// Appends `json` as YAML, as sigs.k8s.io/yaml writes it: block style, two columns a level,
// sequences not indented, members sorted by key, each line ended.
void AppendYaml(const nlohmann::json& json, std::string& out);

// The YAML of a JSON document, which has to be well-formed.
std::string YamlOfJson(std::string_view json);

}  // namespace kubegauge::apiservice
