#include "autoscaler/object_meta_validation.h"

#include <fmt/format.h>

#include <map>
#include <string>

#include "autoscaler/name_rules.h"
#include "autoscaler/object_lists_validation.h"
#include "kube/ascii_text.h"
#include "kube/rfc3339.h"

namespace kubegauge::autoscaler {
namespace {

constexpr size_t kMaxAnnotationBytes = 256 * 1024;

const Json& Member(const Json& json, const char* key) {
  static const Json none;
  const auto found = json.find(key);
  return found == json.end() ? none : *found;
}

int64_t Generation(const Json& metadata) {
  const Json& value = Member(metadata, "generation");
  return value.is_number_integer() ? value.get<int64_t>() : 0;
}

// A map of texts by key: Go's maps have no order.
std::map<std::string, std::string> Texts(const Json& map) {
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : map.items()) texts[key] = value.get<std::string>();
  return texts;
}

void ValidateGeneration(const Json& metadata, FieldErrors& errors) {
  if (const int64_t generation = Generation(metadata); generation < 0) {
    errors.Invalid("metadata.generation", generation, "must be greater than or equal to 0");
  }
}

void ValidateLabels(const Json& metadata, int minor, FieldErrors& errors) {
  for (const auto& [key, value] : Texts(Member(metadata, "labels"))) {
    for (const std::string& fault : QualifiedNameFaults(key, minor)) {
      errors.Invalid("metadata.labels", key, fault);
    }
    for (const std::string& fault : LabelValueFaultsOf(value, minor)) {
      errors.Invalid("metadata.labels", value, fault);
    }
  }
}

void ValidateAnnotations(const Json& metadata, int minor, FieldErrors& errors) {
  size_t bytes = 0;
  for (const auto& [key, value] : Texts(Member(metadata, "annotations"))) {
    for (const std::string& fault : QualifiedNameFaults(kube::AsciiLower(key), minor)) {
      errors.Invalid("metadata.annotations", key, fault);
    }
    bytes += key.size() + value.size();
  }
  if (bytes <= kMaxAnnotationBytes) return;
  errors.TooLong(
      "metadata.annotations",
      fmt::format("{} {} bytes", minor >= 32 ? "may not be more than" : "must have at most",
                  kMaxAnnotationBytes));
}

void ValidateFixedText(const Json& metadata, const Json& old, const char* key,
                       FieldErrors& errors) {
  const std::string text = MetaText(metadata, key);
  if (text == MetaText(old, key)) return;
  errors.Invalid(fmt::format("metadata.{}", key), text, "field is immutable");
}

// As time.Time.String() in UTC.
std::string GoTime(const Json& text) {
  if (!text.is_string()) return "null";
  const auto time_ns = kube::ParseRfc3339(text.get_ref<const std::string&>());
  if (!time_ns.ok()) return "null";
  std::string utc = kube::FormatRfc3339(*time_ns);
  utc.replace(utc.find('T'), 1, " ");
  utc.replace(utc.find('Z'), 1, " +0000 UTC");
  return utc;
}

void ValidateFixedTime(const Json& metadata, const Json& old, const char* key, int minor,
                       FieldErrors& errors) {
  const Json& time = Member(metadata, key);
  if (time == Member(old, key)) return;
  errors.InvalidAs(fmt::format("metadata.{}", key), minor >= 34 ? time.dump() : GoTime(time),
                   "field is immutable");
}

// ValidateObjectMetaAccessorUpdate.
void ValidateUpdate(const Json& metadata, const Json& old, int minor, FieldErrors& errors) {
  ValidateNoNewFinalizers(metadata, old, errors);
  if (MetaText(metadata, "resourceVersion").empty()) {
    errors.Invalid("metadata.resourceVersion", "", "must be specified for an update");
  }
  ValidateGeneration(metadata, errors);
  if (Generation(metadata) < Generation(old)) {
    errors.Invalid("metadata.generation", Generation(metadata), "must not be decremented");
  }
  for (const char* key : {"name", "namespace", "uid"}) {
    ValidateFixedText(metadata, old, key, errors);
  }
  ValidateFixedTime(metadata, old, "creationTimestamp", minor, errors);
  ValidateFixedTime(metadata, old, "deletionTimestamp", minor, errors);
  const Json& grace_period = Member(metadata, "deletionGracePeriodSeconds");
  if (grace_period != Member(old, "deletionGracePeriodSeconds")) {
    errors.InvalidAs("metadata.deletionGracePeriodSeconds", grace_period.dump(),
                     "field is immutable");
  }
  ValidateLabels(metadata, minor, errors);
  ValidateAnnotations(metadata, minor, errors);
  ValidateOwners(metadata, minor, errors);
}

std::vector<std::string> NameFaults(std::string_view name, NameRule rule, int minor) {
  if (rule == NameRule::kLabel) return DnsLabelFaults(name, minor);
  return rule == NameRule::kSubdomain ? SubdomainFaults(name) : PathSegmentFaults(name);
}

// Of a text that something is appended to. As upstream, a trailing dash takes the character before
// it along.
std::vector<std::string> PrefixFaults(std::string prefix, NameRule rule, int minor) {
  if (rule == NameRule::kPathSegment && (prefix == "." || prefix == "..")) return {};
  if (rule != NameRule::kPathSegment && prefix.size() > 1 && prefix.ends_with('-')) {
    prefix = prefix.substr(0, prefix.size() - 2) + "a";
  }
  return NameFaults(prefix, rule, minor);
}

void ValidateNamespace(const std::string& name, const MetaRules& rules, FieldErrors& errors) {
  if (!rules.namespaced) {
    if (!name.empty()) errors.Forbidden("metadata.namespace", "not allowed on this type");
  } else if (name.empty()) {
    errors.Required("metadata.namespace", "");
  } else {
    for (const std::string& fault : DnsLabelFaults(name, rules.minor)) {
      errors.Invalid("metadata.namespace", name, fault);
    }
  }
}

// ValidateObjectMetaAccessor.
void ValidateMeta(const Json& metadata, const MetaRules& rules, FieldErrors& errors) {
  const int minor = rules.minor;
  if (const std::string prefix = MetaText(metadata, "generateName"); !prefix.empty()) {
    for (const std::string& fault : PrefixFaults(prefix, rules.names, minor)) {
      errors.Invalid("metadata.generateName", prefix, fault);
    }
  }
  const std::string name = MetaText(metadata, "name");
  if (name.empty()) {
    errors.Required("metadata.name", "name or generateName is required");
  } else {
    for (const std::string& fault : NameFaults(name, rules.names, minor)) {
      errors.Invalid("metadata.name", name, fault);
    }
  }
  ValidateNamespace(MetaText(metadata, "namespace"), rules, errors);
  ValidateGeneration(metadata, errors);
  ValidateLabels(metadata, minor, errors);
  ValidateAnnotations(metadata, minor, errors);
  ValidateOwners(metadata, minor, errors);
  ValidateFinalizers(metadata, minor, errors);
}

}  // namespace

std::string MetaText(const Json& metadata, const char* key) {
  const Json& value = Member(metadata, key);
  return value.is_string() ? value.get<std::string>() : "";
}

void ValidateObjectMeta(const Json& metadata, const MetaRules& rules, FieldErrors& errors) {
  ValidateMeta(metadata, rules, errors);
  ValidateFinalizerKinds(metadata, errors);
}

void ValidateObjectMetaUpdate(const Json& metadata, const Json& old, int minor,
                              FieldErrors& errors) {
  ValidateUpdate(metadata, old, minor, errors);
  ValidateFinalizerKinds(metadata, errors);
}

void ValidateCommonMeta(const Json& metadata, const Json& old, const MetaRules& rules,
                        FieldErrors& errors) {
  MetaRules common = rules;
  common.names = NameRule::kPathSegment;
  ValidateMeta(metadata, common, errors);
  ValidateUpdate(metadata, old, rules.minor, errors);
}

}  // namespace kubegauge::autoscaler
