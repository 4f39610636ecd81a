#include "kube/scale.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "kube/go_quote.h"
#include "kube/scale_selector.h"
#include "kube/status_context.h"

namespace kubegauge::kube {
namespace {

using nlohmann::json;
using simdjson::error_code;
using simdjson::SUCCESS;
using simdjson::ondemand::object;
using simdjson::ondemand::parser;
using simdjson::ondemand::value;

constexpr std::array<std::string_view, 3> kOldVersions = {"apps/v1beta1", "apps/v1beta2",
                                                          "extensions/v1beta1"};
// As Kubernetes 1.36 names the scheme of its scale client.
constexpr std::string_view kScheme = "\"k8s.io/client-go/scale/util.go:146\"";
constexpr std::string_view kNewVersion = "autoscaling/v1";
// Of what is read. simdjson makes room for 1,024 levels otherwise, 9 KiB for each Scale.
constexpr size_t kMaxDepth = 32;
constexpr size_t kUsualBytes = 4096;  // at most, of a Scale without managedFields

bool IsOld(std::string_view api_version) {
  return std::find(kOldVersions.begin(), kOldVersions.end(), api_version) != kOldVersions.end();
}

// What a Scale holds, before its selector is looked at.
struct RawScale {
  Scale scale;
  std::string kind;
  std::string api_version;
  std::string selector_text;
  std::string target_selector;
  bool has_selector_labels = false;
  std::map<std::string, std::string> selector_labels;
};

// As Go's decoder, null leaves a field as it is.
error_code ReadText(value from, std::string& to) {
  std::string_view text;
  if (from.is_null().value_unsafe()) return SUCCESS;
  const error_code error = from.get_string().get(text);
  if (error == SUCCESS) to = std::string(text);
  return error;
}

error_code ReadReplicas(value from, int32_t& to) {
  int64_t number = 0;
  if (from.is_null().value_unsafe()) return SUCCESS;
  const error_code error = from.get_int64().get(number);
  if (error != SUCCESS) return error;
  if (number < std::numeric_limits<int32_t>::min() || number > std::numeric_limits<int32_t>::max())
    return simdjson::NUMBER_OUT_OF_RANGE;
  to = static_cast<int32_t>(number);
  return SUCCESS;
}

// Calls `visit(key, value)` with each member.
template <class Visit>
error_code ForEachMember(object members, const Visit& visit) {
  for (auto member : members) {
    std::string_view key;
    value content;
    if (const error_code error = member.unescaped_key().get(key)) return error;
    if (const error_code error = member.value().get(content)) return error;
    if (const error_code error = visit(key, content)) return error;
  }
  return SUCCESS;
}

// The same; null has no members.
template <class Visit>
error_code ForEachMember(value from, const Visit& visit) {
  if (from.is_null().value_unsafe()) return SUCCESS;
  object members;
  if (const error_code error = from.get_object().get(members)) return error;
  return ForEachMember(members, visit);
}

error_code ReadMetadata(value from, Scale& scale) {
  std::string_view raw;
  if (from.is_null().value_unsafe()) return SUCCESS;
  object metadata;
  if (const error_code error = from.get_object().get(metadata)) return error;
  if (const error_code error = metadata.raw_json().get(raw)) return error;
  scale.metadata_json = std::string(raw);
  if (const error_code error = metadata.reset().error()) return error;
  return ForEachMember(metadata, [&](std::string_view key, value content) {
    if (key == "name") return ReadText(content, scale.name);
    if (key == "namespace") return ReadText(content, scale.namespace_name);
    if (key == "resourceVersion") return ReadText(content, scale.resource_version);
    return SUCCESS;
  });
}

error_code ReadSelector(value from, RawScale& raw) {
  simdjson::ondemand::json_type type;
  if (const error_code error = from.type().get(type)) return error;
  if (type == simdjson::ondemand::json_type::string) return ReadText(from, raw.selector_text);
  if (type == simdjson::ondemand::json_type::object) raw.has_selector_labels = true;
  return ForEachMember(from, [&](std::string_view key, value label) {
    return ReadText(label, raw.selector_labels[std::string(key)]);
  });
}

error_code ReadStatus(value from, RawScale& raw) {
  return ForEachMember(from, [&](std::string_view key, value content) {
    if (key == "replicas") return ReadReplicas(content, raw.scale.status_replicas);
    if (key == "targetSelector") return ReadText(content, raw.target_selector);
    if (key == "selector") return ReadSelector(content, raw);
    return SUCCESS;
  });
}

error_code ReadSpec(value from, RawScale& raw) {
  return ForEachMember(from, [&](std::string_view key, value content) {
    return key == "replicas" ? ReadReplicas(content, raw.scale.spec_replicas) : SUCCESS;
  });
}

error_code ReadRoot(simdjson::ondemand::document& document, RawScale& raw) {
  object root;
  if (const error_code error = document.get_object().get(root)) return error;
  return ForEachMember(root, [&](std::string_view key, value content) {
    if (key == "kind") return ReadText(content, raw.kind);
    if (key == "apiVersion") return ReadText(content, raw.api_version);
    if (key == "metadata") return ReadMetadata(content, raw.scale);
    if (key == "spec") return ReadSpec(content, raw);
    if (key == "status") return ReadStatus(content, raw);
    return SUCCESS;
  });
}

absl::Status CheckKind(const RawScale& raw, std::string_view text) {
  if (raw.kind.empty()) {
    return absl::InvalidArgumentError(fmt::format("Object 'Kind' is missing in '{}'", text));
  }
  if (raw.api_version.empty()) {
    return absl::InvalidArgumentError(fmt::format("Object 'apiVersion' is missing in '{}'", text));
  }
  if (raw.kind == "Scale" && (raw.api_version == kNewVersion || IsOld(raw.api_version))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      fmt::format("no kind {} is registered for version {} in scheme {}", GoQuote(raw.kind),
                  GoQuote(raw.api_version), kScheme));
}

absl::StatusOr<std::string> SelectorOf(const RawScale& raw) {
  if (!IsOld(raw.api_version)) return NormalizeSelector(raw.selector_text);
  if (!raw.target_selector.empty()) return NormalizeSelector(raw.target_selector);
  if (raw.has_selector_labels) return NormalizeSelector(raw.selector_labels);
  return std::string();
}

json StatusIn(const Scale& scale, bool old_version) {
  json status = {{"replicas", scale.status_replicas}};
  if (scale.selector.empty()) return status;
  if (!old_version) {
    status["selector"] = scale.selector;
    return status;
  }
  status["targetSelector"] = scale.selector;
  const absl::StatusOr<SelectorObject> object = ParseToSelectorObject(scale.selector);
  if (object.ok() && object->match_expressions.empty()) status["selector"] = object->match_labels;
  return status;
}

}  // namespace

absl::StatusOr<Scale> DecodeScale(std::string text) {
  if (text.empty()) return CheckKind({}, text);
  // Setting one up takes longer than reading a usual Scale.
  thread_local parser kept_parser;
  parser own_parser;
  parser& parser_of_text = text.size() <= kUsualBytes ? kept_parser : own_parser;
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  RawScale raw;
  error_code error = SUCCESS;
  if (parser_of_text.capacity() < text.size()) {
    error = parser_of_text.allocate(std::max(text.size(), kUsualBytes), kMaxDepth);
  }
  if (error == SUCCESS) error = parser_of_text.iterate(text).get(document);
  if (error == SUCCESS) error = ReadRoot(document, raw);
  // There is a location only where something follows.
  if (error == SUCCESS && document.current_location().error() == SUCCESS) {
    error = simdjson::TAPE_ERROR;
  }
  if (error != SUCCESS) {
    return absl::InvalidArgumentError(fmt::format("couldn't get version/kind; json parse error: {}",
                                                  simdjson::error_message(error)));
  }
  if (const absl::Status kind = CheckKind(raw, text); !kind.ok()) return kind;
  absl::StatusOr<std::string> selector = SelectorOf(raw);
  if (!selector.ok()) {
    return WithContext(selector.status(),
                       "received an object from a /scale endpoint which was not convertible to "
                       "autoscaling Scale");
  }
  raw.scale.selector = *std::move(selector);
  return std::move(raw.scale);
}

absl::StatusOr<std::string> EncodeScale(const Scale& scale, const GroupVersion& version) {
  const std::string api_version = version.ToString();
  const bool old_version = IsOld(api_version);
  if (!old_version && api_version != kNewVersion) {
    return absl::InvalidArgumentError(
        fmt::format("could not convert scale update to external Scale: there is no Scale of {}",
                    GoQuote(api_version)));
  }
  json spec = json::object();
  if (scale.spec_replicas != 0) spec["replicas"] = scale.spec_replicas;
  const std::string status =
      StatusIn(scale, old_version).dump(-1, ' ', false, json::error_handler_t::replace);
  return fmt::format(R"({{"kind":"Scale","apiVersion":"{}","metadata":{},"spec":{},"status":{}}})",
                     api_version, scale.metadata_json.empty() ? "{}" : scale.metadata_json,
                     spec.dump(), status);
}

}  // namespace kubegauge::kube
