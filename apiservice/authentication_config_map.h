#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "apiservice/request_header_authenticator.h"

namespace kubegauge::apiservice {

// The ConfigMap by which a cluster tells aggregated API servers whom to trust (wire.md B.2).
inline constexpr const char* kAuthenticationConfigMapNamespace = "kube-system";
inline constexpr const char* kAuthenticationConfigMapName = "extension-apiserver-authentication";

// What it says.
struct AuthenticationConfigMap {
  std::string client_ca;          // PEM bundle; "": not told
  std::string request_header_ca;  // PEM bundle; "": not told
  // A value that is no list of texts in JSON is InvalidArgument, which names its key: then none of
  // the rules is to be taken (upstream's all or nothing).
  absl::StatusOr<RequestHeaderRules> rules;
};

AuthenticationConfigMap ReadAuthenticationConfigMap(const std::map<std::string, std::string>& data);

}  // namespace kubegauge::apiservice
