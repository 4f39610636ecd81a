#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/api_discovery.h"
#include "kube/group_version.h"

namespace kubegauge::kube {

// Reads the discovery documents of an API server, as client-go's discovery client: aggregated where
// the server can, else legacy. Remembers documents that have entity tags. One call at a time. Keeps
// a reference to `client`.
class DiscoveryReader {
 public:
  explicit DiscoveryReader(ApiClient& client) : client_(client) {}

  // All groups, the core group first. A server without core group is none less (an aggregated API
  // server has none). Errors have client-go's text.
  boost::asio::awaitable<absl::StatusOr<ApiGroups>> ReadGroups();

  // The resources of one version of a group.
  boost::asio::awaitable<absl::StatusOr<std::vector<ApiResource>>> ReadResources(
      GroupVersion group_version);

 private:
  struct Document {
    std::string path;
    std::string entity_tag;
    ApiGroups groups;  // those of `entity_tag`
  };

  boost::asio::awaitable<absl::StatusOr<ApiGroups>> ReadDocument(Document& document);

  ApiClient& client_;
  Document core_{.path = "/api"};
  Document named_{.path = "/apis"};
};

}  // namespace kubegauge::kube
