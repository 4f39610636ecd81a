#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "kube/api_client.h"

namespace kubegauge::kube {

// A collection of the API server that is listed and watched.
struct WatchedResource {
  std::string name;            // as in RBAC: "nodes", "configmaps"
  std::string path;            // "/api/v1/nodes"
  std::string field_selector;  // "status.phase=Running"; may be empty
  std::string list_accept;
  std::string watch_accept;
  bool optional = false;  // its objects can be read one by one instead: no error
};

// For kinds that are read whole.
inline constexpr std::string_view kAcceptObjects =
    "application/vnd.kubernetes.protobuf,application/json";

// For those of which the metadata is all that is read: without the rest where the server can.
inline constexpr std::string_view kAcceptMetadataList =
    "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,"
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
inline constexpr std::string_view kAcceptMetadata =
    "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,"
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

// One page of a list, its query as client-go writes it (wire.md C.1).
struct ListPageQuery {
  int limit = 0;                 // 0: no paging
  std::string resource_version;  // "0": whatever the server has at hand; empty: the latest
  std::string continue_token;
};
ApiRequest MakeListRequest(const WatchedResource& resource, const ListPageQuery& query);

ApiRequest MakeWatchRequest(const WatchedResource& resource, std::string_view resource_version,
                            std::chrono::seconds timeout);

}  // namespace kubegauge::kube
