#include "server/cluster/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "kube/go_duration.h"
#include "kube/label_selector.h"
#include "server/autoscaler/options.h"

namespace kubegauge::server {
namespace {

using absl::InvalidArgumentError;

absl::Status ValidateKubelet(const KubeletFlags& kubelet) {
  if (!kubelet.certificate_authority.empty() && kubelet.insecure_tls) {
    return InvalidArgumentError(
        "cannot use both --kubelet-certificate-authority and --kubelet-insecure-tls");
  }
  if (kubelet.client_key.empty() != kubelet.client_certificate.empty()) {
    return InvalidArgumentError("need both --kubelet-client-key and --kubelet-client-certificate");
  }
  const struct {
    bool used;
    std::string_view flag;
  } excluded[] = {{!kubelet.client_key.empty(), "--kubelet-client-key"},
                  {!kubelet.client_certificate.empty(), "--kubelet-client-certificate"},
                  {kubelet.insecure_tls, "--kubelet-insecure-tls"},
                  {!kubelet.certificate_authority.empty(), "--kubelet-certificate-authority"}};
  for (const auto& [used, flag] : excluded) {
    if (kubelet.completely_insecure && used) {
      return InvalidArgumentError(
          fmt::format("cannot use both {} and --deprecated-kubelet-completely-insecure", flag));
    }
  }
  if (kubelet.request_timeout_ns <= 0) {
    return InvalidArgumentError("kubelet-request-timeout should be positive");
  }
  return absl::OkStatus();
}

absl::Status ValidateResolution(const ServerOptions& options) {
  const int64_t resolution_ns = options.metric_resolution_ns;
  if (resolution_ns < 10 * kSecondNs) {
    return InvalidArgumentError(fmt::format(
        "metric-resolution should be a time duration at least 10s, but value {} provided",
        kube::FormatGoDuration(resolution_ns)));
  }
  // Upstream multiplies first, but only a resolution of 32 years would overflow.
  if (resolution_ns / 10 * 9 + resolution_ns % 10 * 9 / 10 < options.kubelet.request_timeout_ns) {
    return InvalidArgumentError(fmt::format(
        "metric-resolution should be larger than kubelet-request-timeout, but metric-resolution "
        "value {} kubelet-request-timeout value {} provided",
        kube::FormatGoDuration(resolution_ns),
        kube::FormatGoDuration(options.kubelet.request_timeout_ns)));
  }
  return absl::OkStatus();
}

absl::Status ValidateRequests(const RequestFlags& requests) {
  const struct {
    bool broken;
    std::string_view text;
  } rules[] = {
      {requests.max_requests_inflight < 0, "--max-requests-inflight can not be negative value"},
      {requests.max_mutating_requests_inflight < 0,
       "--max-mutating-requests-inflight can not be negative value"},
      {requests.request_timeout_ns < 0, "--request-timeout can not be negative value"},
      {requests.goaway_chance < 0 || requests.goaway_chance > 0.02,
       "--goaway-chance can not be less than 0 or greater than 0.02"},
      {requests.min_request_timeout_s < 0, "--min-request-timeout can not be negative value"},
      {requests.livez_grace_period_ns < 0, "--livez-grace-period can not be a negative value"},
      {requests.shutdown_delay_ns < 0, "--shutdown-delay-duration can not be negative value"},
  };
  for (const auto& [broken, text] : rules) {
    if (broken) return InvalidArgumentError(std::string(text));
  }
  return absl::OkStatus();
}

absl::Status ValidateOwn(const ServerOptions& options) {
  static constexpr std::string_view kSources[] = {"auto", "resource", "summary", "cadvisor"};
  if (std::ranges::find(kSources, options.kubelet.source) == std::end(kSources)) {
    return InvalidArgumentError(
        fmt::format("--kubelet-source must be auto, resource, summary or cadvisor, but is \"{}\"",
                    options.kubelet.source));
  }
  const auto selector = kube::LabelSelector::Parse(options.kubelet.node_selector);
  if (!selector.ok()) return selector.status();
  if (absl::Status status = ValidateServing(options.serving); !status.ok()) return status;
  if (options.registration.register_apiservice && !options.serving.tls_cert_file.empty()) {
    return InvalidArgumentError("cannot use both --register-apiservice and --tls-cert-file");
  }
  if (options.registration.take_over && !options.registration.register_apiservice) {
    return InvalidArgumentError("--take-over-apiservice needs --register-apiservice");
  }
  return absl::OkStatus();
}

}  // namespace

AccessFlags AccessFlags::ByDefault(const std::string& kubeconfig) const {
  AccessFlags flags = *this;
  if (flags.authentication_kubeconfig.empty()) flags.authentication_kubeconfig = kubeconfig;
  if (flags.authorization_kubeconfig.empty()) flags.authorization_kubeconfig = kubeconfig;
  return flags;
}

absl::Status ValidateServing(const ServingFlags& serving) {
  if (serving.tls_cert_file.empty() != serving.tls_private_key_file.empty()) {
    return InvalidArgumentError("need both --tls-cert-file and --tls-private-key-file");
  }
  return absl::OkStatus();
}

absl::Status Validate(const ServerOptions& options) {
  absl::Status status = ValidateKubelet(options.kubelet);
  if (status.ok()) status = ValidateResolution(options);
  if (status.ok()) status = ValidateRequests(options.requests);
  if (status.ok()) status = ValidateOwn(options);
  if (status.ok()) status = ValidateController(options.autoscaler);
  return status;
}

}  // namespace kubegauge::server
