#pragma once

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "kube/api_client.h"
#include "kube/client_config.h"
#include "kube/credentials.h"
#include "kube/curl_handle.h"

namespace kubegauge::kube {

// How one server is reached: what of a ClientConfig and of the options is the same for each
// request.
struct CurlEndpoint {
  UrlAddress server;
  std::string tls_server_name;
  bool insecure_skip_tls_verify = false;
  std::string proxy_url;
  std::vector<std::pair<std::string, std::string>> headers;  // of each request
  std::string user_agent;
  std::chrono::milliseconds connect_timeout{};

  // `https://10.0.0.1:6443`, for messages.
  std::string Origin() const;
};

enum class HttpVersion {
  kBest,  // HTTP/2 where the server offers it: requests share a connection
  kHttp1,
};

// Sets `handle` up for a request, but for its callbacks. Where it is set up already, that must be
// for the same endpoint and version. It refers to the request's body, which must outlive it. An
// error for a target or a field that cannot be sent, or when libcurl lacks something.
absl::Status SetUpRequest(const CurlEndpoint& endpoint, const ApiRequest& request,
                          const CredentialsPtr& credentials, HttpVersion version,
                          CurlHandle& handle);

}  // namespace kubegauge::kube
