#include "server/standalone/list_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>
#include <utility>

namespace kubegauge::server {
namespace {

using apiservice::BadRequest;
using apiservice::QueryValue;
using apiservice::Status;

// The field labels that kube-apiserver lets a selector name.
std::span<const std::string_view> SupportedFields(const CoreResource& resource) {
  static constexpr std::array<std::string_view, 2> kNodeFields = {"metadata.name",
                                                                  "spec.unschedulable"};
  static constexpr std::array<std::string_view, 2> kNamespaceFields = {"metadata.name",
                                                                       "status.phase"};
  static constexpr std::array<std::string_view, 11> kPodFields = {
      "metadata.name",
      "metadata.namespace",
      "spec.nodeName",
      "spec.restartPolicy",
      "spec.schedulerName",
      "spec.serviceAccountName",
      "spec.hostNetwork",
      "status.phase",
      "status.podIP",
      "status.podIPs",
      "status.nominatedNodeName",
  };
  if (resource.name == kNodes.name) return kNodeFields;
  if (resource.name == kNamespaces.name) return kNamespaceFields;
  return kPodFields;
}

std::optional<Status> ParseSelectors(const apiservice::RequestInfo& info,
                                     const CoreResource& resource, ListQuery& query) {
  auto labels = kube::LabelSelector::Parse(info.label_selector);
  if (!labels.ok()) return BadRequest(std::string(labels.status().message()));
  auto fields = kube::FieldSelector::Parse(info.field_selector);
  if (!fields.ok()) return BadRequest(std::string(fields.status().message()));
  const std::span<const std::string_view> supported = SupportedFields(resource);
  for (const auto& term : fields->terms()) {
    if (std::find(supported.begin(), supported.end(), term.field) == supported.end()) {
      return BadRequest(fmt::format("field label not supported: {}", term.field));
    }
  }
  query.labels = *std::move(labels);
  query.fields = *std::move(fields);
  return std::nullopt;
}

std::optional<Status> ParseLimit(const std::string& text, int64_t& limit) {
  if (text.empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error == std::errc() && end == text.data() + text.size()) return std::nullopt;
  const char* reason =
      error == std::errc::result_out_of_range ? "value out of range" : "invalid syntax";
  return BadRequest(fmt::format("strconv.ParseInt: parsing \"{}\": {}", text, reason));
}

std::optional<Status> ParseContinue(std::string_view raw_query, ListQuery& query) {
  const std::string token = QueryValue(raw_query, "continue");
  if (token.empty()) return std::nullopt;
  const std::string resource_version = QueryValue(raw_query, "resourceVersion");
  if (!resource_version.empty() && resource_version != "0") {
    return BadRequest("specifying resource version is not allowed when using continue");
  }
  query.after = DecodeContinue(token);
  if (!query.after) {
    return BadRequest("continue key is not valid: it was not given by this server");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Status> ParseListQuery(const apiservice::Request& request,
                                     const apiservice::RequestInfo& info,
                                     const CoreResource& resource, ListQuery& query) {
  if (auto status = ParseSelectors(info, resource, query)) return status;
  if (auto status = ParseLimit(QueryValue(request.query, "limit"), query.limit)) return status;
  return ParseContinue(request.query, query);
}

std::string_view FieldValue(const NodeRecord& node, std::string_view field) {
  if (field == "metadata.name") return node.name;
  return field == "spec.unschedulable" ? "false" : "";
}

std::string_view FieldValue(const NamespaceRecord& entry, std::string_view field) {
  if (field == "metadata.name") return entry.name;
  return field == "status.phase" ? "Active" : "";
}

std::string_view FieldValue(const PodRecord& pod, std::string_view field) {
  if (field == "metadata.name") return pod.name;
  if (field == "metadata.namespace") return pod.namespace_name;
  if (field == "spec.nodeName") return pod.node_name;
  if (field == "spec.hostNetwork") return "false";
  return field == "status.phase" ? "Running" : "";
}

}  // namespace kubegauge::server
