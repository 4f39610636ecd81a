#include "server/version_handler.h"

#include "apiservice/json_text.h"
#include "apiservice/negotiation.h"
#include "apiservice/status.h"

namespace kubegauge::server {

using apiservice::Response;

namespace {

constexpr char kJson[] = "application/json";

// As Go names it.
#if defined(__aarch64__)
constexpr char kPlatform[] = "linux/arm64";
#elif defined(__x86_64__)
constexpr char kPlatform[] = "linux/amd64";
#else
#error "name the platform as Go does"
#endif

}  // namespace

nlohmann::ordered_json VersionJson() {
  return {{"major", "1"},
          {"minor", "36"},
          {"emulationMajor", "1"},
          {"emulationMinor", "36"},
          {"minCompatibilityMajor", "1"},
          {"minCompatibilityMinor", "35"},
          {"gitVersion", "v1.36.0+kubegauge-" KUBEGAUGE_VERSION},
          {"gitCommit", ""},
          {"gitTreeState", ""},
          {"buildDate", "1970-01-01T00:00:00Z"},
          {"goVersion", ""},
          {"compiler", "gcc"},
          {"platform", kPlatform}};
}

Response VersionHandler::Handle(const apiservice::AdmittedRequest& admitted) {
  const apiservice::Request& request = admitted.request;
  if (apiservice::PathSegments(admitted.info.path).size() > 1) {
    return ErrorResponse(apiservice::NoSuchPath(), request);
  }
  if (request.method != "GET") return ErrorResponse(apiservice::MethodNotAllowed(), request);
  if (!apiservice::RouterConsumes(request.headers.Find("Content-Type"), kJson)) {
    return ErrorResponse(apiservice::UnsupportedMediaType(), request);
  }
  if (!apiservice::RouterAccepts(request.headers.Find("Accept"), kJson)) {
    return ErrorResponse(apiservice::RouterNotAcceptable(kJson), request);
  }
  return {.status = 200,
          .headers = {{"Content-Type", kJson}},
          .body = apiservice::IndentJson(VersionJson().dump()),
          .stream = nullptr};
}

}  // namespace kubegauge::server
