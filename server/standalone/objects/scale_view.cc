#include "server/standalone/objects/scale_view.h"

#include <utility>

#include "server/standalone/objects/label_selection.h"

namespace kubegauge::server {

Json ScaleOf(const Json& object) {
  const Json& metadata = object.at("metadata");
  Json shown = Json::object();
  for (const char* key : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
    if (metadata.contains(key)) shown[key] = metadata[key];
  }
  const int64_t replicas = NumberAt(object, "/spec/replicas", 1);
  Json scale = {{"metadata", std::move(shown)},
                {"spec", Json::object()},
                {"status", {{"replicas", NumberAt(object, "/status/replicas")}}}};
  if (replicas != 0) scale["spec"]["replicas"] = replicas;
  const std::string selector =
      SelectorText(object.value(Json::json_pointer("/spec/selector"), Json::object()));
  if (!selector.empty()) scale["status"]["selector"] = selector;
  return scale;
}

Json WithScale(Json object, const Json& scale) {
  object["spec"]["replicas"] = NumberAt(scale, "/spec/replicas");
  return object;
}

std::string SelectorText(const Json& selector) {
  const auto parsed = SelectorOf(selector);
  return parsed.ok() ? parsed->ToString() : "";
}

int64_t NumberAt(const Json& object, const char* pointer, int64_t otherwise) {
  const Json::json_pointer path(pointer);
  if (!object.contains(path)) return otherwise;
  const Json& value = object.at(path);
  return value.is_number_integer() ? value.get<int64_t>() : otherwise;
}

}  // namespace kubegauge::server
