#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "autoscaler/observation.h"
#include "kube/api_client.h"
#include "kube/api_error.h"

namespace kubegauge::autoscaler {

// The answer to a GET, a successful one, or an error with the text that client-go's would have.
// What `requested` views must live until the coroutine ends.
boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> Get(kube::ApiClient& client,
                                                              std::string target,
                                                              std::string accept,
                                                              std::chrono::milliseconds timeout,
                                                              kube::RequestedResource requested);

// The body of the answer in JSON.
boost::asio::awaitable<absl::StatusOr<std::string>> GetJson(kube::ApiClient& client,
                                                            std::string target,
                                                            std::chrono::milliseconds timeout,
                                                            kube::RequestedResource requested);

inline FetchError FetchErrorOf(const absl::Status& status) {
  return {std::string(status.message())};
}

}  // namespace kubegauge::autoscaler
