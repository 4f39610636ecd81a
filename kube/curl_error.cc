#include "kube/curl_error.h"

#include <fmt/format.h>

#include <cstring>
#include <string_view>
#include <utility>

namespace kubegauge::kube {
namespace {

struct Explanation {
  absl::StatusCode status;
  std::string_view what;
  std::string_view check = {};  // may be empty
};

using Code = absl::StatusCode;

constexpr Explanation kBrokenConnection = {Code::kAborted, "the connection broke"};
constexpr Explanation kNotHttp = {Code::kUnavailable, "the answer was not HTTP",
                                  "check that the port is the API server's and speaks https"};

constexpr std::pair<CURLcode, Explanation> kExplanations[] = {
    {CURLE_COULDNT_RESOLVE_HOST,
     {Code::kUnavailable, "its name could not be resolved", "check the server's address and DNS"}},
    {CURLE_COULDNT_RESOLVE_PROXY,
     {Code::kUnavailable, "the proxy's name could not be resolved",
      "check proxy-url or $HTTPS_PROXY"}},
    {CURLE_PROXY, {Code::kUnavailable, "the proxy refused", "check proxy-url or $HTTPS_PROXY"}},
    {CURLE_COULDNT_CONNECT,
     {Code::kUnavailable, "could not connect",
      "check that the server runs and that no firewall or NetworkPolicy is in the way"}},
    {CURLE_OPERATION_TIMEDOUT,
     {Code::kDeadlineExceeded, "timed out",
      "check that no firewall or NetworkPolicy is in the way"}},
    {CURLE_PEER_FAILED_VERIFICATION,
     {Code::kFailedPrecondition, "its certificate was not accepted",
      "check certificate-authority and, if the server has another name, tls-server-name"}},
    {CURLE_SSL_CACERT_BADFILE,
     {Code::kFailedPrecondition, "the certificate authority could not be read",
      "certificate-authority must be PEM certificates"}},
    {CURLE_SSL_CERTPROBLEM,
     {Code::kFailedPrecondition, "the client certificate or its key is not usable",
      "both must be PEM and belong together"}},
    {CURLE_SSL_CONNECT_ERROR,
     {Code::kUnavailable, "the TLS handshake failed",
      "check that it is an HTTPS port, and that the server takes the client certificate"}},
    {CURLE_SEND_ERROR, kBrokenConnection},
    {CURLE_RECV_ERROR, kBrokenConnection},
    {CURLE_GOT_NOTHING, kBrokenConnection},
    {CURLE_HTTP2, kBrokenConnection},
    {CURLE_HTTP2_STREAM, kBrokenConnection},
    {CURLE_PARTIAL_FILE, {Code::kAborted, "the connection broke amid the response"}},
    {CURLE_UNSUPPORTED_PROTOCOL, kNotHttp},
    {CURLE_WEIRD_SERVER_REPLY, kNotHttp},
    {CURLE_OUT_OF_MEMORY, {Code::kResourceExhausted, "no memory"}},
};

Explanation Explain(CURLcode code) {
  for (const auto& [known, explanation] : kExplanations) {
    if (known == code) return explanation;
  }
  return {Code::kUnavailable, "the exchange failed"};
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
  return absl::Status(explanation.status, text);
}

}  // namespace kubegauge::kube
