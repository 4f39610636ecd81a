#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "apiservice/handler.h"
#include "kube/clock.h"

namespace kubegauge::apiservice {

// /openapi/v2, /openapi/v3 and the documents below the latter (wire.md A.5), as JSON and protobuf.
// All of it is made once.
class OpenApiHandler final : public Handler {
 public:
  // `version` of the program, as it stands in the documents. Keeps a reference to `clock`.
  OpenApiHandler(std::string_view version, const kube::Clock& clock);
  // Of a larger API: `document` says all of it, in the form of openapi_document.h.
  static OpenApiHandler Of(const nlohmann::json& document, const kube::Clock& clock) {
    return OpenApiHandler(clock, document);
  }

  enum class Format { kJson, kProtobuf };

  static bool Serves(std::string_view path);
  Response Handle(const AdmittedRequest& admitted) override;

 private:
  struct Document {
    std::string json;
    std::string protobuf;
    std::string hash;  // of the JSON, for both
    std::string etag;  // the same, quoted
  };

  OpenApiHandler(const kube::Clock& clock, const nlohmann::json& document);
  static Document MakeDocument(std::string json, std::string protobuf);

  Response V2(const Request& request) const;
  Response V3Index(const Request& request) const;
  Response V3Document(std::string_view name, const Request& request) const;
  Response V3Document(const std::string& name, const Document& document, Format format,
                      const Request& request) const;
  Response Serve(const Request& request, std::string_view media_type, const Document& document,
                 const std::string& body) const;

  const kube::Clock& clock_;
  const int64_t made_at_seconds_;
  Document v2_;
  std::map<std::string, Document, std::less<>> v3_;  // by name, `apis/metrics.k8s.io/v1`
  Document v3_index_;
};

}  // namespace kubegauge::apiservice
