#pragma once

#include <string>
#include <string_view>

#include "apiservice/handler.h"

namespace kubegauge::apiservice {

// /openapi/v2: the OpenAPI 2.0 document of metrics.k8s.io as JSON, with an ETag (wire.md A.5).
class OpenApiHandler final : public Handler {
 public:
  // `version` of the program, as it stands in the document.
  explicit OpenApiHandler(std::string_view version);

  static bool Serves(std::string_view path) { return path == "/openapi/v2"; }
  Response Handle(const AdmittedRequest& admitted) override;

 private:
  std::string document_;
  std::string etag_;
};

// The document itself.
std::string OpenApiV2Document(std::string_view version);

}  // namespace kubegauge::apiservice
