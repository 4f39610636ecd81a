#pragma once

#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/http.h"

namespace kubegauge::apiservice {

// Which web pages of other origins may read answers (wire.md A.1; off unless origins are named).
class CorsPolicy {
 public:
  CorsPolicy() = default;
  // `allowed_origins` are regular expressions, found anywhere in an origin.
  static absl::StatusOr<CorsPolicy> Create(const std::vector<std::string>& allowed_origins);

  // Whether the request comes from a page of an allowed origin.
  bool Allows(const Request& request) const;
  // What tells the browser so. Only for requests that Allows.
  static void AddHeaders(const Request& request, Response& response);

 private:
  std::vector<std::regex> allowed_origins_;
};

}  // namespace kubegauge::apiservice
