#include "server/standalone/objects/patched_object.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "autoscaler/written_json.h"
#include "kube/go_quote.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

// A value as Go's %v shows it: `map[spec:map[maxReplicas:x]]`.
std::string GoText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "<nil>";
  if (!value.is_structured()) return value.dump();
  std::vector<std::string> parts;
  for (const auto& [key, member] : value.items()) {
    parts.push_back(value.is_object() ? fmt::format("{}:{}", key, GoText(member)) : GoText(member));
  }
  if (value.is_array()) return fmt::format("[{}]", fmt::join(parts, " "));
  std::sort(parts.begin(), parts.end());
  return fmt::format("map[{}]", fmt::join(parts, " "));
}

// What a strict reader says of the operations of a JSON patch.
std::vector<std::string> UnknownMembers(const Json& patch) {
  constexpr std::string_view kMembers[] = {"op", "path", "from", "value"};
  std::vector<std::string> errors;
  for (size_t i = 0; i < patch.size(); ++i) {
    if (!patch[i].is_object()) continue;
    for (const auto& [key, value] : patch[i].items()) {
      if (std::find(std::begin(kMembers), std::end(kMembers), key) != std::end(kMembers)) continue;
      errors.push_back(fmt::format("json patch unknown field {}",
                                   kube::GoQuote(fmt::format("[{}].{}", i, key))));
    }
  }
  return errors;
}

bool SaysVersion(const Json& object) {
  const auto version = object.find("apiVersion");
  return version != object.end() && !version->is_null() && *version != "";
}

absl::StatusOr<Json> Merge(const WriteTarget& target, PatchKind kind, const Json& live,
                           const Json& patch) {
  const std::string version = VersionOf(target).ApiVersion();
  Json typed = WithType(KindOf(target), version, live);
  if (kind == PatchKind::kJson) return ApplyJsonPatch(std::move(typed), patch);
  if (kind == PatchKind::kMerge) return ApplyMergePatch(std::move(typed), patch);
  absl::StatusOr<Json> merged = ApplyStrategicPatch(StructureOf(target), std::move(typed), patch);
  if (!merged.ok()) return merged;
  // Upstream merges what has a type already: the patch cannot give it another one.
  (*merged)["kind"] = KindOf(target);
  (*merged)["apiVersion"] = version;
  return merged;
}

}  // namespace

OrStatus<Json> PatchedObject(const WriteTarget& target, PatchKind kind, const Json& live,
                             const Json& patch, std::vector<std::string>& warnings) {
  absl::StatusOr<Json> merged = Merge(target, kind, live, patch);
  if (!merged.ok()) {
    if (absl::IsFailedPrecondition(merged.status())) return UnfitPatch();
    return apiservice::BadRequest(std::string(merged.status().message()));
  }
  if (!SaysVersion(*merged)) {
    // Upstream takes it for an object of its own internal form, and finds no name in it.
    return *CheckNamed(target.resource, target.key, Json::object());
  }
  const FieldValidation validation = target.options.field_validation;
  std::vector<std::string> strict_errors;
  if (kind == PatchKind::kJson && validation != FieldValidation::kIgnore) {
    strict_errors = UnknownMembers(patch);
  }
  const RequestBody patched{.json = WithSortedMembers(*merged)};
  Unreadable unreadable;
  OrStatus<Json> decoded = DecodeWrite(target, patched, warnings, unreadable);
  if (validation == FieldValidation::kStrict && !strict_errors.empty() && decoded.ok()) {
    unreadable.why = fmt::format("strict decoding error: {}", fmt::join(strict_errors, ", "));
  }
  if (!unreadable.why.empty()) {
    if (kind == PatchKind::kStrategic) {
      return UnreadablePatch(GoText(patch), unreadable.conversion);
    }
    return UnreadablePatch(JsonText(autoscaler::WithPlainNumbers(patched.json)), unreadable.why);
  }
  if (!decoded.ok()) return decoded;
  warnings.insert(warnings.begin(), strict_errors.begin(), strict_errors.end());
  if (auto status = CheckNamed(target.resource, target.key, *decoded)) return *std::move(status);
  return decoded;
}

}  // namespace kubegauge::server
