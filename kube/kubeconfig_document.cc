#include "kube/kubeconfig_document.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace kubegauge::kube {
namespace {

using nlohmann::json;

// Aliases may unfold without bound.
constexpr int kMaxNodes = 200'000;

json ScalarToJson(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  const bool plain = node.Tag() == "?";
  if (plain && (text == "true" || text == "True" || text == "TRUE")) return true;
  if (plain && (text == "false" || text == "False" || text == "FALSE")) return false;
  return text;
}

// False when the document is too large.
bool ToJson(const YAML::Node& node, json& out, int& nodes_left) {
  if (--nodes_left < 0) return false;
  if (node.IsScalar()) {
    out = ScalarToJson(node);
  } else if (node.IsSequence()) {
    out = json::array();
    for (const YAML::Node& item : node) {
      if (!ToJson(item, out.emplace_back(), nodes_left)) return false;
    }
  } else if (node.IsMap()) {
    out = json::object();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) continue;
      if (!ToJson(entry.second, out[entry.first.Scalar()], nodes_left)) return false;
    }
  }
  return true;
}

absl::StatusOr<json> ParseYaml(std::string_view text) {
  try {
    json document;
    int nodes_left = kMaxNodes;
    if (!ToJson(YAML::Load(std::string(text)), document, nodes_left)) {
      return absl::InvalidArgumentError("the YAML document unfolds to too many nodes");
    }
    return document;
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(fmt::format("not valid YAML: line {}, column {}: {}",
                                                  error.mark.line + 1, error.mark.column + 1,
                                                  error.msg));
  } catch (const std::exception&) {
    return absl::InvalidArgumentError("not valid YAML");
  }
}

}  // namespace

absl::StatusOr<json> ParseYamlOrJson(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!document.is_discarded()) return document;
  }
  return ParseYaml(text);
}

}  // namespace kubegauge::kube
