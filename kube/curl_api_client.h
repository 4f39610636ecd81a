#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/client_config.h"
#include "kube/credentials.h"

namespace kubegauge::kube {

// `kubegauge/0.1.0 (linux/amd64) kubernetes/<commit>`, as client-go names its programs.
std::string KubernetesUserAgent(std::string_view program, std::string_view version,
                                std::string_view commit);

struct CurlApiClientOptions {
  std::string user_agent;
  // Of a Send: the metrics of some 100,000 pods. Whoever registers an API decides what it answers,
  // and many answers are held at once.
  size_t max_body_bytes = size_t{32} << 20;
  // What of an Open is held until it is read; beyond it the server has to wait.
  size_t stream_buffer_bytes = size_t{256} << 10;
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
};

// An API server reached by libcurl on an Asio executor that any number of threads may run. Sends
// share an HTTP/2 connection where the server offers it; each Open has an HTTP/1.1 connection of
// its own, so that a slow reader holds up only itself. TLS 1.2 and up. When a Send is not answered
// in time and nothing else comes on that connection either, later ones have a new connection.
//
// A request that is answered with 401 is repeated once if there are newer credentials by then.
// Error codes: those of curl_error.h; kResourceExhausted for what is too large; kCancelled when the
// coroutine was cancelled or the client destroyed; and whatever `credentials` gives.
//
// May be destroyed while requests go on, which then fail; streams may outlive it.
class CurlApiClient final : public ApiClient {
 public:
  // Of `config` only the way to the server is used, `credentials` being what it proves itself with.
  // Keeps a reference to `credentials`.
  static absl::StatusOr<std::unique_ptr<CurlApiClient>> Create(
      boost::asio::any_io_executor executor, const ClientConfig& config,
      CredentialSource& credentials, const CurlApiClientOptions& options);
  ~CurlApiClient() override;

  boost::asio::awaitable<absl::StatusOr<ApiResponse>> Send(ApiRequest request) override;
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<ApiStream>>> Open(
      ApiRequest request) override;

 private:
  struct Core;

  explicit CurlApiClient(std::shared_ptr<const Core> core);

  const std::shared_ptr<const Core> core_;
};

}  // namespace kubegauge::kube
