#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace kubegauge::apiservice {

// The types of the aggregated API, as members of an OpenAPI document's `definitions` (wire.md A.5).
// They have upstream's names, properties and extensions, which clients are made from and which an
// aggregator merges by, and descriptions of their own.

// What objects and lists say of themselves (meta.v1), and Quantity.
void AddMetadataDefinitions(nlohmann::json& definitions);
// The discovery documents and what /version answers.
void AddDiscoveryDefinitions(nlohmann::json& definitions);
// The objects of metrics.k8s.io in one of its versions.
void AddMetricsDefinitions(std::string_view version, nlohmann::json& definitions);

// "io.k8s.metrics.pkg.apis.metrics.v1", the package of the last.
std::string MetricsPackage(std::string_view version);

}  // namespace kubegauge::apiservice
