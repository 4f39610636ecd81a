#include "server/version_handler.h"

#include <fmt/format.h>

#include <string>

#include "apiservice/json_text.h"
#include "apiservice/negotiation.h"
#include "apiservice/status.h"
#include "kube/kubernetes_version.h"

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
  const std::string minor = std::to_string(kube::kKubernetesMinor);
  return {{"major", "1"},
          {"minor", minor},
          {"emulationMajor", "1"},
          {"emulationMinor", minor},
          {"minCompatibilityMajor", "1"},
          {"minCompatibilityMinor", std::to_string(kube::kKubernetesMinor - 1)},
          {"gitVersion", fmt::format("v1.{}.0+kubegauge-{}", minor, KUBEGAUGE_VERSION)},
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
