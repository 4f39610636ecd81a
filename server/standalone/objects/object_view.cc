#include "server/standalone/objects/object_view.h"

#include <fmt/format.h>

#include <utility>

#include "apiservice/request_info.h"
#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/object_tables.h"

namespace kubegauge::server {
namespace {

using apiservice::IncludeObject;
using apiservice::Status;
using apiservice::View;

std::string MetaVersion(const ObjectView& view) {
  return fmt::format("meta.k8s.io/{}", view.negotiated.meta_version);
}

Json Served(const ObjectView& view, const Json& stored) {
  return view.resource.rules->FromStored(view.version, stored);
}

Json MetadataOnly(const ObjectView& view, const Json& stored) {
  return WithType("PartialObjectMetadata", MetaVersion(view),
                  {{"metadata", Served(view, stored).at("metadata")}});
}

Json Row(const ObjectView& view, const Json& stored) {
  Json object = nullptr;
  if (view.include_object == IncludeObject::kMetadata) {
    object = MetadataOnly(view, stored);
  } else if (view.include_object == IncludeObject::kObject) {
    object = WithType(view.resource.kind, view.version.ApiVersion(), Served(view, stored));
  }
  return {{"cells", ObjectCellsJson(view.resource, stored, view.now_ns)},
          {"object", std::move(object)}};
}

Json Table(const ObjectView& view, Json metadata, Json rows, bool shows_columns) {
  return {{"kind", "Table"},
          {"apiVersion", MetaVersion(view)},
          {"metadata", std::move(metadata)},
          {"columnDefinitions", shows_columns ? ObjectColumnsJson(view.resource) : Json()},
          {"rows", std::move(rows)}};
}

}  // namespace

std::optional<Status> NegotiateObjects(const apiservice::Request& request,
                                       apiservice::Endpoint endpoint,
                                       apiservice::Negotiated& negotiated) {
  if (auto status = apiservice::Negotiate(request, endpoint, negotiated)) return status;
  if (negotiated.encoding != apiservice::Encoding::kProtobuf) return std::nullopt;
  apiservice::Request json_only;
  json_only.method = request.method;
  json_only.query = request.query;
  const std::string accept = request.headers.Joined("Accept");
  std::string clauses;
  for (size_t at = 0; at < accept.size();) {
    const size_t comma = std::min(accept.find(',', at), accept.size());
    const std::string clause = accept.substr(at, comma - at);
    if (clause.find("protobuf") == std::string::npos) clauses += clause + ",";
    at = comma + 1;
  }
  if (clauses.empty()) return apiservice::NoneAcceptable("application/json, application/yaml");
  json_only.headers.Add("Accept", clauses);
  json_only.headers.Add("User-Agent", std::string(request.headers.Find("User-Agent")));
  return apiservice::Negotiate(json_only, endpoint, negotiated);
}

Json ViewObject(const ObjectView& view, const Json& stored, bool shows_columns) {
  switch (view.negotiated.view) {
    case View::kTable: {
      Json metadata = {{"resourceVersion", stored["metadata"].value("resourceVersion", "")}};
      return Table(view, std::move(metadata), Json::array({Row(view, stored)}), shows_columns);
    }
    case View::kMetadata:
    case View::kMetadataList:
      return MetadataOnly(view, stored);
    case View::kObject:
      break;
  }
  return WithType(view.resource.kind, view.version.ApiVersion(), Served(view, stored));
}

Json ViewScale(const ObjectView& view, const Json& scale) {
  const Json metadata =
      WithType("PartialObjectMetadata", MetaVersion(view), {{"metadata", scale.at("metadata")}});
  switch (view.negotiated.view) {
    case View::kTable: {
      Json row = {{"cells", ScaleCellsJson(scale, view.now_ns)}, {"object", metadata}};
      return {{"kind", "Table"},
              {"apiVersion", MetaVersion(view)},
              {"metadata", {{"resourceVersion", scale["metadata"].value("resourceVersion", "")}}},
              {"columnDefinitions", ScaleColumnsJson()},
              {"rows", Json::array({std::move(row)})}};
    }
    case View::kMetadata:
    case View::kMetadataList:
      return metadata;
    case View::kObject:
      break;
  }
  return WithType("Scale", "autoscaling/v1", scale);
}

Json ViewList(const ObjectView& view, const std::vector<StoredObject>& objects, Json metadata) {
  Json items = Json::array();
  for (const StoredObject& object : objects) {
    if (view.negotiated.view == View::kTable) {
      items.push_back(Row(view, *object.json));
    } else if (view.negotiated.view == View::kObject) {
      items.push_back(Served(view, *object.json));
    } else {
      items.push_back(MetadataOnly(view, *object.json));
    }
  }
  if (view.negotiated.view == View::kTable) {
    return Table(view, std::move(metadata), std::move(items), /*shows_columns=*/true);
  }
  const bool is_object = view.negotiated.view == View::kObject;
  return {{"kind", is_object ? fmt::format("{}List", view.resource.kind)
                             : std::string("PartialObjectMetadataList")},
          {"apiVersion", is_object ? view.version.ApiVersion() : MetaVersion(view)},
          {"metadata", std::move(metadata)},
          {"items", std::move(items)}};
}

Json ViewBookmark(const ObjectView& view, uint64_t version, bool ends_initial_events) {
  Json metadata = {{"resourceVersion", fmt::format("{}", version)}, {"creationTimestamp", nullptr}};
  if (ends_initial_events) metadata["annotations"] = {{"k8s.io/initial-events-end", "true"}};
  if (view.negotiated.view == View::kTable) {
    Json row = {
        {"cells", Json::array()},
        {"object", WithType("PartialObjectMetadata", MetaVersion(view), {{"metadata", metadata}})}};
    return Table(view, {{"resourceVersion", fmt::format("{}", version)}},
                 Json::array({std::move(row)}), /*shows_columns=*/false);
  }
  const bool is_object = view.negotiated.view == View::kObject;
  return WithType(is_object ? view.resource.kind : "PartialObjectMetadata",
                  is_object ? view.version.ApiVersion() : MetaVersion(view),
                  {{"metadata", std::move(metadata)}});
}

}  // namespace kubegauge::server
