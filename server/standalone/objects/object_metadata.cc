#include "server/standalone/objects/object_metadata.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "autoscaler/object_meta_reader.h"
#include "autoscaler/object_meta_validation.h"
#include "kube/kubernetes_version.h"
#include "kube/rfc3339.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

// The metadata in the form that the rules want, which are the autoscaler's own.
Json MetaOf(const Json& object) {
  autoscaler::GoJsonReader reader;
  return autoscaler::ReadObjectMeta(reader, object.value("metadata", Json::object()));
}

FieldErrors CausesOf(const autoscaler::FieldErrors& errors) {
  FieldErrors causes;
  for (const autoscaler::FieldError& error : errors.errors()) {
    causes.push_back({.reason = error.reason, .message = error.message, .field = error.field});
  }
  return causes;
}

autoscaler::MetaRules RulesOf(const ResourceType& resource) {
  return {.minor = kube::kKubernetesMinor,
          .namespaced = resource.namespaced,
          .names = resource.name == "namespaces" ? autoscaler::NameRule::kLabel
                                                 : autoscaler::NameRule::kSubdomain};
}

}  // namespace

std::string RandomSuffix(kube::RandomSource& random, size_t size) {
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  std::string suffix;
  for (size_t i = 0; i < size; ++i) {
    suffix += kLetters[static_cast<size_t>(random.Unit() * static_cast<double>(kLetters.size()))];
  }
  return suffix;
}

std::string RandomUid(kube::RandomSource& random) {
  std::string uid;
  for (int i = 0; i < 16; ++i) {
    int byte = static_cast<int>(random.Unit() * 256);
    if (i == 6) byte = (byte & 0x0f) | 0x40;
    if (i == 8) byte = (byte & 0x3f) | 0x80;
    if (i == 4 || i == 6 || i == 8 || i == 10) uid += '-';
    uid += fmt::format("{:02x}", byte);
  }
  return uid;
}

void PrepareNewMetadata(const ResourceType& resource, const NamespacedName& key, int64_t now_ns,
                        kube::RandomSource& random, Json& object) {
  Json metadata = object.value("metadata", Json::object());
  for (const char* name :
       {"resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"}) {
    metadata.erase(name);
  }
  metadata["name"] = key.name;
  if (resource.namespaced) metadata["namespace"] = key.namespace_name;
  metadata["uid"] = RandomUid(random);
  metadata["creationTimestamp"] = kube::FormatRfc3339(now_ns);
  // A place for what the store fills in.
  metadata["resourceVersion"] = "";
  if (resource.counts_generations) metadata["generation"] = 1;
  object["metadata"] = std::move(metadata);
}

void KeepMetadata(const Json& old, Json& object) {
  const Json& kept = old.at("metadata");
  Json metadata = object.value("metadata", Json::object());
  for (const char* name : {"name", "namespace", "resourceVersion", "generation", "generateName",
                           "creationTimestamp"}) {
    if (kept.contains(name)) {
      metadata[name] = kept[name];
    } else {
      metadata.erase(name);
    }
  }
  metadata.erase("selfLink");
  if (MetadataText(object, "uid").empty()) metadata["uid"] = MetadataText(old, "uid");
  if (kept.contains("deletionTimestamp")) metadata["deletionTimestamp"] = kept["deletionTimestamp"];
  constexpr char kGracePeriod[] = "deletionGracePeriodSeconds";
  if (kept.contains(kGracePeriod) && !metadata.contains(kGracePeriod)) {
    metadata[kGracePeriod] = kept[kGracePeriod];
  }
  object["metadata"] = std::move(metadata);
}

FieldErrors ValidateMetadata(const ResourceType& resource, const Json& object) {
  autoscaler::FieldErrors errors;
  autoscaler::ValidateObjectMeta(MetaOf(object), RulesOf(resource), errors);
  return CausesOf(errors);
}

FieldErrors ValidateMetadataUpdate(const ResourceType& resource, const Json& old,
                                   const Json& object) {
  const Json before = MetaOf(old);
  const Json after = MetaOf(object);
  autoscaler::FieldErrors errors;
  autoscaler::ValidateCommonMeta(after, before, RulesOf(resource), errors);
  autoscaler::ValidateObjectMetaUpdate(after, before, RulesOf(resource).minor, errors);
  return CausesOf(errors);
}

std::optional<apiservice::Status> CheckNames(const ResourceType& resource,
                                             const NamespacedName& key, const Json& object) {
  const std::string name = MetadataText(object, "name");
  if (!name.empty() && !key.name.empty() && name != key.name) {
    return apiservice::BadRequest(fmt::format(
        "the name of the object ({}) does not match the name on the URL ({})", name, key.name));
  }
  const std::string namespace_name = MetadataText(object, "namespace");
  if (resource.namespaced && !namespace_name.empty() && namespace_name != key.namespace_name) {
    return apiservice::BadRequest(
        "the namespace of the provided object does not match the namespace sent on the request");
  }
  return std::nullopt;
}

std::optional<apiservice::Status> CheckNamed(const ResourceType& resource,
                                             const NamespacedName& key, const Json& object) {
  if (!MetadataText(object, "name").empty()) return CheckNames(resource, key, object);
  return apiservice::BadRequest(fmt::format(
      "the name of the object ({} based on URL) was undeterminable: name must be provided",
      key.name));
}

std::string MetadataText(const Json& object, const char* key) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return "";
  const auto value = metadata->find(key);
  return value != metadata->end() && value->is_string() ? value->get<std::string>() : "";
}

}  // namespace kubegauge::server
