#pragma once

#include <map>
#include <string>
#include <string_view>

#include "apiservice/handler.h"

namespace kubegauge::server {

// Says which groups, versions and resources are served: /api, /apis and what is below them up to
// the resources, in the legacy form, and /api and /apis in the aggregated one for those who ask for
// it. Joins the objects of the store and metrics.k8s.io, whose own documents are another handler's.
// JSON and YAML. All of it is made once. Thread-safe.
class ObjectsDiscovery final : public apiservice::Handler {
 public:
  // `server_address` as "host:port", for clients that ask where the API is.
  explicit ObjectsDiscovery(std::string_view server_address);

  static bool Serves(std::string_view path);
  apiservice::Response Handle(const apiservice::AdmittedRequest& admitted) override;

 private:
  std::map<std::string, std::string, std::less<>> documents_;   // JSON by path
  std::map<std::string, std::string, std::less<>> aggregated_;  // by path and version
};

// The paths of the documents of the store's groups.
std::vector<std::string> DiscoveryPaths();

}  // namespace kubegauge::server
