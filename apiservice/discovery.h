#pragma once

#include <map>
#include <string>
#include <string_view>

#include "apiservice/accept.h"
#include "apiservice/discovery_documents.h"
#include "apiservice/handler.h"

namespace kubegauge::apiservice {

// Says which groups, versions and resources are served: /apis, /apis/metrics.k8s.io and
// /apis/metrics.k8s.io/<version> in the legacy form, and /apis in the aggregated one when a clause
// of Accept asks for that (wire.md A.4). All of it is made once.
class DiscoveryHandler final : public Handler {
 public:
  explicit DiscoveryHandler(const DiscoveryOptions& options);

  // `/apis`, and whatever is below the group: unknown paths there are refused with a Status.
  static bool Serves(std::string_view path);
  Response Handle(const AdmittedRequest& admitted) override;

 private:
  Response Legacy(const DiscoveryDocument& document, const Request& request) const;
  Response Aggregated(std::string_view version, Encoding encoding, bool pretty,
                      const Request& request) const;

  std::map<std::string, DiscoveryDocument, std::less<>> documents_;   // by path
  std::map<std::string, DiscoveryDocument, std::less<>> aggregated_;  // by version
  std::string etag_;  // quoted; one for all forms of the aggregated document
};

}  // namespace kubegauge::apiservice
