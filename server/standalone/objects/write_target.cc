#include "server/standalone/objects/write_target.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <utility>

#include "kube/go_quote.h"
#include "server/standalone/objects/object_decoder.h"
#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/scale_view.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {

using apiservice::Status;

namespace {

constexpr char kScheme[] = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30";

std::string BodyText(const Json& body, const char* key) {
  const auto value = body.find(key);
  return value != body.end() && value->is_string() ? value->get<std::string>() : "";
}

// What the server's own code calls the package of a group's types.
std::string_view InternalPackage(std::string_view group) {
  return group.empty() || group == "events.k8s.io" ? "core" : group.substr(0, group.find('.'));
}

// The version that a body is in: `said`, if the target's kind is served in it.
std::optional<ServedVersion> BodyVersion(const WriteTarget& target, std::string_view said) {
  const ServedVersion expected = VersionOf(target);
  if (said == expected.ApiVersion()) return expected;
  if (IsScale(target)) return std::nullopt;
  for (const ServedVersion& served : target.resource.served) {
    if (served.group == expected.group && said == served.ApiVersion()) return served;
  }
  return std::nullopt;
}

// Finds the version that a body is in. The 400 of one of another kind, or of a version that nobody
// knows. What it does not say is as the path has it.
OrStatus<ServedVersion> CheckType(const WriteTarget& target, const Json& body,
                                  Unreadable& unreadable) {
  const ServedVersion expected = VersionOf(target);
  const std::string_view expected_kind = KindOf(target);
  std::string version = BodyText(body, "apiVersion");
  std::string kind = BodyText(body, "kind");
  if (version.empty()) version = expected.ApiVersion();
  if (kind.empty()) kind = expected_kind;
  if (kind == expected_kind) {
    if (const auto found = BodyVersion(target, version)) return *found;
  }

  const size_t slash = version.find('/');
  const std::string_view text = version;
  const ServedVersion said = slash == std::string::npos
                                 ? ServedVersion{"", text}
                                 : ServedVersion{text.substr(0, slash), text.substr(slash + 1)};
  const SchemaStruct* const structure = Schema::Standalone().Of(said, kind);
  const bool is_known = structure != nullptr && structure->Find("metadata") != nullptr;
  unreadable.why =
      is_known ? fmt::format("converting ({}.{}) to ({}.{}): unknown conversion", said.version,
                             kind, InternalPackage(expected.group), expected_kind)
               : fmt::format("no kind {} is registered for version {} in scheme \"{}\"",
                             kube::GoQuote(kind), kube::GoQuote(version), kScheme);
  return UndecodableBody(kind, said.version, expected_kind, unreadable.why);
}

// Puts what YAML has twice before the other errors: for a refusal in the one error of Go's reader,
// for warnings one by one.
void AddRepeats(const std::vector<std::string>& repeats, bool is_refusal,
                std::vector<std::string>& errors) {
  if (repeats.empty()) return;
  if (is_refusal) {
    errors.insert(errors.begin(),
                  fmt::format("yaml: unmarshal errors:\n  {}", fmt::join(repeats, "\n  ")));
  } else {
    errors.insert(errors.begin(), repeats.begin(), repeats.end());
  }
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

FieldsInVersion FieldsOfVersions(const ResourceType& resource) {
  return [&resource](std::string_view api_version, const Json& stored) {
    for (const ServedVersion& served : resource.served) {
      if (served.ApiVersion() != api_version) continue;
      return FieldsOf(*Schema::Standalone().Of(served, resource.kind),
                      resource.rules->FromStored(served, stored), Holders::kOptional);
    }
    return std::map<FieldPath, Json>();
  };
}

OrStatus<Json> DecodeWrite(const WriteTarget& target, const RequestBody& body,
                           std::vector<std::string>& warnings, Unreadable& unreadable) {
  const OrStatus<ServedVersion> version = CheckType(target, body.json, unreadable);
  if (!version.ok()) return version.status();
  DecodeFaults faults;
  Json object = DecodeObject(*Schema::Standalone().Of(*version, KindOf(target)), body.json, faults);
  if (!IsScale(target)) target.resource.rules->CheckBody(*version, body.json, faults);
  const bool is_strict = target.options.field_validation == FieldValidation::kStrict;
  AddRepeats(body.repeats, is_strict, faults.strict_errors);
  if (!faults.mismatch && !faults.strict_errors.empty() && is_strict) {
    faults.mismatch =
        fmt::format("strict decoding error: {}", fmt::join(faults.strict_errors, ", "));
    faults.conversion = *faults.mismatch;
  }
  if (faults.mismatch) {
    unreadable = {.why = *faults.mismatch, .conversion = faults.conversion};
    return UndecodableBody(KindOf(target), version->version, KindOf(target), *faults.mismatch);
  }
  if (target.options.field_validation == FieldValidation::kWarn) {
    warnings = std::move(faults.strict_errors);
  }
  if (*version != VersionOf(target)) {
    return apiservice::BadRequest(
        fmt::format("the API version in the data ({}) does not match the expected API version ({})",
                    version->ApiVersion(), VersionOf(target).ApiVersion()));
  }
  object.erase("kind");
  object.erase("apiVersion");
  return object;
}

OrStatus<Json> DecodeWrite(const WriteTarget& target, const RequestBody& body,
                           std::vector<std::string>& warnings) {
  Unreadable unused;
  return DecodeWrite(target, body, warnings, unused);
}

}  // namespace kubegauge::server
