#include "server/cluster/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "apiservice/cors.h"
#include "kube/go_duration.h"
#include "kube/go_quote.h"
#include "kube/label_selector.h"
#include "server/autoscaler/options.h"
#include "server/cluster/account_token.h"

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
  if (!kubelet.service_account.empty()) {
    if (!kubelet.client_certificate.empty()) {
      return InvalidArgumentError(
          "cannot use both --kubelet-client-certificate and --kubelet-service-account");
    }
    const absl::Status account = ParseServiceAccountName(kubelet.service_account).status();
    if (!account.ok()) {
      return InvalidArgumentError(
          fmt::format("--kubelet-service-account {}", std::string(account.message())));
    }
  }
  const struct {
    bool used;
    std::string_view flag;
  } excluded[] = {{!kubelet.client_key.empty(), "--kubelet-client-key"},
                  {!kubelet.client_certificate.empty(), "--kubelet-client-certificate"},
                  {!kubelet.service_account.empty(), "--kubelet-service-account"},
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

// What upstream shows of its help behind a bad origin.
constexpr std::string_view kCorsHelp =
    "List of allowed origins for CORS, comma separated. An allowed origin can be a regular "
    "expression to support subdomain matching. If this list is empty CORS will not be enabled. "
    "Please ensure each expression matches the entire hostname by anchoring to the start with '^' "
    "or including the '//' prefix, and by anchoring to the end with '$' or including the ':' port "
    "separator suffix. Examples of valid expressions are '//example\\.com(:|$)' and "
    "'^https://example\\.com(:|$)'";

std::string FaultOfHstsDirective(const std::string& directive) {
  if (directive.find_first_not_of(" \t\r\n\v\f") == std::string::npos) {
    return "empty value in strict-transport-security-directives";
  }
  const bool is_max_age =
      directive.starts_with("max-age=") && std::ranges::count(directive, '=') == 1;
  if (is_max_age || directive == "includeSubDomains" || directive == "preload") return "";
  return "--strict-transport-security-directives invalid, allowed values: max-age=expireTime, "
         "includeSubDomains, preload. see https://tools.ietf.org/html/rfc6797#section-6.1 for more "
         "information";
}

// An origin that is not held at both ends lets strangers in whose names contain it.
std::string FaultOfOrigin(const std::string& origin) {
  if (origin.empty()) {
    return fmt::format("empty value in --cors-allowed-origins, help: {}", kCorsHelp);
  }
  const auto fault = [](std::string_view text) {
    return fmt::format("--cors-allowed-origins has an invalid regular expression: {}, help: {}",
                       text, kCorsHelp);
  };
  if (const auto policy = apiservice::CorsPolicy::Create({origin}); !policy.ok()) {
    return fault(std::string(policy.status().message()));
  }
  const auto has = [&](std::string_view mark) { return origin.find(mark) != std::string::npos; };
  if ((has("^") || has("//")) && (has("$") || has(":"))) return "";
  return fault("regular expression does not pin to start/end of host in the origin header");
}

// As Kubernetes aggregates errors.
absl::Status Aggregate(const std::vector<std::string>& faults) {
  if (faults.empty()) return absl::OkStatus();
  if (faults.size() == 1) return InvalidArgumentError(faults.front());
  return InvalidArgumentError(fmt::format("[{}]", fmt::join(faults, ", ")));
}

// The faults of all values, each once.
template <class FaultOf>
absl::Status CheckEach(const std::vector<std::string>& values, FaultOf fault_of) {
  std::vector<std::string> faults;
  for (const std::string& value : values) {
    std::string fault = fault_of(value);
    const bool is_known = std::ranges::find(faults, fault) != faults.end();
    if (!fault.empty() && !is_known) faults.push_back(std::move(fault));
  }
  return Aggregate(faults);
}

absl::Status ValidateRequests(const RequestFlags& requests) {
  const struct {
    bool broken;
    std::string_view text;
  } rules[] = {
      {requests.livez_grace_period_ns < 0, "--livez-grace-period can not be a negative value"},
      {requests.max_requests_inflight < 0, "--max-requests-inflight can not be negative value"},
      {requests.max_mutating_requests_inflight < 0,
       "--max-mutating-requests-inflight can not be negative value"},
      {requests.request_timeout_ns < 0, "--request-timeout can not be negative value"},
      {requests.goaway_chance < 0 || requests.goaway_chance > 0.02,
       "--goaway-chance can not be less than 0 or greater than 0.02"},
      {requests.min_request_timeout_s < 0, "--min-request-timeout can not be negative value"},
      {requests.storage_initialization_timeout_ns < 0,
       "--storage-initialization-timeout can not be negative value"},
      {requests.shutdown_delay_ns < 0, "--shutdown-delay-duration can not be negative value"},
      {requests.shutdown_watch_grace_ns < 0,
       "shutdown-watch-termination-grace-period, if provided, can not be a negative value"},
  };
  for (const auto& [broken, text] : rules) {
    if (broken) return InvalidArgumentError(std::string(text));
  }
  absl::Status status = CheckEach(requests.strict_transport_security, FaultOfHstsDirective);
  return status.ok() ? CheckEach(requests.cors_allowed_origins, FaultOfOrigin) : status;
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

absl::Status ValidateLog(const LogOptions& log, const LogStreamOptions& streams) {
  std::vector<std::string> faults;
  if (streams.flush_frequency_ns <= 0) {
    faults.push_back(fmt::format("flushFrequency: Invalid value: \"{}\": Must be greater than zero",
                                 kube::FormatGoDuration(streams.flush_frequency_ns)));
  }
  if (log.unknown_format) {
    faults.push_back(fmt::format("format: Invalid value: {}: Unsupported log format",
                                 kube::GoQuote(*log.unknown_format)));
  }
  const std::pair<bool, std::string_view> alpha_options[] = {
      {streams.splits_text, "text.splitStream"},
      {streams.buffers_text, "text.infoBufferSize"},
      {streams.splits_json, "json.splitStream"},
      {streams.buffers_json, "json.infoBufferSize"},
  };
  for (const auto& [is_set, name] : alpha_options) {
    if (!is_set) continue;
    faults.push_back(
        fmt::format("options.{}: Forbidden: Feature LoggingAlphaOptions is disabled", name));
  }
  return Aggregate(faults);
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
  if (status.ok()) status = ValidateLog(options.log, options.log_streams);
  if (status.ok()) status = ValidateRequests(options.requests);
  if (status.ok()) status = ValidateOwn(options);
  if (status.ok()) status = ValidateController(options.autoscaler);
  return status;
}

}  // namespace kubegauge::server
