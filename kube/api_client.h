#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// A request to the Kubernetes API server. Address, credentials and User-Agent are the client's.
struct ApiRequest {
  std::string method = "GET";
  std::string target;  // path and query, percent-encoded: "/api/v1/nodes?limit=500"
  std::string accept = "application/json";
  std::string content_type;  // of `body`; empty without one
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // others, such as If-None-Match
  // For the whole exchange; of a stream, until its head has come.
  std::chrono::milliseconds timeout = std::chrono::seconds(32);
};

struct ApiResponseHead {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case

  // The first value of `name` (in lower case), "" when absent.
  std::string_view Find(std::string_view name) const;
};

struct ApiResponse {
  ApiResponseHead head;
  std::string body;
};

// A response whose body is read while it comes: a watch. Destroying it ends the exchange.
class ApiStream {
 public:
  virtual ~ApiStream() = default;
  virtual const ApiResponseHead& head() const = 0;
  // The bytes that have come since the last call, at least one; empty at the end of the body. An
  // error when the connection broke, or when nothing came for `patience`.
  virtual boost::asio::awaitable<absl::StatusOr<std::string>> Read(
      std::chrono::milliseconds patience) = 0;
};

// The Kubernetes API server, as its clients talk to it. Any HTTP status is a response; an error
// says that there was no whole response, and why, in words that help an operator. Thread-safe.
// Cancelling the coroutine ends the exchange.
class ApiClient {
 public:
  virtual ~ApiClient() = default;
  virtual boost::asio::awaitable<absl::StatusOr<ApiResponse>> Send(ApiRequest request) = 0;
  virtual boost::asio::awaitable<absl::StatusOr<std::unique_ptr<ApiStream>>> Open(
      ApiRequest request) = 0;
};

}  // namespace kubegauge::kube
