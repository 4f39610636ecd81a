#include "apiservice/metrics_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apiservice/body_response.h"
#include "apiservice/include_object.h"
#include "apiservice/json_text.h"
#include "apiservice/list_options.h"
#include "apiservice/metrics_list.h"
#include "apiservice/negotiation.h"
#include "apiservice/protobuf_body.h"
#include "apiservice/status.h"
#include "apiservice/watch_stream.h"

namespace kubegauge::apiservice {

// One request, its answer's form agreed upon.
struct MetricsHandler::Context {
  const Request& request;
  const RequestInfo& info;
  std::shared_ptr<const scraper::Snapshot> snapshot;
  int64_t now_ns;
  Negotiated negotiated;
  IncludeObject include_object = IncludeObject::kMetadata;
  // Why the objects cannot be shown as asked for. Upstream only finds that out, and says so, when
  // it has the objects.
  std::optional<Status> view_error = std::nullopt;

  bool is_nodes() const { return info.resource == "nodes"; }
  bool Exists() const;
  Response Fail(const Status& status) const { return ErrorResponse(status, request); }
  Status NotFound() const;
};

// A node does so whatever --node-selector says of it (wire.md A.9).
bool MetricsHandler::Context::Exists() const {
  const scraper::Catalog& catalog = snapshot->catalog();
  return is_nodes() ? catalog.HasNode(info.name)
                    : catalog.FindPod(info.namespace_name, info.name).has_value();
}

// An object that exists but has no usage, or does not exist at all: upstream tells them apart.
Status MetricsHandler::Context::NotFound() const {
  const bool exists = Exists();
  if (is_nodes()) {
    return exists ? apiservice::NotFound(kMetricsGroup, "nodemetrics", info.name)
                  : apiservice::NotFound("", "node", info.name);
  }
  return exists ? apiservice::NotFound(kMetricsGroup, "podmetrics",
                                       info.namespace_name + "/" + info.name)
                : apiservice::NotFound("", "pods", info.name);
}

namespace {

// Of protobuf lists that are being sent.
constexpr size_t kKeptBytes = 128 * 1024 * 1024;

constexpr std::string_view kGroupPath = "/apis/metrics.k8s.io";

bool IsServedVersion(std::string_view version) {
  return std::find(std::begin(kMetricsVersions), std::end(kMetricsVersions), version) !=
         std::end(kMetricsVersions);
}

// What the path asks for, if it is one of the API's. By its segments alone, as upstream's router
// reads them: an object may be called `watch`.
std::optional<Endpoint> EndpointOf(std::string_view path) {
  const Segments segments = PathSegments(path);
  if (segments.size() < 4 || !IsServedVersion(segments[2])) return std::nullopt;
  const size_t count = segments.size() - 4;  // behind the first segment of the resource
  if (segments[3] == "nodes" && count <= 1) return count == 0 ? Endpoint::kList : Endpoint::kObject;
  if (segments[3] == "pods" && count == 0) return Endpoint::kList;
  if (segments[3] != "namespaces" || count < 2 || count > 3) return std::nullopt;
  if (segments[5] != "pods") return std::nullopt;
  return count == 2 ? Endpoint::kList : Endpoint::kObject;
}

// PartialObjectMetadata is of an object, its list of a list.
std::optional<Status> CheckView(View view, bool is_list, bool is_nodes) {
  const std::string_view kind = is_nodes ? "NodeMetrics" : "PodMetrics";
  if (view == View::kMetadata && is_list) {
    return NotAcceptable(
        fmt::format("you requested PartialObjectMetadata, but the requested "
                    "object is a list (*metrics.{}List)",
                    kind));
  }
  if (view == View::kMetadataList && !is_list) {
    return NotAcceptable(
        fmt::format("you requested PartialObjectMetadataList, but the requested "
                    "object is not a list (*metrics.{})",
                    kind));
  }
  return std::nullopt;
}

}  // namespace

MetricsHandler::MetricsHandler(const PublishedSnapshot& snapshot, const kube::Clock& clock,
                               FreshnessObserver* freshness, const WatchSettings& watches)
    : snapshot_(snapshot),
      clock_(clock),
      freshness_(freshness),
      kept_protobuf_(kKeptBytes),
      watch_settings_(watches),
      feed_(snapshot, clock),
      watches_(watches.max_watches) {}

bool MetricsHandler::Serves(const RequestInfo& info) {
  return info.is_resource_request && IsAtOrBelow(info.path, kGroupPath);
}

Response MetricsHandler::Handle(const AdmittedRequest& admitted) {
  const Request& request = admitted.request;
  const RequestInfo& info = admitted.info;
  const std::optional<Endpoint> endpoint = EndpointOf(info.path);
  if (!endpoint) return ErrorResponse(NoSuchPath(), request);
  if (request.method != "GET") return ErrorResponse(MethodNotAllowed(), request);

  Negotiated negotiated;
  if (const auto status = Negotiate(request, *endpoint, negotiated)) {
    return ErrorResponse(*status, request);
  }
  Context context{.request = request,
                  .info = info,
                  .snapshot = snapshot_.Get(),
                  .now_ns = clock_.WallNs(),
                  .negotiated = negotiated};
  context.view_error = negotiated.view == View::kTable
                           ? ParseIncludeObject(request.query, context.include_object)
                           : CheckView(negotiated.view, info.verb == "list", context.is_nodes());
  if (info.verb == "get") return Get(context);
  return info.verb == "watch" ? Watch(context) : List(context);
}

Response MetricsHandler::List(const Context& context) {
  const RequestInfo& info = context.info;
  ListOptions options;
  if (const auto status = ParseListOptions(context.request, info, options)) {
    return context.Fail(*status);
  }
  if (context.view_error) return context.Fail(*context.view_error);
  const scraper::Catalog& catalog = context.snapshot->catalog();
  std::pair<size_t, size_t> range(0, catalog.pods().size());
  if (context.is_nodes()) {
    range.second = catalog.nodes().size();
  } else if (!info.namespace_name.empty()) {
    range = catalog.PodsIn(info.namespace_name);
  }
  return Answer(context, range, options.filter, Form::kList);
}

Response MetricsHandler::Watch(const Context& context) {
  const RequestInfo& info = context.info;
  ListOptions options;
  if (const auto status = ParseListOptions(context.request, info, options)) {
    return context.Fail(*status);
  }
  if (context.view_error) return context.Fail(*context.view_error);
  if (context.negotiated.encoding == Encoding::kYaml) return context.Fail(NotWatchable());
  std::shared_ptr<const void> ticket = watches_.TryEnter();
  if (ticket == nullptr) {
    return context.Fail(TooManyRequests("too many watches are open, please try again later", 1));
  }
  kube::RandomSource& random =
      watch_settings_.random != nullptr ? *watch_settings_.random : system_random_;
  const auto lasts =
      options.watch.timeout
          ? std::chrono::nanoseconds(*options.watch.timeout)
          : watch_settings_.min_timeout + std::chrono::duration_cast<std::chrono::nanoseconds>(
                                              watch_settings_.min_timeout * random.Unit());
  const Encoding encoding = context.negotiated.encoding;
  Response response{.headers = {{"Content-Type", std::string(MediaType(encoding))}},
                    .body = "",
                    .stream = nullptr};
  if (encoding == Encoding::kProtobuf) response.headers.front().second += ";stream=watch";
  response.events = std::make_unique<WatchStream>(
      WatchEnvironment{.feed = feed_,
                       .clock = clock_,
                       .sleeper = watch_settings_.sleeper != nullptr ? *watch_settings_.sleeper
                                                                     : timer_sleeper_},
      options.watch,
      MakeWatchEvents({.nodes = context.is_nodes(),
                       .api_version = info.api_version,
                       .namespace_name = info.namespace_name,
                       .name = info.name,
                       .filter = options.filter,
                       .negotiated = context.negotiated,
                       .include_object = context.include_object}),
      encoding, lasts);
  response.in_flight = std::move(ticket);
  return response;
}

Response MetricsHandler::Get(const Context& context) {
  const RequestInfo& info = context.info;
  if (QueryFlag(context.request.query, "export").value_or(false)) {
    return context.Fail(
        BadRequest("the export parameter, deprecated since v1.14, is no longer supported"));
  }
  const scraper::Catalog& catalog = context.snapshot->catalog();
  return context.is_nodes()
             ? GetOf<NodeItems>(context, catalog.FindNode(info.name))
             : GetOf<PodItems>(context, catalog.FindPod(info.namespace_name, info.name));
}

template <class Items>
Response MetricsHandler::GetOf(const Context& context, std::optional<size_t> index) {
  const Negotiated& negotiated = context.negotiated;
  // Most requests are for one object: its JSON needs none of what makes large bodies in parts.
  const bool is_json = negotiated.encoding == Encoding::kJson && negotiated.view == View::kObject;
  const std::pair<size_t, size_t> range(index.value_or(0), index ? *index + 1 : 0);
  Items items(context.snapshot, range.first, range.second, nullptr,
              FreshnessTally(is_json ? freshness_ : nullptr, context.now_ns));
  if (!items.Next()) return context.Fail(context.NotFound());
  if (context.view_error) return context.Fail(*context.view_error);
  if (!is_json) return Answer(context, range, nullptr, Form::kObject);
  std::string text = ObjectText(items, MetricsJson(context.info.api_version, context.now_ns));
  if (negotiated.pretty) text = IndentJson(text);
  const bool gzip = text.size() > kGzipThresholdBytes && AcceptsGzip(context.request.headers);
  return TextResponse(MediaType(Encoding::kJson), std::move(text), gzip);
}

Response MetricsHandler::Answer(const Context& context, std::pair<size_t, size_t> range,
                                std::shared_ptr<const MetaFilter> filter, Form form) {
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
Response MetricsHandler::Encode(const Context& context, Items items, Form form) {
  const std::string& version = context.info.api_version;
  const Negotiated& negotiated = context.negotiated;
  const bool only_metadata =
      negotiated.view == View::kMetadata || negotiated.view == View::kMetadataList;
  const bool gzip = AcceptsGzip(context.request.headers);
  const std::string_view media_type = MediaType(negotiated.encoding);
  if (negotiated.encoding == Encoding::kProtobuf) {
    const ProtobufForm protobuf_form{
        .form = form, .metadata_version = only_metadata ? negotiated.meta_version : ""};
    return BodyResponse(media_type,
                        ProtobufBody(std::move(items), MetricsProtobuf(version, context.now_ns),
                                     protobuf_form, kept_protobuf_),
                        gzip);
  }
  const Layout layout = negotiated.encoding == Encoding::kYaml ? Layout::kYaml
                        : negotiated.pretty                    ? Layout::kIndented
                                                               : Layout::kCompact;
  const MetricsJson json(version, context.now_ns);
  std::unique_ptr<BodyStream> body;
  if (negotiated.view == View::kTable) {
    body = TableBody(std::move(items), json,
                     {.version = negotiated.meta_version, .include_object = context.include_object},
                     layout);
  } else if (only_metadata) {
    body = MetadataBody(std::move(items), json, form, negotiated.meta_version, layout);
  } else {
    body = ObjectBody(std::move(items), json, form, layout);
  }
  return BodyResponse(media_type, std::move(body), gzip);
}

}  // namespace kubegauge::apiservice
