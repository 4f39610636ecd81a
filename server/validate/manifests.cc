#include "server/validate/manifests.h"

#include <string_view>
#include <utility>

#include "server/documents/json_document.h"
#include "server/documents/yaml_document.h"

namespace kubegauge::server {
namespace {

using autoscaler::Json;

constexpr std::string_view kListSuffix = "List";

std::string ManifestText(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The objects of a document: of a List, those that it holds. What a list of one kind holds need not
// say its type.
void Add(Json document, std::vector<Manifest>& manifests) {
  const std::string kind = document.is_object() ? ManifestText(document, "kind") : "";
  const auto items = document.is_object() ? document.find("items") : document.end();
  if (!kind.ends_with(kListSuffix) || items == document.end() || !items->is_array()) {
    manifests.push_back({std::move(document), {}});
    return;
  }
  const std::string item_kind = kind.substr(0, kind.size() - kListSuffix.size());
  for (Json& item : *items) {
    if (item.is_object() && !item_kind.empty() && !item.contains("kind")) {
      item["kind"] = item_kind;
      item["apiVersion"] = ManifestText(document, "apiVersion");
    }
    Add(std::move(item), manifests);
  }
}

absl::StatusOr<std::vector<YamlDocument>> ReadDocuments(std::string_view text) {
  // JSON is YAML too, but YAML would read 1e3 and the like its own way.
  absl::StatusOr<std::vector<Json>> json = ParseJsonDocuments(text, Repeats::kKept);
  if (json.ok() && !json->empty()) {
    std::vector<YamlDocument> documents;
    for (Json& document : *json) documents.push_back({std::move(document), {}});
    return documents;
  }
  absl::StatusOr<std::vector<YamlDocument>> yaml = ParseYamlDocuments(text);
  const size_t begin = text.find_first_not_of(" \t\r\n");
  const bool looks_like_json = begin != std::string_view::npos && text[begin] == '{';
  if (!yaml.ok() && looks_like_json) return json.status();
  return yaml;
}

}  // namespace

bool IsOfAnotherKind(const Json& manifest) {
  if (!manifest.is_object()) return false;
  const std::string kind = ManifestText(manifest, "kind");
  if (kind.empty() || kind == "HorizontalPodAutoscaler") return false;
  const std::string version = ManifestText(manifest, "apiVersion");
  return !version.empty() && !version.starts_with("autoscaling/");
}

absl::StatusOr<std::vector<Manifest>> ReadManifests(const std::string& text) {
  absl::StatusOr<std::vector<YamlDocument>> documents = ReadDocuments(text);
  if (!documents.ok()) return documents.status();
  std::vector<Manifest> manifests;
  for (YamlDocument& document : *documents) {
    const size_t first = manifests.size();
    Add(std::move(document.json), manifests);
    if (first < manifests.size()) manifests[first].repeats = std::move(document.repeats);
  }
  return manifests;
}

}  // namespace kubegauge::server
