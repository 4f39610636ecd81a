#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace kubegauge::kube {

// What is known of a transfer that failed.
struct CurlFailure {
  CURLcode code = CURLE_OK;
  std::string_view detail;  // libcurl's error buffer, may be empty
  long os_error = 0;        // errno of the connection, 0 for none
  std::string request;      // "GET https://10.0.0.1:6443/api"
  bool uses_proxy = false;
};

// The error in words that help an operator: which server, what failed, what to check. Its code says
// what may be done about it:
//   kUnavailable         no connection came about, or the server does not speak as it should
//   kAborted             the connection broke before the response was whole
//   kDeadlineExceeded    it took too long
//   kFailedPrecondition  a certificate, a key or a setting is wrong: trying again will not help
//   kResourceExhausted   libcurl found no memory
absl::Status CurlFailureStatus(const CurlFailure& failure);

}  // namespace kubegauge::kube
