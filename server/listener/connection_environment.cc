#include "server/listener/connection_environment.h"

#include <string>

namespace kubegauge::server {

std::optional<apiservice::Response> AnswerAtOnce(const apiservice::Request& request,
                                                 const ConnectionEnvironment& environment) {
  try {
    return environment.service.ServeAtOnce(request);
  } catch (const std::exception& error) {
    return AnswerAfter(error, environment);
  }
}

apiservice::Response AnswerAfter(const std::exception& error,
                                 const ConnectionEnvironment& environment) {
  environment.log.Write(spdlog::level::err, "The service threw an exception", error.what());
  return {.status = 500,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"}},
          .body = "This request caused apiserver to panic. Look in the logs for details.\n",
          .stream = nullptr};
}

}  // namespace kubegauge::server
