#include "server/standalone/kubeconfig.h"

#include <fmt/format.h>

#include "absl/strings/escaping.h"
#include "server/host_port.h"

namespace kubegauge::server {

std::string KubeconfigText(const KubeconfigFields& fields) {
  return fmt::format(
      R"(apiVersion: v1
kind: Config
current-context: kubegauge
clusters:
- name: kubegauge
  cluster:
    server: {}
    certificate-authority-data: {}
contexts:
- name: kubegauge
  context:
    cluster: kubegauge
    user: kubegauge-admin
- name: kubegauge-token
  context:
    cluster: kubegauge
    user: kubegauge-token
users:
- name: kubegauge-admin
  user:
    client-certificate-data: {}
    client-key-data: {}
- name: kubegauge-token
  user:
    token: "{}"
)",
      fields.server_url, absl::Base64Escape(fields.ca_certificate),
      absl::Base64Escape(fields.client_certificate), absl::Base64Escape(fields.client_key),
      fields.token);
}

std::string LocalUrl(std::string_view bind_ip, uint16_t port) {
  if (bind_ip == "0.0.0.0") bind_ip = "127.0.0.1";
  if (bind_ip == "::") bind_ip = "::1";
  return fmt::format("https://{}", HostPort(bind_ip, port));
}

}  // namespace kubegauge::server
