#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/client_config.h"

namespace kubegauge::kube {

// What credential plugins are asked and what they answer (client.authentication.k8s.io v1 and
// v1beta1).

// The value of $KUBERNETES_EXEC_INFO: an ExecCredential of the configured version, with the cluster
// when the configuration asks for it. `authority` is the PEM text of the server's authority.
std::string ExecInfoJson(const ClientConfig& config, std::string_view authority);

// Secrets: not to be logged.
struct ExecCredential {
  std::string token;
  std::string client_certificate;  // PEM, with client_key or not at all
  std::string client_key;
  std::optional<int64_t> expiration_ns;  // since the epoch
};

// Reads what a plugin printed. InvalidArgument that says what is wrong, never quoting the output.
absl::StatusOr<ExecCredential> ParseExecCredential(std::string_view output,
                                                   std::string_view api_version);

}  // namespace kubegauge::kube
