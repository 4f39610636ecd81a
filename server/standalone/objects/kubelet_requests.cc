#include "server/standalone/objects/kubelet_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace kubegauge::server {

bool AsksKubelet(const apiservice::RequestInfo& info) {
  constexpr std::array<std::string_view, 4> kSubresources = {"log", "exec", "attach",
                                                             "portforward"};
  return info.is_resource_request && info.api_group.empty() && info.resource == "pods" &&
         !info.namespace_name.empty() && !info.name.empty() &&
         std::ranges::find(kSubresources, info.subresource) != kSubresources.end();
}

apiservice::Status RefusalForKubelet(const ObjectStore& store,
                                     const apiservice::RequestInfo& info) {
  const bool is_upgrade = info.verb == "create" && info.subresource != "log";
  if (info.verb != "get" && !is_upgrade) return apiservice::MethodNotAllowed();
  const std::optional<StoredObject> pod =
      store.Get(ResourceTypeNamed("pods"), {info.namespace_name, info.name});
  if (!pod) return apiservice::NotFound("", "pods", info.name);
  const std::string node = pod->json->value(Json::json_pointer("/spec/nodeName"), "");
  // Simulated pods say that they run on a node that is none.
  if (!store.Get(ResourceTypeNamed("nodes"), {"", node})) {
    return apiservice::NotFound("", "nodes", node);
  }
  return {.message = fmt::format("node \"{}\" has no kubelet that could be asked: kubegauge only "
                                 "measures it",
                                 node),
          .reason = "ServiceUnavailable",
          .code = 503};
}

}  // namespace kubegauge::server
