#include "server/version_handler.h"

#include "apiservice/json_text.h"
#include "apiservice/negotiation.h"
#include "apiservice/status.h"

namespace kubegauge::server {

using apiservice::Response;

nlohmann::ordered_json VersionJson() {
  return {{"major", "1"},
          {"minor", "36"},
          {"gitVersion", "v1.36.0+kubegauge-" KUBEGAUGE_VERSION},
          {"gitCommit", ""},
          {"gitTreeState", ""},
          {"buildDate", "1970-01-01T00:00:00Z"},
          {"goVersion", ""},
          {"compiler", "gcc"},
          {"platform", "linux/amd64"}};
}

Response VersionHandler::Handle(const apiservice::AdmittedRequest& admitted) {
  if (admitted.request.method != "GET") {
    return ErrorResponse(apiservice::MethodNotAllowed(), admitted.request);
  }
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}},
          .body = apiservice::IndentJson(VersionJson().dump()),
          .stream = nullptr};
}

}  // namespace kubegauge::server
