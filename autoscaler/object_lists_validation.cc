#include "autoscaler/object_lists_validation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "autoscaler/name_rules.h"
#include "autoscaler/object_meta_validation.h"
#include "kube/go_quote.h"
#include "kube/group_version.h"

namespace kubegauge::autoscaler {
namespace {

constexpr char kOrphan[] = "orphan";
constexpr char kForeground[] = "foregroundDeletion";
constexpr int kFirstShowingJson = 34;  // of Kubernetes 1.x: before, Go syntax

const Json& List(const Json& metadata, const char* key) {
  static const Json none;
  const auto found = metadata.find(key);
  return found == metadata.end() ? none : *found;
}

// %#v of a *bool; where Go shows an address, there is a constant.
const char* GoPointer(const Json& owner, const char* key) {
  return owner.contains(key) ? "0xc000000000" : "nil";
}

// An owner as the API server shows it.
std::string OwnerText(const Json& owner, int minor) {
  if (minor >= kFirstShowingJson) {
    return owner.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  const auto quoted = [&](const char* key) { return kube::GoQuote(MetaText(owner, key)); };
  return fmt::format(
      "v1.OwnerReference{{APIVersion:{}, Kind:{}, Name:{}, UID:{}, Controller:(*bool)({}), "
      "BlockOwnerDeletion:(*bool)({})}}",
      quoted("apiVersion"), quoted("kind"), quoted("name"), quoted("uid"),
      GoPointer(owner, "controller"), GoPointer(owner, "blockOwnerDeletion"));
}

std::string OwnersText(const Json& owners, int minor) {
  std::vector<std::string> texts;
  for (const Json& owner : owners) texts.push_back(OwnerText(owner, minor));
  return minor >= kFirstShowingJson
             ? fmt::format("[{}]", fmt::join(texts, ","))
             : fmt::format("[]v1.OwnerReference{{{}}}", fmt::join(texts, ", "));
}

// Upstream does not say which of the owners it is.
void ValidateOwner(const Json& owner, const std::string& field, int minor, FieldErrors& errors) {
  constexpr int kFirstWithoutName = 34;
  const std::string api_version = MetaText(owner, "apiVersion");
  const auto parsed = kube::ParseGroupVersion(api_version);
  if (!parsed.ok() || parsed->version.empty()) {
    errors.Invalid(field + ".apiVersion", api_version, "version must not be empty");
  }
  for (const char* key : {"kind", "name", "uid"}) {
    if (!MetaText(owner, key).empty()) continue;
    errors.Invalid(fmt::format("{}.{}", field, key), "",
                   fmt::format("{}must not be empty",
                               minor >= kFirstWithoutName ? "" : fmt::format("{} ", key)));
  }
  if (api_version == "v1" && MetaText(owner, "kind") == "Event") {
    errors.InvalidAs(field, OwnerText(owner, minor),
                     "/v1, Kind=Event is disallowed from being an owner");
  }
}

std::string QuotedList(const Json& texts) {
  std::vector<std::string> quoted;
  for (const Json& text : texts) quoted.push_back(kube::GoQuote(text.get<std::string>()));
  return fmt::format("[]string{{{}}}", fmt::join(quoted, ", "));
}

}  // namespace

void ValidateOwners(const Json& metadata, int minor, FieldErrors& errors) {
  const std::string field = "metadata.ownerReferences";
  const Json& owners = List(metadata, "ownerReferences");
  std::optional<std::string> controller;
  for (const Json& owner : owners) {
    ValidateOwner(owner, field, minor, errors);
    if (!owner.value("controller", false)) continue;
    std::string name = fmt::format("{}/{}", MetaText(owner, "kind"), MetaText(owner, "name"));
    if (!controller) {
      controller = std::move(name);
      continue;
    }
    errors.InvalidAs(field, OwnersText(owners, minor),
                     fmt::format("Only one reference can have Controller set to true. Found "
                                 "\"true\" in references for {} and {}",
                                 *controller, name));
  }
}

void ValidateFinalizers(const Json& metadata, int minor, FieldErrors& errors) {
  const Json& finalizers = List(metadata, "finalizers");
  bool orphans = false;
  bool deletes = false;
  for (const Json& finalizer : finalizers) {
    const std::string name = finalizer.get<std::string>();
    for (const std::string& fault : QualifiedNameFaults(name, minor)) {
      errors.Invalid("metadata.finalizers", name, fault);
    }
    orphans |= name == kOrphan;
    deletes |= name == kForeground;
  }
  if (!orphans || !deletes) return;
  errors.InvalidAs("metadata.finalizers",
                   minor >= kFirstShowingJson
                       ? finalizers.dump(-1, ' ', false, Json::error_handler_t::replace)
                       : QuotedList(finalizers),
                   fmt::format("finalizer {} and {} cannot be both set", kOrphan, kForeground));
}

void ValidateFinalizerKinds(const Json& metadata, FieldErrors& errors) {
  const Json& finalizers = List(metadata, "finalizers");
  for (size_t i = 0; i < finalizers.size(); ++i) {
    const std::string name = finalizers[i].get<std::string>();
    if (name.find('/') != std::string::npos || name == "kubernetes" || name == kOrphan ||
        name == kForeground) {
      continue;
    }
    errors.Invalid(fmt::format("metadata.finalizers[{}]", i), name,
                   "name is neither a standard finalizer name nor is it fully qualified");
  }
}

void ValidateNoNewFinalizers(const Json& metadata, const Json& old, FieldErrors& errors) {
  if (MetaText(old, "deletionTimestamp").empty()) return;
  const Json& known = List(old, "finalizers");
  std::vector<std::string> extra;
  for (const Json& finalizer : List(metadata, "finalizers")) {
    if (std::find(known.begin(), known.end(), finalizer) == known.end()) {
      extra.push_back(finalizer.get<std::string>());
    }
  }
  if (extra.empty()) return;
  std::sort(extra.begin(), extra.end());
  extra.erase(std::unique(extra.begin(), extra.end()), extra.end());
  errors.Forbidden("metadata.finalizers",
                   fmt::format("no new finalizers can be added if the object is being deleted, "
                               "found new finalizers {}",
                               QuotedList(Json(extra))));
}

}  // namespace kubegauge::autoscaler
