#include "server/standalone/core_discovery.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

namespace kubegauge::server {
namespace {

Json ResourceJson(const CoreResource& resource, std::string_view short_name) {
  Json json = {{"name", resource.name},
               {"singularName", ""},
               {"namespaced", resource.namespaced},
               {"kind", resource.kind},
               {"verbs", {"get", "list"}},
               {"shortNames", Json::array({short_name})}};
  if (resource.name == kPods.name) json["categories"] = Json::array({"all"});
  return json;
}

}  // namespace

Json ApiVersionsJson(std::string_view server_address) {
  return {{"kind", "APIVersions"},
          {"versions", Json::array({"v1"})},
          {"serverAddressByClientCIDRs",
           Json::array({{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", server_address}}})}};
}

Json CoreResourceListJson() {
  return {{"kind", "APIResourceList"},
          {"groupVersion", "v1"},
          {"resources", Json::array({ResourceJson(kNamespaces, "ns"), ResourceJson(kNodes, "no"),
                                     ResourceJson(kPods, "po")})}};
}

std::string_view NodeAgentVersion() { return "v" KUBEGAUGE_VERSION "+kubegauge"; }

}  // namespace kubegauge::server
