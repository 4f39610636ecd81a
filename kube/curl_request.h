#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
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

// A libcurl handle set up for a request, but for its callbacks, and the header list that it refers
// to. It refers to the request's body and to the credentials too, which must outlive it.
struct CurlRequest {
  CurlListPtr headers;
  CurlListPtr connect_to;
  CurlEasyPtr easy;  // destroyed first
};

// Sets up `easy`, which has no options yet. An error for a target or a field that cannot be sent,
// or when libcurl lacks something.
absl::StatusOr<CurlRequest> MakeCurlRequest(const CurlEndpoint& endpoint, const ApiRequest& request,
                                            const Credentials& credentials, HttpVersion version,
                                            CurlEasyPtr easy);

}  // namespace kubegauge::kube
