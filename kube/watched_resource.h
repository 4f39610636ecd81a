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
};

// For kinds that are read whole.
inline constexpr std::string_view kAcceptObjects =
    "application/vnd.kubernetes.protobuf,application/json";

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
