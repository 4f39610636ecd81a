#include "server/standalone/masters_authorizer.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace kubegauge::server {
namespace {

constexpr std::array<std::string_view, 3> kAlwaysAllowedPaths = {"/healthz", "/livez", "/readyz"};

bool IsAlwaysAllowed(const apiservice::RequestInfo& info) {
  return !info.is_resource_request &&
         std::find(kAlwaysAllowedPaths.begin(), kAlwaysAllowedPaths.end(), info.path) !=
             kAlwaysAllowedPaths.end();
}

}  // namespace

apiservice::Authorization MastersAuthorizer::AuthorizeLocally(const apiservice::UserInfo& user,
                                                              const apiservice::RequestInfo& info) {
  return apiservice::AuthorizationDecision{
      .allowed = user.InGroup(apiservice::kMastersGroup) || IsAlwaysAllowed(info), .reason = ""};
}

}  // namespace kubegauge::server
