#include "server/standalone/objects/object_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "kube/go_quote.h"
#include "server/standalone/objects/label_selection.h"
#include "server/standalone/objects/object_rules.h"

namespace kubegauge::server {
namespace {

using apiservice::BadRequest;
using apiservice::QueryValue;
using apiservice::RequestInfo;
using apiservice::Status;

bool IsSupported(const ResourceType& resource, std::string_view field) {
  const auto& fields = resource.selectable_fields;
  return field == "metadata.name" || (resource.namespaced && field == "metadata.namespace") ||
         std::find(fields.begin(), fields.end(), field) != fields.end();
}

std::optional<Status> ParseSelectors(const RequestInfo& info, const ResourceType& resource,
                                     ObjectQuery& query) {
  auto labels = kube::LabelSelector::Parse(info.label_selector);
  if (!labels.ok()) return BadRequest(std::string(labels.status().message()));
  auto fields = kube::FieldSelector::Parse(info.field_selector);
  if (!fields.ok()) return BadRequest(std::string(fields.status().message()));
  for (const auto& term : fields->terms()) {
    if (!IsSupported(resource, term.field)) {
      return BadRequest(
          resource.selectable_fields.empty()
              ? fmt::format("\"{}\" is not a known field selector: only \"metadata.name\", "
                            "\"metadata.namespace\"",
                            term.field)
              : fmt::format("field label not supported: {}", term.field));
    }
  }
  query.labels = *std::move(labels);
  query.fields = *std::move(fields);
  return std::nullopt;
}

std::string WithoutSelectors(std::string_view query) {
  std::string rest;
  while (!query.empty()) {
    const std::string_view option = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), option.size() + 1));
    if (option.starts_with("labelSelector=") || option.starts_with("fieldSelector=")) continue;
    rest.append(option).push_back('&');
  }
  return rest;
}

std::optional<Status> ParsePaging(std::string_view raw, ObjectQuery& query) {
  const std::string limit = QueryValue(raw, "limit");
  std::from_chars(limit.data(), limit.data() + limit.size(), query.limit);
  const std::string token = QueryValue(raw, "continue");
  if (token.empty()) return std::nullopt;
  const std::string version = QueryValue(raw, "resourceVersion");
  if (!version.empty() && version != "0") {
    return BadRequest("specifying resource version is not allowed when using continue");
  }
  query.after = DecodeContinue(token);
  if (query.after) return std::nullopt;
  return BadRequest(
      "invalid continue token: continue key is not valid: it was not given by this server");
}

}  // namespace

std::optional<uint64_t> ParseObjectVersion(std::string_view text) {
  uint64_t version = 0;
  const char* const end = text.data() + text.size();
  const auto [read_to, error] = std::from_chars(text.data(), end, version);
  return error == std::errc() && read_to == end ? std::optional(version) : std::nullopt;
}

std::optional<Status> ParseLeastVersion(const apiservice::Request& request, std::string_view verb,
                                        std::optional<uint64_t>& version) {
  const std::string text = QueryValue(request.query, "resourceVersion");
  if (text.empty()) return std::nullopt;
  version = ParseObjectVersion(text);
  if (version) return std::nullopt;
  const std::string why = fmt::format(
      "resourceVersion: Invalid value: {0}: strconv.ParseUint: parsing {0}: invalid syntax",
      kube::GoQuote(text));
  if (verb == "list") return BadRequest("invalid resource version: " + why);
  return Status{.message = why, .reason = "", .code = 500};
}

bool ObjectQuery::Matches(const ResourceType& resource, const ServedVersion& version,
                          const StoredObject& object, const Json& state) const {
  if (!namespace_name.empty() && object.key.namespace_name != namespace_name) return false;
  if (!name.empty() && object.key.name != name) return false;
  if (labels.empty() && fields.empty()) return true;
  if (resource.served.front() == version) return SelectsObject(labels, fields, state);
  return SelectsObject(labels, fields, resource.rules->FromStored(version, state));
}

std::optional<Status> ParseObjectQuery(const apiservice::Request& request, const RequestInfo& info,
                                       const ResourceType& resource, ObjectQuery& query) {
  if (resource.namespaced) query.namespace_name = info.namespace_name;
  if (info.verb == "watch") query.name = info.name;
  if (auto status = ParseSelectors(info, resource, query)) return status;
  // The rules of ListOptions themselves; which fields a selector may name is this API's matter.
  apiservice::Request plain;
  plain.query = WithoutSelectors(request.query);
  apiservice::ListOptions options;
  if (auto status = apiservice::ParseListOptions(plain, info, options)) return status;
  query.watch = options.watch;
  if (auto status = ParseLeastVersion(request, info.verb, query.resource_version)) return status;
  return ParsePaging(request.query, query);
}

}  // namespace kubegauge::server
