#include "server/standalone/objects/objects_api.h"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

#include "apiservice/json_text.h"
#include "apiservice/request_info.h"
#include "apiservice/status.h"
#include "server/standalone/objects/kubelet_requests.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/object_watch.h"
#include "server/standalone/objects/request_body.h"
#include "server/standalone/objects/reviews.h"
#include "server/standalone/objects/scale_view.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {

using apiservice::AdmittedRequest;
using apiservice::ErrorResponse;
using apiservice::RequestInfo;
using apiservice::Response;
using apiservice::Status;

// One request for a resource, its answer's form agreed upon.
struct ObjectsApi::Context {
  const AdmittedRequest& admitted;
  const ResourceType& resource;
  ObjectView view;

  const apiservice::Request& request() const { return admitted.request; }
  const RequestInfo& info() const { return admitted.info; }
  NamespacedName key() const {
    return {.namespace_name = resource.namespaced ? info().namespace_name : "",
            .name = info().name};
  }
  WriteTarget target() const {
    return {.resource = resource,
            .version = view.version,
            .subresource = info().subresource,
            .key = key(),
            .options = {}};
  }
  bool is_scale() const { return info().subresource == "scale"; }
  Response Fail(const Status& status) const { return ErrorResponse(status, request()); }
};

namespace {
constexpr size_t kMaxWatches = 1'000;
constexpr std::chrono::minutes kMinWatch(30);

// The quoted-string of HTTP.
std::string QuotedString(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

void Warn(const std::vector<std::string>& warnings, Response& response) {
  for (const std::string& warning : warnings) {
    response.headers.emplace_back("Warning", fmt::format("299 - {}", QuotedString(warning)));
  }
}

// The resource of a path, or null: an unknown one, a subresource it does not have, or the wrong
// scope.
const ResourceType* TypeOf(const RequestInfo& info) {
  const ResourceType* resource = FindResourceType(info.api_group, info.api_version, info.resource);
  const std::string prefix =
      info.api_group.empty() ? fmt::format("/api/{}/watch/", info.api_version)
                             : fmt::format("/apis/{}/{}/watch/", info.api_group, info.api_version);
  if (resource == nullptr || info.verb == "proxy" || info.path.starts_with(prefix)) return nullptr;
  const bool has_subresource = info.subresource.empty() ||
                               (info.subresource == "status" && resource->has_status) ||
                               (info.subresource == "scale" && resource->has_scale);
  if (!has_subresource) return nullptr;
  const bool names_object = !info.name.empty() && info.verb != "list" && info.verb != "watch";
  const bool in_namespace = !info.namespace_name.empty();
  if (resource->name == "namespaces") return resource;
  const bool right_scope = resource->namespaced ? in_namespace || !names_object : !in_namespace;
  return right_scope ? resource : nullptr;
}

bool IsAllowed(const ResourceType& resource, const RequestInfo& info) {
  if (info.verb == "create" && !info.name.empty()) return false;
  if (info.subresource.empty()) return resource.Allows(info.verb);
  return info.verb == "get" || info.verb == "update" || info.verb == "patch";
}

// A document in the form that the client asked for.
Response Answer(const Json& json, const ObjectView& view, unsigned status = 200) {
  if (view.negotiated.encoding == apiservice::Encoding::kYaml) {
    return apiservice::DocumentResponse(status, JsonText(json), view.negotiated.encoding, false);
  }
  std::string text = JsonText(json);
  if (view.negotiated.pretty) {
    text = apiservice::IndentJson(text);
  } else {
    text.push_back('\n');
  }
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(text),
          .stream = nullptr};
}

std::optional<PatchKind> PatchKindOf(const apiservice::Request& request) {
  const std::string media = MediaTypeOf(request);
  if (media == "application/json-patch+json") return PatchKind::kJson;
  if (media == "application/merge-patch+json") return PatchKind::kMerge;
  if (media == "application/strategic-merge-patch+json") return PatchKind::kStrategic;
  if (media == "application/apply-patch+yaml") return PatchKind::kApply;
  return std::nullopt;
}

// The 504 of a version of the future.
std::optional<Status> CheckReached(const std::optional<uint64_t>& wanted, uint64_t current) {
  if (wanted.value_or(0) <= current) return std::nullopt;
  return apiservice::Timeout(
      fmt::format("Too large resource version: {}, current: {}", *wanted, current));
}

std::string KeyText(const NamespacedName& key) {
  return key.namespace_name.empty() ? key.name : fmt::format("{}/{}", key.namespace_name, key.name);
}

NamespacedName ParseKey(const std::string& text) {
  const size_t slash = text.find('/');
  if (slash == std::string::npos) return {.namespace_name = "", .name = text};
  return {.namespace_name = text.substr(0, slash), .name = text.substr(slash + 1)};
}

// Cuts `objects` to a page, and says in the list's metadata where the next one begins.
Json CutPage(const ObjectQuery& query, uint64_t version, std::vector<StoredObject>& objects) {
  Json metadata = {{"resourceVersion", fmt::format("{}", version)}};
  const auto limit = static_cast<size_t>(query.limit);
  if (query.limit <= 0 || objects.size() <= limit) return metadata;
  metadata["continue"] =
      EncodeContinue({.resource_version = query.after ? query.after->resource_version : version,
                      .last_key = KeyText(objects[limit - 1].key)});
  if (query.selects_all()) metadata["remainingItemCount"] = objects.size() - limit;
  objects.resize(limit);
  return metadata;
}

// The Success that a deletion is answered with.
Json DeletedJson(const ResourceType& resource, const ServedVersion& version, const Json& object) {
  Json details = {{"name", MetadataText(object, "name")}};
  if (!version.group.empty()) details["group"] = version.group;
  details["kind"] = resource.name;
  details["uid"] = MetadataText(object, "uid");
  return {{"kind", "Status"},
          {"apiVersion", "v1"},
          {"metadata", Json::object()},
          {"status", "Success"},
          {"details", std::move(details)}};
}

apiservice::Endpoint EndpointOf(const RequestInfo& info) {
  const bool is_list = info.verb == "list" || info.verb == "watch";
  return is_list ? apiservice::Endpoint::kList : apiservice::Endpoint::kObject;
}

}  // namespace

