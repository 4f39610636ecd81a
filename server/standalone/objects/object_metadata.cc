#include "server/standalone/objects/object_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "kube/go_quote.h"
#include "kube/label_validation.h"
#include "kube/rfc3339.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

constexpr size_t kMaxAnnotationBytes = 256 * 1024;
constexpr std::string_view kLabelRule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must "
    "start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
    "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kSubdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', "
    "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
    "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

bool IsDnsLabel(std::string_view text) {
  const auto is_alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool IsDnsSubdomain(std::string_view text) {
  while (true) {
    const size_t dot = text.find('.');
    if (!IsDnsLabel(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

void ValidateName(const ResourceType& resource, const std::string& name, FieldErrors& errors) {
  const bool is_label = resource.name == "namespaces";
  const size_t max_bytes = is_label ? 63 : 253;
  if (name.size() > max_bytes) {
    errors.push_back(InvalidValue("metadata.name", kube::GoQuote(name),
                                  fmt::format("must be no more than {} characters", max_bytes)));
  }
  if (is_label ? !IsDnsLabel(name) : !IsDnsSubdomain(name)) {
    errors.push_back(
        InvalidValue("metadata.name", kube::GoQuote(name), is_label ? kLabelRule : kSubdomainRule));
  }
}

void ValidateLabels(const Json& labels, FieldErrors& errors) {
  for (const auto& [key, value] : labels.items()) {
    for (const std::string& fault : kube::LabelKeyFaults(key)) {
      errors.push_back(InvalidValue("metadata.labels", kube::GoQuote(key), fault));
    }
    const std::string text = value.get<std::string>();
    for (const std::string& fault : kube::LabelValueFaults(text)) {
      errors.push_back(InvalidValue("metadata.labels", kube::GoQuote(text), fault));
    }
  }
}

void ValidateAnnotations(const Json& annotations, FieldErrors& errors) {
  size_t bytes = 0;
  for (const auto& [key, value] : annotations.items()) {
    std::string lower = key;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const std::string& fault : kube::LabelKeyFaults(lower)) {
      errors.push_back(InvalidValue("metadata.annotations", kube::GoQuote(key), fault));
    }
    bytes += key.size() + value.get_ref<const std::string&>().size();
  }
  if (bytes > kMaxAnnotationBytes) {
    errors.push_back(
        {.reason = "FieldValueTooLong",
         .message = fmt::format("Too long: may not be more than {} bytes", kMaxAnnotationBytes),
         .field = "metadata.annotations"});
  }
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

void PrepareNewMetadata(const ResourceType& resource, const ObjectKey& key, int64_t now_ns,
                        kube::RandomSource& random, Json& object) {
  Json metadata = object.value("metadata", Json::object());
  for (const char* name : {"resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds",
                           "selfLink", "generation"}) {
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
  for (const char* name :
       {"name", "namespace", "uid", "resourceVersion", "generation", "generateName",
        "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    if (kept.contains(name)) {
      metadata[name] = kept[name];
    } else {
      metadata.erase(name);
    }
  }
  object["metadata"] = std::move(metadata);
}

FieldErrors ValidateMetadata(const ResourceType& resource, const Json& object) {
  FieldErrors errors;
  ValidateName(resource, MetadataText(object, "name"), errors);
  const Json& metadata = object.at("metadata");
  if (metadata.contains("labels")) ValidateLabels(metadata["labels"], errors);
  if (metadata.contains("annotations")) ValidateAnnotations(metadata["annotations"], errors);
  return errors;
}

std::optional<apiservice::Status> CheckNames(const ResourceType& resource, const ObjectKey& key,
                                             const Json& object) {
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

std::string MetadataText(const Json& object, const char* key) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return "";
  const auto value = metadata->find(key);
  return value != metadata->end() && value->is_string() ? value->get<std::string>() : "";
}

}  // namespace kubegauge::server
