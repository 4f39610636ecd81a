#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>

#include "absl/status/status.h"
#include "apiservice/authentication_config.h"
#include "kube/api_client.h"

namespace kubegauge::apiservice {

// Reads ConfigMap kube-system/extension-apiserver-authentication once, at the start, into `config`,
// where its sources want it (wire.md B.2). That there is none is no error. Any other failure is one
// with upstream's text, by which the start is to be given up, but only logged with
// `tolerate_failure` or when no more than the client CA is wanted. kUnavailable, kAborted and
// kDeadlineExceeded may pass by themselves. Changes are for a watch to tell.
boost::asio::awaitable<absl::Status> LookUpAuthenticationConfig(kube::ApiClient& client,
                                                                AuthenticationConfig& config,
                                                                bool tolerate_failure,
                                                                spdlog::logger& log);

}  // namespace kubegauge::apiservice
