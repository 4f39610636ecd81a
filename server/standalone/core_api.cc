#include "server/standalone/core_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "apiservice/json_text.h"
#include "apiservice/metrics_list.h"
#include "apiservice/negotiation.h"
#include "apiservice/status.h"
#include "server/standalone/core_discovery.h"
#include "server/standalone/core_tables.h"
#include "server/standalone/list_query.h"

namespace kubegauge::server {

using apiservice::AdmittedRequest;
using apiservice::ErrorResponse;
using apiservice::IncludeObject;
using apiservice::RequestInfo;
using apiservice::Response;
using apiservice::Status;

// One request for a resource, its answer's form agreed upon.
struct CoreApi::Context {
  const AdmittedRequest& admitted;
  std::shared_ptr<const Inventory> inventory;
  apiservice::Negotiated negotiated;
  IncludeObject include_object;
  RenderContext render;

  const RequestInfo& info() const { return admitted.info; }
  bool wants_table() const { return negotiated.view == apiservice::View::kTable; }
  Response Fail(const Status& status) const { return ErrorResponse(status, admitted.request); }
};

namespace {

constexpr const CoreResource* kResources[] = {&kNodes, &kNamespaces, &kPods};

std::string_view WithoutTrailingSlash(std::string_view path) {
  return path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

Response JsonResponse(const Json& json, bool pretty) {
  std::string text = JsonText(json);
  if (pretty) {
    text = apiservice::IndentJson(text);
  } else {
    text.push_back('\n');
  }
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(text),
          .stream = nullptr};
}

bool AcceptsJson(std::string_view accept) {
  while (!accept.empty()) {
    const std::string_view clause = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(accept.size(), clause.size() + 1));
    const std::string_view type = clause.substr(0, clause.find(';'));
    for (const std::string_view served : {"application/json", "*/*"}) {
      const size_t at = type.find(served);
      if (at != std::string_view::npos && type.find_first_not_of(' ') == at) return true;
    }
  }
  return false;
}

// As Negotiate, for objects that are served as JSON only: clients that prefer protobuf all take
// JSON, too.
std::optional<Status> NegotiateJson(const apiservice::Request& request, bool is_list,
                                    apiservice::Negotiated& negotiated) {
  const auto endpoint = is_list ? apiservice::Endpoint::kList : apiservice::Endpoint::kObject;
  if (auto status = apiservice::Negotiate(request, endpoint, negotiated)) return status;
  const bool is_view = negotiated.view == apiservice::View::kObject ||
                       negotiated.view == apiservice::View::kTable;
  if (is_view && (negotiated.encoding == apiservice::Encoding::kJson ||
                  AcceptsJson(request.headers.Joined("Accept")))) {
    return std::nullopt;
  }
  return apiservice::NoneAcceptable("application/json");
}

// The resource of a path of this API, or null: an unknown one, a subresource, or the wrong scope.
const CoreResource* FindResource(const RequestInfo& info) {
  if (!info.is_resource_request || !info.api_group.empty() || info.api_version != "v1" ||
      !info.subresource.empty() || info.verb == "proxy" ||
      info.path.starts_with("/api/v1/watch/")) {
    return nullptr;
  }
  for (const CoreResource* resource : kResources) {
    if (info.resource != resource->name) continue;
    if (resource == &kNamespaces) return resource;
    const bool in_namespace = !info.namespace_name.empty();
    const bool names_object = !info.name.empty() && info.verb != "list" && info.verb != "watch";
    const bool right_scope = resource->namespaced ? in_namespace || !names_object : !in_namespace;
    return right_scope ? resource : nullptr;
  }
  return nullptr;
}

std::optional<Status> ParseIncludeObject(std::string_view query, IncludeObject& include) {
  const std::string text = apiservice::QueryValue(query, "includeObject");
  include = text == "Object" ? IncludeObject::kObject
            : text == "None" ? IncludeObject::kNone
                             : IncludeObject::kMetadata;
  if (include != IncludeObject::kMetadata || text.empty() || text == "Metadata") {
    return std::nullopt;
  }
  return apiservice::BadRequest(
      fmt::format("Unable to convert to Table as requested: includeObject: Invalid value: \"{}\": "
                  "must be 'Metadata', 'Object', 'None', or empty",
                  text));
}

// Namespace and name order objects; cluster-scoped ones have no namespace.
using Key = std::pair<std::string_view, std::string_view>;
Key KeyOf(const NodeRecord& node) { return {"", node.name}; }
Key KeyOf(const NamespaceRecord& entry) { return {"", entry.name}; }
Key KeyOf(const PodRecord& pod) { return {pod.namespace_name, pod.name}; }

std::string KeyText(const Key& key) {
  return key.first.empty() ? std::string(key.second) : fmt::format("{}/{}", key.first, key.second);
}

Key ParseKey(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {"", text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

template <class Record>
bool Matches(const ListQuery& query, const Record& record, const Labels& labels) {
  const auto find_label = [&](std::string_view key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string_view() : std::string_view(found->second);
  };
  const auto find_field = [&](std::string_view field) { return FieldValue(record, field); };
  return query.labels.MatchesLabels(find_label) && query.fields.Matches(find_field);
}

const Labels& LabelsOf(const NodeRecord& node) { return node.labels; }
const Labels& LabelsOf(const PodRecord& pod) { return pod.labels; }
Labels LabelsOf(const NamespaceRecord& entry) {
  return {{std::string(kNamespaceNameLabel), entry.name}};
}

template <class Record>
struct Page {
  std::vector<const Record*> records;
  std::string continue_token;             // empty on the last page
  std::optional<size_t> remaining_count;  // not told where selectors would have to be tried
};

template <class Record>
Page<Record> SelectPage(const std::vector<Record>& records, std::string_view namespace_name,
                        const ListQuery& query, uint64_t resource_version) {
  std::vector<const Record*> matching;
  for (const Record& record : records) {
    if (!namespace_name.empty() && KeyOf(record).first != namespace_name) continue;
    if (query.after && KeyOf(record) <= ParseKey(query.after->last_key)) continue;
    if (Matches(query, record, LabelsOf(record))) matching.push_back(&record);
  }
  Page<Record> page;
  const size_t limit = query.limit > 0 ? static_cast<size_t>(query.limit) : matching.size();
  if (matching.size() > limit) {
    page.continue_token = EncodeContinue(
        {.resource_version = query.after ? query.after->resource_version : resource_version,
         .last_key = KeyText(KeyOf(*matching[limit - 1]))});
    if (query.labels.empty() && query.fields.empty()) {
      page.remaining_count = matching.size() - limit;
    }
    matching.resize(limit);
  }
  page.records = std::move(matching);
  return page;
}

template <class Record>
Json ListMetadata(const Page<Record>& page, uint64_t resource_version) {
  Json metadata = {{"resourceVersion", fmt::format("{}", resource_version)}};
  if (!page.continue_token.empty()) metadata["continue"] = page.continue_token;
  if (page.remaining_count) metadata["remainingItemCount"] = *page.remaining_count;
  return metadata;
}

template <class Record>
Json RowObject(const Record& record, IncludeObject include, std::string_view meta_version,
               const RenderContext& render) {
  switch (include) {
    case IncludeObject::kNone:
      return nullptr;
    case IncludeObject::kObject:
      return WithType(ResourceOf(record).kind, "v1", ObjectJson(record, render));
    case IncludeObject::kMetadata:
      break;
  }
  return WithType("PartialObjectMetadata", meta_version, {{"metadata", MetadataJson(record)}});
}

template <class Record>
Json TableJson(const CoreResource& resource, const std::vector<const Record*>& records,
               Json metadata, std::string_view table_version, IncludeObject include,
               const RenderContext& render) {
  const std::string meta_version = fmt::format("meta.k8s.io/{}", table_version);
  Json rows = Json::array();
  for (const Record* record : records) {
    rows.push_back({{"cells", CellsJson(*record, render)},
                    {"object", RowObject(*record, include, meta_version, render)}});
  }
  return {{"kind", "Table"},
          {"apiVersion", meta_version},
          {"metadata", std::move(metadata)},
          {"columnDefinitions", ColumnsJson(ColumnsOf(resource))},
          {"rows", std::move(rows)}};
}

}  // namespace

CoreApi::CoreApi(const PublishedInventory& inventory, const kube::Clock& clock,
                 std::string server_address)
    : inventory_(inventory), clock_(clock), server_address_(std::move(server_address)) {}

bool CoreApi::Serves(std::string_view path) {
  path = WithoutTrailingSlash(path);
  return path == "/api" || path.starts_with("/api/");
}

Response CoreApi::Handle(const AdmittedRequest& admitted) {
  const std::string_view path = WithoutTrailingSlash(admitted.info.path);
  if (path == "/api") return Document(admitted, ApiVersionsJson(server_address_));
  if (path == "/api/v1") return Document(admitted, CoreResourceListJson());
  if (const CoreResource* resource = FindResource(admitted.info)) {
    return Resource(admitted, *resource);
  }
  return ErrorResponse(apiservice::NoSuchPath(), admitted.request);
}

Response CoreApi::Document(const AdmittedRequest& admitted, Json document) const {
  if (admitted.request.method != "GET") {
    return ErrorResponse(apiservice::MethodNotAllowed(), admitted.request);
  }
  return JsonResponse(document, apiservice::WantsPretty(admitted.request));
}

Response CoreApi::Resource(const AdmittedRequest& admitted, const CoreResource& resource) const {
  const apiservice::Request& request = admitted.request;
  const RequestInfo& info = admitted.info;
  if (request.method != "GET") return ErrorResponse(apiservice::MethodNotAllowed(), request);
  if (info.verb == "watch") {
    return ErrorResponse(apiservice::WatchNotSupported("", resource.name), request);
  }
  apiservice::Negotiated negotiated;
  const bool is_list = info.verb == "list";
  if (const auto status = NegotiateJson(request, is_list, negotiated)) {
    return ErrorResponse(*status, request);
  }
  IncludeObject include = IncludeObject::kMetadata;
  if (const auto status = ParseIncludeObject(request.query, include);
      status && negotiated.view == apiservice::View::kTable) {
    return ErrorResponse(*status, request);
  }
  std::shared_ptr<const Inventory> inventory = inventory_.Get();
  const Context context{
      .admitted = admitted,
      .inventory = inventory,
      .negotiated = negotiated,
      .include_object = include,
      .render = RenderContext{.node = inventory->node, .now_ns = clock_.WallNs()}};
  if (is_list) {
    if (&resource == &kNodes) return List(context, std::vector<NodeRecord>{inventory->node});
    if (&resource == &kNamespaces) return List(context, inventory->namespaces);
    return List(context, inventory->pods);
  }
  if (&resource == &kNodes) {
    return Get(context, info.name == inventory->node.name ? &inventory->node : nullptr);
  }
  if (&resource == &kNamespaces) return Get(context, inventory->FindNamespace(info.name));
  return Get(context, inventory->FindPod(info.namespace_name, info.name));
}

template <class Record>
Response CoreApi::List(const Context& context, const std::vector<Record>& records) const {
  const RequestInfo& info = context.info();
  const CoreResource& resource = ResourceOf(Record());
  ListQuery query;
  if (const auto status = ParseListQuery(context.admitted.request, info, resource, query)) {
    return context.Fail(*status);
  }
  const uint64_t resource_version = context.inventory->resource_version;
  std::string_view namespace_name;
  if (resource.namespaced) namespace_name = info.namespace_name;
  const Page<Record> page = SelectPage(records, namespace_name, query, resource_version);
  Json metadata = ListMetadata(page, resource_version);
  if (context.wants_table()) {
    return JsonResponse(
        TableJson(resource, page.records, std::move(metadata), context.negotiated.meta_version,
                  context.include_object, context.render),
        context.negotiated.pretty);
  }
  Json items = Json::array();
  for (const Record* record : page.records) items.push_back(ObjectJson(*record, context.render));
  const Json list = {{"kind", fmt::format("{}List", resource.kind)},
                     {"apiVersion", "v1"},
                     {"metadata", std::move(metadata)},
                     {"items", std::move(items)}};
  return JsonResponse(list, context.negotiated.pretty);
}

template <class Record>
Response CoreApi::Get(const Context& context, const Record* record) const {
  const CoreResource& resource = ResourceOf(Record());
  if (record == nullptr) {
    return context.Fail(apiservice::NotFound("", resource.name, context.info().name));
  }
  if (context.wants_table()) {
    Json metadata = {{"resourceVersion", fmt::format("{}", record->resource_version)}};
    return JsonResponse(
        TableJson(resource, std::vector<const Record*>{record}, std::move(metadata),
                  context.negotiated.meta_version, context.include_object, context.render),
        context.negotiated.pretty);
  }
  return JsonResponse(WithType(resource.kind, "v1", ObjectJson(*record, context.render)),
                      context.negotiated.pretty);
}

}  // namespace kubegauge::server
