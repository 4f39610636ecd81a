#pragma once

#include <string>
#include <string_view>

#include "apiservice/handler.h"

namespace kubegauge::apiservice {

// Where the API says that it can be reached: `host:port`, or `:port`.
struct DiscoveryOptions {
  std::string server_address;
};

// Says which groups, versions and resources are served: /apis, /apis/metrics.k8s.io and
// /apis/metrics.k8s.io/<version> (wire.md A.4), in the legacy form that every client reads.
class DiscoveryHandler final : public Handler {
 public:
  explicit DiscoveryHandler(DiscoveryOptions options);

  static bool Serves(std::string_view path);
  Response Handle(const AdmittedRequest& admitted) override;

 private:
  DiscoveryOptions options_;
};

}  // namespace kubegauge::apiservice
