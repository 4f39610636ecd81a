#include "apiservice/metrics_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "apiservice/list_options.h"
#include "apiservice/metrics_list.h"
#include "apiservice/metrics_protobuf.h"
#include "apiservice/negotiation.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {

// One request, its answer's form agreed upon.
struct MetricsHandler::Context {
  const Request& request;
  const RequestInfo& info;
  std::shared_ptr<const scraper::Snapshot> snapshot;
  int64_t now_ns;
  Encoding encoding;
  std::optional<TableFormat> table;
  bool pretty;

  bool is_nodes() const { return info.resource == "nodes"; }
  Response Fail(const Status& status) const { return ErrorResponse(status, request); }
};

namespace {

bool IsServedVersion(std::string_view version) {
  return std::find(std::begin(kMetricsVersions), std::end(kMetricsVersions), version) !=
         std::end(kMetricsVersions);
}

// Whether the path is one of the API's: a resource of the right scope, and no subresource.
bool IsServedPath(const RequestInfo& info) {
  if (!IsServedVersion(info.api_version) || !info.subresource.empty()) return false;
  if (info.verb == "proxy") return false;
  if (info.resource == "nodes") return info.namespace_name.empty();
  if (info.resource != "pods") return false;
  return !info.namespace_name.empty() || info.verb != "get";
}

// `/watch/nodes` is not a path of this API; `/nodes?watch=true` is, and is refused later.
bool HasWatchPrefix(const RequestInfo& info) {
  return info.path.find("/watch/", info.path.find(info.api_version)) != std::string::npos;
}

std::optional<Status> ParseIncludeObject(std::string_view query, IncludeObject& include) {
  const std::string text = QueryValue(query, "includeObject");
  if (text.empty() || text == "Metadata") {
    include = IncludeObject::kMetadata;
  } else if (text == "Object") {
    include = IncludeObject::kObject;
  } else if (text == "None") {
    include = IncludeObject::kNone;
  } else {
    return BadRequest(
        fmt::format("Unable to convert to Table as requested: includeObject: Invalid value: "
                    "\"{}\": must be 'Metadata', 'Object', 'None', or empty",
                    text));
  }
  return std::nullopt;
}

// A node or pod that exists but has no usage, or does not exist at all: upstream tells them apart.
Status NodeNotFound(bool exists, const std::string& name) {
  return exists ? NotFound(kMetricsGroup, "nodemetrics", name) : NotFound("", "node", name);
}

Status PodNotFound(bool exists, const RequestInfo& info) {
  return exists ? NotFound(kMetricsGroup, "podmetrics", info.namespace_name + "/" + info.name)
                : NotFound("", "pods", info.name);
}

}  // namespace

MetricsHandler::MetricsHandler(const PublishedSnapshot& snapshot, const kube::Clock& clock,
                               FreshnessObserver* freshness)
    : snapshot_(snapshot), clock_(clock), freshness_(freshness) {}

bool MetricsHandler::Serves(const RequestInfo& info) {
  return info.is_resource_request && info.api_group == kMetricsGroup;
}

Response MetricsHandler::Handle(const AdmittedRequest& admitted) {
  const Request& request = admitted.request;
  const RequestInfo& info = admitted.info;
  if (!IsServedPath(info) || HasWatchPrefix(info)) return ErrorResponse(NoSuchPath(), request);
  if (request.method != "GET") return ErrorResponse(MethodNotAllowed(), request);

  Negotiated negotiated;
  if (const auto status = Negotiate(request, info.verb != "get", negotiated)) {
    return StatusResponse(*status, /*pretty=*/true);
  }
  Context context{.request = request,
                  .info = info,
                  .snapshot = snapshot_.Get(),
                  .now_ns = clock_.WallNs(),
                  .encoding = negotiated.encoding,
                  .table = std::nullopt,
                  .pretty = negotiated.pretty};
  if (negotiated.view == View::kTable) {
    context.table = TableFormat{.version = negotiated.table_version};
    if (const auto status = ParseIncludeObject(request.query, context.table->include_object)) {
      return context.Fail(*status);
    }
  }
  return info.verb == "get" ? Get(context) : List(context);
}

Response MetricsHandler::List(const Context& context) const {
  const RequestInfo& info = context.info;
  ListOptions options;
  if (const auto status = ParseListOptions(context.request, info, options)) {
    return context.Fail(*status);
  }
  if (options.watch) return context.Fail(WatchNotSupported(kMetricsGroup, info.resource));
  const scraper::Catalog& catalog = context.snapshot->catalog();
  std::pair<size_t, size_t> range(0, catalog.pods().size());
  if (context.is_nodes()) {
    range.second = catalog.nodes().size();
  } else if (!info.namespace_name.empty()) {
    range = catalog.PodsIn(info.namespace_name);
  }
  return Answer(context, range, options.filter, Form::kList);
}

Response MetricsHandler::Get(const Context& context) const {
  const RequestInfo& info = context.info;
  if (QueryValue(context.request.query, "export") == "true") {
    return context.Fail(
        BadRequest("the export parameter, deprecated since v1.14, is no longer supported"));
  }
  const scraper::Snapshot& snapshot = *context.snapshot;
  const scraper::Catalog& catalog = snapshot.catalog();
  std::optional<size_t> index;
  if (context.is_nodes()) {
    index = catalog.FindNode(info.name);
    if (!index || !snapshot.NodeUsage(*index)) {
      return context.Fail(NodeNotFound(index.has_value(), info.name));
    }
  } else {
    index = catalog.FindPod(info.namespace_name, info.name);
    scraper::PodUsage usage;
    if (!index || !snapshot.GetPodUsage(*index, usage)) {
      return context.Fail(PodNotFound(index.has_value(), info));
    }
  }
  return Answer(context, {*index, *index + 1}, nullptr, Form::kObject);
}

Response MetricsHandler::Answer(const Context& context, std::pair<size_t, size_t> range,
                                std::shared_ptr<const MetaFilter> filter, Form form) const {
  const auto [begin, end] = range;
  FreshnessTally tally(freshness_, context.now_ns);
  if (context.is_nodes()) {
    NodeItems nodes(context.snapshot, begin, end, std::move(filter), std::move(tally));
    return Encode(context, std::move(nodes), form);
  }
  PodItems pods(context.snapshot, begin, end, std::move(filter), std::move(tally));
  return Encode(context, std::move(pods), form);
}

template <class Items>
Response MetricsHandler::Encode(const Context& context, Items items, Form form) const {
  const std::string& version = context.info.api_version;
  if (context.encoding == Encoding::kProtobuf) {
    const MetricsProtobuf protobuf(version, context.now_ns);
    return BodyResponse(kProtobufMediaType, ProtobufBody(std::move(items), protobuf, form));
  }
  const MetricsJson json(version, context.now_ns);
  std::unique_ptr<BodyStream> body = context.table
                                         ? TableBody(std::move(items), json, *context.table)
                                         : JsonBody(std::move(items), json, form);
  if (context.pretty) body = IndentedBody(std::move(body));
  return BodyResponse("application/json", std::move(body));
}

}  // namespace kubegauge::apiservice
