#pragma once

#include <string>
#include <string_view>

namespace kubegauge::apiservice {

// Append text as a YAML scalar in the style that go-yaml v2 (the one of sigs.k8s.io/yaml) chooses:
// plain where that reads back as the same text, else quoted, or literal where it has lines. The
// column is that of the last line of `out`.

// A value; its lines go on at `indent` where it is folded, beyond 80 columns.
void AppendYamlScalar(std::string_view text, int indent, std::string& out);

// A key, which is never folded; `indent` is that of its mapping.
void AppendYamlKey(std::string_view text, int indent, std::string& out);

}  // namespace kubegauge::apiservice