ObjectsApi::ObjectsApi(const ObjectsApiParts& parts)
    : store_(parts.store),
      clock_(parts.clock),
      random_(parts.random),
      sleeper_(parts.sleeper),
      writer_(parts.store, parts.clock, parts.random),
      watches_(kMaxWatches) {}

bool ObjectsApi::Serves(const RequestInfo& info) {
  if (!info.is_resource_request) return false;
  for (const ResourceType& resource : ResourceTypes()) {
    if (resource.Serves(info.api_group, info.api_version)) return true;
  }
  return false;
}

Response ObjectsApi::Handle(const AdmittedRequest& admitted) {
  const apiservice::Request& request = admitted.request;
  const RequestInfo& info = admitted.info;
  if (AsksKubelet(info)) return ErrorResponse(RefusalForKubelet(store_, info), request);
  const ResourceType* resource = TypeOf(info);
  if (resource == nullptr) return ErrorResponse(apiservice::NoSuchPath(), request);
  if (!IsAllowed(*resource, info)) return ErrorResponse(apiservice::MethodNotAllowed(), request);
  const ServedVersion& version = *std::find(resource->served.begin(), resource->served.end(),
                                            ServedVersion{info.api_group, info.api_version});
  ObjectView view{
      .resource = *resource, .version = version, .negotiated = {}, .now_ns = clock_.WallNs()};
  if (const auto status = NegotiateObjects(request, EndpointOf(info), view.negotiated)) {
    return ErrorResponse(*status, request);
  }
  const auto bad_include = apiservice::ParseIncludeObject(request.query, view.include_object);
  if (bad_include && view.negotiated.view == apiservice::View::kTable) {
    return ErrorResponse(*bad_include, request);
  }
  const Context context{.admitted = admitted, .resource = *resource, .view = view};
  if (info.verb == "get") return Get(context);
  if (info.verb == "list") return List(context);
  if (info.verb == "watch") return Watch(context);
  if (info.verb == "create") return Create(context);
  if (info.verb == "update") return Update(context);
  if (info.verb == "patch") return Patch(context);
  if (info.verb == "delete") return Delete(context);
  return DeleteCollection(context);
}

