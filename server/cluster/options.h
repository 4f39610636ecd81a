#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/autoscaler/autoscaler_flags.h"
#include "server/listener/sni_certificates.h"
#include "server/logging.h"

namespace kubegauge::server {

inline constexpr int64_t kSecondNs = 1'000'000'000;

// How kubelets are found and asked (wire.md C.2).
struct KubeletFlags {
  uint16_t port = 10250;
  bool use_node_status_port = false;
  std::vector<std::string> preferred_address_types = {"Hostname", "InternalDNS", "InternalIP",
                                                      "ExternalDNS", "ExternalIP"};
  std::string certificate_authority;
  std::string client_certificate;
  std::string client_key;
  std::string service_account;  // "NAMESPACE/NAME"; "": what the API server is shown
  bool insecure_tls = false;
  bool completely_insecure = false;
  int64_t request_timeout_ns = 10 * kSecondNs;
  std::string node_selector;
  std::string source = "auto";  // auto, resource, summary, cadvisor
};

// The HTTPS listener and what it shows (wire.md A.1).
struct ServingFlags {
  std::string bind_address = "0.0.0.0";
  uint16_t secure_port = 443;
  std::string cert_dir = "apiserver.local.config/certificates";
  std::string tls_cert_file;
  std::string tls_private_key_file;
  std::vector<std::string> tls_cipher_suites;
  std::vector<int32_t> tls_curve_preferences;
  std::string tls_min_version;
  std::vector<SniFiles> tls_sni_cert_keys;
  bool permit_port_sharing = false;
  bool disable_http2_serving = false;
  int64_t http2_max_streams_per_connection = 0;
};

// Who may ask (wire.md B.7).
struct AccessFlags {
  std::string authentication_kubeconfig;
  std::string authorization_kubeconfig;
  bool skip_lookup = false;
  bool tolerate_lookup_failure = false;
  int64_t token_cache_ttl_ns = 10 * kSecondNs;
  int64_t authorized_cache_ttl_ns = 10 * kSecondNs;
  int64_t unauthorized_cache_ttl_ns = 10 * kSecondNs;
  std::string client_ca_file;
  std::string requestheader_client_ca_file;
  std::vector<std::string> requestheader_allowed_names;
  std::vector<std::string> requestheader_extra_headers_prefixes = {"x-remote-extra-"};
  std::vector<std::string> requestheader_group_headers = {"x-remote-group"};
  std::vector<std::string> requestheader_uid_headers;
  std::vector<std::string> requestheader_username_headers = {"x-remote-user"};
  std::vector<std::string> always_allow_paths = {"/healthz", "/readyz", "/livez"};

  // The same, with this kubeconfig where none is named.
  AccessFlags ByDefault(const std::string& kubeconfig) const;
};

// How requests are served (wire.md F, "generic").
struct RequestFlags {
  std::string advertise_address;
  std::string external_hostname;
  std::vector<std::string> cors_allowed_origins;
  std::vector<std::string> strict_transport_security;
  int64_t max_requests_inflight = 400;
  int64_t max_mutating_requests_inflight = 200;
  int64_t min_request_timeout_s = 1800;
  int64_t request_timeout_ns = 60 * kSecondNs;
  int64_t shutdown_delay_ns = 0;
  int64_t livez_grace_period_ns = 0;
  int64_t shutdown_watch_grace_ns = 0;                         // checked only
  int64_t storage_initialization_timeout_ns = 60 * kSecondNs;  // likewise
  double goaway_chance = 0;
};

// Self-made certificates and APIServices.
struct RegistrationFlags {
  bool register_apiservice = false;
  bool take_over = false;
  std::string service_namespace = "kube-system";
  std::string service_name = "kubegauge";
  uint16_t service_port = 443;
  std::string secret_name = "kubegauge-serving";
};

// What `kubegauge server` was asked to do.
struct ServerOptions {
  std::string kubeconfig;
  int64_t metric_resolution_ns = 60 * kSecondNs;
  KubeletFlags kubelet;
  ServingFlags serving;
  AccessFlags access;
  RequestFlags requests;
  RegistrationFlags registration;
  bool runs_autoscaler = false;
  AutoscalerFlags autoscaler;
  LogOptions log;
  LogStreamOptions log_streams;
};

// The first rule that the options break, in upstream's words; they are the whole line that the
// operator sees.
absl::Status Validate(const ServerOptions& options);
absl::Status ValidateServing(const ServingFlags& serving);
absl::Status ValidateLog(const LogOptions& log, const LogStreamOptions& streams = {});

}  // namespace kubegauge::server
