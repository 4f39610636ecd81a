#include "server/standalone/objects/write_target.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "server/standalone/objects/object_decoder.h"
#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/scale_view.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {

using apiservice::Status;

namespace {

// The 400 of a body of another kind or version.
std::optional<Status> CheckType(const WriteTarget& target, const Json& body) {
  if (!body.is_object()) {
    return UndecodableBody(KindOf(target), VersionOf(target).version,
                           "json: the body has to be an object");
  }
  const std::string expected = VersionOf(target).ApiVersion();
  const auto version = body.find("apiVersion");
  if (version != body.end() && *version != expected && *version != "") {
    return apiservice::BadRequest(fmt::format(
        "the API version in the data ({}) does not match the expected API version ({})",
        version->is_string() ? version->get<std::string>() : version->dump(), expected));
  }
  const auto kind = body.find("kind");
  if (kind != body.end() && *kind != std::string(KindOf(target)) && *kind != "") {
    return apiservice::BadRequest(
        fmt::format("the kind in the data ({}) does not match the expected kind ({})",
                    kind->is_string() ? kind->get<std::string>() : kind->dump(), KindOf(target)));
  }
  return std::nullopt;
}

}  // namespace

bool IsScale(const WriteTarget& target) { return target.subresource == "scale"; }

std::string_view KindOf(const WriteTarget& target) {
  return IsScale(target) ? "Scale" : target.resource.kind;
}

ServedVersion VersionOf(const WriteTarget& target) {
  return IsScale(target) ? ServedVersion{"autoscaling", "v1"} : target.version;
}

const SchemaStruct& StructureOf(const WriteTarget& target) {
  return *Schema::Standalone().Of(VersionOf(target), KindOf(target));
}

const SchemaStruct& StoredStructureOf(const WriteTarget& target) {
  return *Schema::Standalone().Of(target.resource.served.front(), target.resource.kind);
}

Json Shown(const WriteTarget& target, const Json& stored) {
  return IsScale(target) ? ScaleOf(stored)
                         : target.resource.rules->FromStored(target.version, stored);
}

OrStatus<Json> DecodeWrite(const WriteTarget& target, const Json& body,
                           std::vector<std::string>& warnings) {
  if (auto status = CheckType(target, body)) return *std::move(status);
  DecodeFaults faults;
  Json object = DecodeObject(StructureOf(target), body, faults);
  const std::string_view version = VersionOf(target).version;
  if (faults.mismatch) return UndecodableBody(KindOf(target), version, *faults.mismatch);
  std::vector<std::string> unknown;
  for (const std::string& field : faults.unknown_fields) {
    unknown.push_back(fmt::format("unknown field \"{}\"", field));
  }
  if (!unknown.empty() && target.options.field_validation == FieldValidation::kStrict) {
    return UndecodableBody(KindOf(target), version,
                           fmt::format("strict decoding error: {}", fmt::join(unknown, ", ")));
  }
  if (target.options.field_validation == FieldValidation::kWarn) warnings = std::move(unknown);
  object.erase("kind");
  object.erase("apiVersion");
  return object;
}

}  // namespace kubegauge::server
