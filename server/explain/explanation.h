#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/sleeper.h"
#include "server/explain/options.h"

namespace kubegauge::server {

// Asks the autoscaler, through the API server that aggregates it, why the HPA of `options` did or
// did not scale: the text to print. The HPA's namespace and name stand apart (SplitName). Tries
// again while it meets autoscalers that do not lead. An error tells an operator what to do.
boost::asio::awaitable<absl::StatusOr<std::string>> FetchExplanation(kube::ApiClient& client,
                                                                     kube::Sleeper& sleeper,
                                                                     const ExplainOptions& options);

}  // namespace kubegauge::server
