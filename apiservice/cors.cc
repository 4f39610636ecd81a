#include "apiservice/cors.h"

#include <fmt/format.h>

#include <algorithm>

namespace kubegauge::apiservice {
namespace {

// Beyond what a browser sends; std::regex recurses with its input.
constexpr size_t kMaxOriginBytes = 1024;

}  // namespace

absl::StatusOr<CorsPolicy> CorsPolicy::Create(const std::vector<std::string>& allowed_origins) {
  CorsPolicy policy;
  for (const std::string& origin : allowed_origins) {
    try {
      policy.allowed_origins_.emplace_back(origin);
    } catch (const std::regex_error& error) {
      return absl::InvalidArgumentError(
          fmt::format("error parsing regexp: {}: `{}`", error.what(), origin));
    }
  }
  return policy;
}

bool CorsPolicy::Allows(const Request& request) const {
  if (allowed_origins_.empty()) return false;
  const std::string origin(request.headers.Find("Origin"));
  if (origin.empty() || origin.size() > kMaxOriginBytes) return false;
  return std::any_of(allowed_origins_.begin(), allowed_origins_.end(),
                     [&](const std::regex& allowed) { return std::regex_search(origin, allowed); });
}

void CorsPolicy::AddHeaders(const Request& request, Response& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", request.headers.Find("Origin"));
  response.headers.emplace_back("Access-Control-Allow-Methods",
                                "POST, GET, OPTIONS, PUT, DELETE, PATCH");
  response.headers.emplace_back(
      "Access-Control-Allow-Headers",
      "Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, "
      "X-Requested-With, If-Modified-Since");
  response.headers.emplace_back("Access-Control-Expose-Headers", "Date");
  response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
}

}  // namespace kubegauge::apiservice
