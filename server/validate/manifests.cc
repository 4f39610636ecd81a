#include "server/validate/manifests.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace kubegauge::server {
namespace {

using autoscaler::Json;

constexpr int kMaxDepth = 64;

template <class T>
std::optional<T> Number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A plain scalar as sigs.k8s.io/yaml reads it; what is quoted is text.
Json ScalarOf(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return nullptr;
  }
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const std::string_view digits = text.starts_with('+') ? std::string_view(text).substr(1) : text;
  if (const auto integer = Number<int64_t>(digits)) return *integer;
  if (const auto number = Number<double>(digits); number && std::isfinite(*number)) return *number;
  return text;
}

absl::StatusOr<Json> JsonOf(const YAML::Node& node, int depth) {
  if (depth > kMaxDepth) return absl::InvalidArgumentError("nested too deeply");
  if (node.IsScalar()) return ScalarOf(node);
  if (node.IsSequence()) {
    Json items = Json::array();
    for (const YAML::Node& item : node) {
      absl::StatusOr<Json> json = JsonOf(item, depth + 1);
      if (!json.ok()) return json.status();
      items.push_back(*std::move(json));
    }
    return items;
  }
  if (!node.IsMap()) return Json(nullptr);
  Json object = Json::object();
  for (const auto& member : node) {
    absl::StatusOr<Json> json = JsonOf(member.second, depth + 1);
    if (!json.ok()) return json.status();
    object[member.first.Scalar()] = *std::move(json);
  }
  return object;
}

}  // namespace

absl::StatusOr<std::vector<Json>> ReadManifests(const std::string& text) {
  std::vector<Json> documents;
  // JSON is YAML too, but YAML would read 1e3 and the like its own way.
  if (Json json = Json::parse(text, nullptr, false); !json.is_discarded()) {
    documents.push_back(std::move(json));
    return documents;
  }
  try {
    for (const YAML::Node& node : YAML::LoadAll(text)) {
      if (!node || node.IsNull()) continue;
      absl::StatusOr<Json> json = JsonOf(node, 0);
      if (!json.ok()) return json.status();
      documents.push_back(*std::move(json));
    }
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(fmt::format("line {}: {}", error.mark.line + 1, error.msg));
  }
  return documents;
}

}  // namespace kubegauge::server
