#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace kubegauge::apiservice {

// OpenAPI documents in the protobuf form of gnostic (openapi.v2.Document, openapi.v3.Document), as
// far as the documents of this program use it: what else a document has is left out.
std::string OpenApiV2Protobuf(const nlohmann::json& document);
std::string OpenApiV3Protobuf(const nlohmann::json& document);

}  // namespace kubegauge::apiservice