Response ObjectsApi::Get(const Context& context) {
  std::optional<uint64_t> version;
  if (const auto status = ParseLeastVersion(context.request(), "get", version)) {
    return context.Fail(*status);
  }
  if (const auto status = CheckReached(version, store_.version())) return context.Fail(*status);
  const std::optional<StoredObject> object = store_.Get(context.resource, context.key());
  if (!object) {
    return context.Fail(apiservice::NotFound(context.view.version.group, context.resource.name,
                                             context.info().name));
  }
  if (context.is_scale()) {
    return Answer(ViewScale(context.view, ScaleOf(*object->json)), context.view);
  }
  return Answer(ViewObject(context.view, *object->json), context.view);
}

Response ObjectsApi::List(const Context& context) {
  ObjectQuery query;
  if (const auto status =
          ParseObjectQuery(context.request(), context.info(), context.resource, query)) {
    return context.Fail(*status);
  }
  ObjectStore::Listing listing = store_.List(context.resource, query.namespace_name);
  if (const auto status = CheckReached(query.resource_version, listing.version)) {
    return context.Fail(*status);
  }
  std::erase_if(listing.objects, [&](const StoredObject& object) {
    return (query.after && object.key <= ParseKey(query.after->last_key)) ||
           !query.Matches(context.resource, context.view.version, object, *object.json);
  });
  Json metadata = CutPage(query, listing.version, listing.objects);
  return Answer(ViewList(context.view, listing.objects, std::move(metadata)), context.view);
}

Response ObjectsApi::Watch(const Context& context) {
  ObjectQuery query;
  if (const auto status =
          ParseObjectQuery(context.request(), context.info(), context.resource, query)) {
    return context.Fail(*status);
  }
  if (context.view.negotiated.encoding == apiservice::Encoding::kYaml) {
    return context.Fail(apiservice::NotWatchable());
  }
  std::shared_ptr<const void> ticket = watches_.TryEnter();
  if (ticket == nullptr) {
    return context.Fail(
        apiservice::TooManyRequests("too many watches are open, please try again later", 1));
  }
  const std::chrono::nanoseconds lasts =
      query.watch.timeout
          ? std::chrono::nanoseconds(*query.watch.timeout)
          : kMinWatch +
                std::chrono::duration_cast<std::chrono::nanoseconds>(kMinWatch * random_.Unit());
  Response response{
      .headers = {{"Content-Type", "application/json"}}, .body = "", .stream = nullptr};
  response.events = std::make_unique<ObjectWatch>(
      ObjectWatchEnvironment{.store = store_, .clock = clock_, .sleeper = sleeper_}, context.view,
      std::move(query), lasts);
  response.in_flight = std::move(ticket);
  return response;
}

Response ObjectsApi::AnswerWritten(const Context& context, const OrStatus<Written>& written) {
  if (!written.ok()) return context.Fail(written.status());
  const bool is_scale = context.is_scale();
  const Json typed =
      WithType(is_scale ? "Scale" : context.resource.kind,
               is_scale ? "autoscaling/v1" : context.view.version.ApiVersion(), written->object);
  return Answer(typed, context.view, written->created ? 201 : 200);
}

