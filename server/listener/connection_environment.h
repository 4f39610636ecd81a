#pragma once

#include <exception>
#include <optional>

#include "apiservice/byte_budget.h"
#include "apiservice/http.h"
#include "apiservice/rate_limited_log.h"
#include "kube/clock.h"
#include "server/listener/listener_limits.h"

namespace kubegauge::server {

// What all connections of a listener share.
struct ConnectionEnvironment {
  apiservice::HttpService& service;
  const ListenerLimits& limits;
  const kube::Clock& clock;
  apiservice::RateLimitedLog& log;
  apiservice::ByteBudget& request_memory;
};

// The answer to `request`; nothing where it has to be waited for.
std::optional<apiservice::Response> AnswerAtOnce(const apiservice::Request& request,
                                                 const ConnectionEnvironment& environment);

// The answer to a request whose service threw `error`, which is logged.
apiservice::Response AnswerAfter(const std::exception& error,
                                 const ConnectionEnvironment& environment);

}  // namespace kubegauge::server
