#pragma once

#include <string>
#include <string_view>

namespace kubegauge::apiservice {

// Where the API says that it can be reached, and what it serves.
struct DiscoveryOptions {
  std::string server_address;  // `host:port`, or `:port`
  bool serves_watch = true;
};

// One discovery document in its encodings; YAML is made of the JSON.
struct DiscoveryDocument {
  std::string json;  // compact, without a newline
  std::string protobuf;
};

// The legacy form of /apis, /apis/metrics.k8s.io and /apis/metrics.k8s.io/<version> (wire.md A.4).
DiscoveryDocument GroupListDocument(const DiscoveryOptions& options);
DiscoveryDocument GroupDocument();
DiscoveryDocument ResourceListDocument(const DiscoveryOptions& options, std::string_view version);

// The aggregated form of /apis: `version` of apidiscovery.k8s.io is "v2" or "v2beta1".
DiscoveryDocument AggregatedDocument(const DiscoveryOptions& options, std::string_view version);

}  // namespace kubegauge::apiservice
