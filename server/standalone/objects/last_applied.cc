#include "server/standalone/objects/last_applied.h"

#include <string>
#include <string_view>

#include "server/standalone/objects/object_decoder.h"

namespace kubegauge::server {
namespace {

constexpr std::string_view kKubectl = "kubectl";
constexpr size_t kMaxAnnotationBytes = 256 << 10;

const Json* AnnotationsOf(const Json& object) {
  const Json::json_pointer annotations("/metadata/annotations");
  return object.contains(annotations) ? &object.at(annotations) : nullptr;
}

// The text of the annotation; "" when there is none.
std::string LastApplied(const Json& object) {
  const Json* const annotations = AnnotationsOf(object);
  return annotations != nullptr && annotations->is_object()
             ? annotations->value(kLastAppliedAnnotation, "")
             : "";
}

size_t BytesOf(const Json& annotations) {
  size_t bytes = 0;
  for (const auto& [key, value] : annotations.items()) {
    bytes += key.size() + value.get_ref<const std::string&>().size();
  }
  return bytes;
}

}  // namespace

FieldSet FieldsLastApplied(const SchemaStruct& structure, const FieldManager& manager,
                           const Json& live) {
  const std::string text = manager.name == kKubectl ? LastApplied(live) : "";
  const Json applied = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!applied.is_object() || applied.value("apiVersion", Json()) != manager.api_version) return {};
  DecodeFaults faults;
  DecodeObject(structure, applied, faults);
  if (faults.mismatch || !faults.unknown_fields.empty()) return {};
  const auto known = FieldsOf(structure, live);
  FieldSet unchanged;
  // As upstream, the values as they were written, though in any order of their members.
  for (const auto& [path, value] : FieldsOf(structure, applied)) {
    const auto now = known.find(path);
    const bool is_same = now != known.end() && nlohmann::json(now->second) == nlohmann::json(value);
    if (is_same) unchanged.insert(path);
  }
  return unchanged;
}

void RenewLastApplied(const FieldManager& manager, const Json& applied, Json& object) {
  if (manager.name != kKubectl || LastApplied(object).empty()) return;
  Json plain = applied;
  if (AnnotationsOf(plain) != nullptr && AnnotationsOf(plain)->is_object()) {
    plain["metadata"]["annotations"].erase(kLastAppliedAnnotation);
  }
  Json& annotations = object["metadata"]["annotations"];
  // With its keys sorted, as Go writes maps.
  annotations[kLastAppliedAnnotation] = JsonText(Json(nlohmann::json(plain))) + "\n";
  if (BytesOf(annotations) > kMaxAnnotationBytes) annotations.erase(kLastAppliedAnnotation);
}

}  // namespace kubegauge::server
