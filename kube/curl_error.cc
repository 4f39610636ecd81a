#include "kube/curl_error.h"

#include <fmt/format.h>

#include <cstring>

namespace kubegauge::kube {
namespace {

struct Explanation {
  absl::StatusCode code;
  std::string_view what;
  std::string_view check;  // may be empty
};

Explanation Explain(CURLcode code) {
  using Code = absl::StatusCode;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Code::kUnavailable, "its name could not be resolved",
              "check the server's address and DNS"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Code::kUnavailable, "the proxy's name could not be resolved",
              "check proxy-url or $HTTPS_PROXY"};
    case CURLE_PROXY:
      return {Code::kUnavailable, "the proxy refused", "check proxy-url or $HTTPS_PROXY"};
    case CURLE_COULDNT_CONNECT:
      return {Code::kUnavailable, "could not connect",
              "check that the server runs and that no firewall or NetworkPolicy is in the way"};
    case CURLE_OPERATION_TIMEDOUT:
      return {Code::kDeadlineExceeded, "timed out",
              "check that no firewall or NetworkPolicy is in the way"};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Code::kFailedPrecondition, "its certificate was not accepted",
              "check certificate-authority and, if the server has another name, tls-server-name"};
    case CURLE_SSL_CACERT_BADFILE:
      return {Code::kFailedPrecondition, "the certificate authority could not be read",
              "certificate-authority must be PEM certificates"};
    case CURLE_SSL_CERTPROBLEM:
      return {Code::kFailedPrecondition, "the client certificate or its key is not usable",
              "both must be PEM and belong together"};
    case CURLE_SSL_CONNECT_ERROR:
      return {Code::kUnavailable, "the TLS handshake failed",
              "check that it is an HTTPS port, and that the server takes the client certificate"};
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return {Code::kAborted, "the connection broke", ""};
    case CURLE_PARTIAL_FILE:
      return {Code::kAborted, "the connection broke amid the response", ""};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return {Code::kUnavailable, "the answer was not HTTP",
              "check that the port is the API server's and speaks https"};
    case CURLE_OUT_OF_MEMORY:
      return {Code::kResourceExhausted, "no memory", ""};
    default:
      return {Code::kUnavailable, "the exchange failed", ""};
  }
}

}  // namespace

absl::Status CurlFailureStatus(const CurlFailure& failure) {
  const Explanation explanation = Explain(failure.code);
  std::string text = fmt::format("{}{}: {}", failure.request,
                                 failure.uses_proxy ? " (through a proxy)" : "", explanation.what);
  const std::string_view detail =
      failure.detail.empty() ? std::string_view(curl_easy_strerror(failure.code)) : failure.detail;
  text += fmt::format(" ({}", detail);
  if (failure.os_error != 0) {
    text += fmt::format(": {}", std::strerror(static_cast<int>(failure.os_error)));
  }
  text += ")";
  if (!explanation.check.empty()) text += fmt::format("; {}", explanation.check);
  return absl::Status(explanation.code, text);
}

}  // namespace kubegauge::kube