Response ObjectsApi::Create(const Context& context) {
  WriteTarget target = context.target();
  if (context.resource.namespaced && target.key.namespace_name.empty()) {
    return context.Fail(apiservice::MethodNotAllowed());
  }
  target.key.name.clear();
  if (const auto status =
          ParseWriteOptions(context.request(), "CreateOptions", false, target.options)) {
    return context.Fail(*status);
  }
  OrStatus<RequestBody> body = ReadBody(context.request(), StructureOf(target));
  if (!body.ok()) return context.Fail(body.status());
  std::vector<std::string> warnings;
  if (context.resource.review != nullptr) {
    Response response = Review(context, target, *body, warnings);
    Warn(warnings, response);
    return response;
  }
  Response response = AnswerWritten(context, writer_.Create(target, *body, warnings));
  Warn(warnings, response);
  return response;
}

Response ObjectsApi::Review(const Context& context, const WriteTarget& target,
                            const RequestBody& body, std::vector<std::string>& warnings) {
  const OrStatus<Json> question = DecodeWrite(target, body, warnings);
  if (!question.ok()) return context.Fail(question.status());
  OrStatus<Json> answer = context.resource.review->Answer(*question, context.admitted.user);
  if (!answer.ok()) return context.Fail(answer.status());
  return AnswerWritten(context, Written{.object = *std::move(answer), .created = true});
}

Response ObjectsApi::Update(const Context& context) {
  WriteTarget target = context.target();
  if (const auto status =
          ParseWriteOptions(context.request(), "UpdateOptions", false, target.options)) {
    return context.Fail(*status);
  }
  OrStatus<RequestBody> body = ReadBody(context.request(), StructureOf(target));
  if (!body.ok()) return context.Fail(body.status());
  std::vector<std::string> warnings;
  Response response = AnswerWritten(context, writer_.Update(target, *body, warnings));
  Warn(warnings, response);
  return response;
}

Response ObjectsApi::Patch(const Context& context) {
  WriteTarget target = context.target();
  const std::optional<PatchKind> kind = PatchKindOf(context.request());
  if (!kind) return context.Fail(UnsupportedPatchType());
  const bool is_apply = *kind == PatchKind::kApply;
  if (const auto status =
          ParseWriteOptions(context.request(), "PatchOptions", is_apply, target.options)) {
    return context.Fail(*status);
  }
  const OrStatus<Json> patch = ReadPatch(context.request(), *kind);
  if (!patch.ok()) return context.Fail(patch.status());
  std::vector<std::string> warnings;
  Response response = AnswerWritten(context, writer_.Patch(target, *kind, *patch, warnings));
  Warn(warnings, response);
  return response;
}

Response ObjectsApi::Delete(const Context& context) {
  const WriteTarget target = context.target();
  DeleteOptions options;
  if (const auto status = ParseDeleteOptions(context.request(), options)) {
    return context.Fail(*status);
  }
  const OrStatus<Json> deleted = writer_.Delete(target, options);
  if (!deleted.ok()) return context.Fail(deleted.status());
  if (deleted->at("metadata").contains("deletionTimestamp")) {
    return Answer(ViewObject(context.view, *deleted), context.view);
  }
  return Answer(DeletedJson(context.resource, context.view.version, *deleted), context.view);
}

Response ObjectsApi::DeleteCollection(const Context& context) {
  DeleteOptions options;
  ObjectQuery query;
  if (const auto status = ParseDeleteOptions(context.request(), options)) {
    return context.Fail(*status);
  }
  if (const auto status =
          ParseObjectQuery(context.request(), context.info(), context.resource, query)) {
    return context.Fail(*status);
  }
  ObjectStore::Listing listing = store_.List(context.resource, query.namespace_name);
  std::erase_if(listing.objects, [&](const StoredObject& object) {
    return object.read_only ||
           !query.Matches(context.resource, context.view.version, object, *object.json);
  });
  WriteTarget target = context.target();
  for (const StoredObject& object : listing.objects) {
    target.key = object.key;
    writer_.Delete(target, options);
  }
  Json metadata = {{"resourceVersion", fmt::format("{}", listing.version)}};
  return Answer(ViewList(context.view, listing.objects, std::move(metadata)), context.view);
}

}  // namespace kubegauge::server
