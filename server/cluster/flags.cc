#include "server/cluster/flags.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "server/autoscaler/options.h"
#include "server/flags/flag_values.h"

namespace kubegauge::server {
namespace {

constexpr int kMaxVerbosity = 10;  // nothing says more

}  // namespace

void AddServerFlags(FlagSet& flags, ServerOptions& options, bool& show_version) {
  flags.BeginSection("Metrics server flags");
  flags.Add(
      "kubeconfig", &options.kubeconfig,
      "The kubeconfig to reach the Kubernetes API server with; without it, the service account "
      "of the pod that the server runs in.");
  flags.AddDuration("metric-resolution", &options.metric_resolution_ns,
                    "How often each kubelet is scraped; at least 10s.");
  flags.Add("autoscaler", &options.runs_autoscaler,
            "Also scale workloads as their HorizontalPodAutoscalers say, by the usage that this "
            "process measures.");
  flags.Add("version", &show_version, "Print the version and exit.");
  AddKubeletFlags(flags, options.kubelet);
  AddServingFlags(flags, options.serving);
  AddRegistrationFlags(flags, options.registration);
  AddAccessFlags(flags, options.access);
  AddRequestFlags(flags, options.requests);
  AddControllerFlags(flags, options.autoscaler);
  AddLogFlags(flags, options.log);
  AddInertFlags(flags, options.log_streams);
}

void AddKubeletFlags(FlagSet& flags, KubeletFlags& kubelet) {
  flags.BeginSection("Kubelet client flags");
  flags.Add("kubelet-source", &kubelet.source,
            "Where a node's usage is read: resource (/metrics/resource), summary "
            "(/stats/summary), cadvisor (/metrics/cadvisor), or auto: the first of these that the "
            "node serves.");
  flags.Add("kubelet-preferred-address-types", &kubelet.preferred_address_types,
            "The types of node address to use, most preferred first.");
  flags.Add("kubelet-port", &kubelet.port, "The port of the kubelets.");
  flags.Add("kubelet-use-node-status-port", &kubelet.use_node_status_port,
            "Use the port in the node's status, if there is one, instead of --kubelet-port.");
  flags.AddDuration("kubelet-request-timeout", &kubelet.request_timeout_ns,
                    "How long one scrape of a kubelet may take.");
  flags.Add("kubelet-certificate-authority", &kubelet.certificate_authority,
            "File of the authorities that sign the kubelets' serving certificates; without it, "
            "those of the API server.");
  flags.Add("kubelet-client-certificate", &kubelet.client_certificate,
            "File of the client certificate to show to kubelets.");
  flags.Add("kubelet-client-key", &kubelet.client_key,
            "File of the key of --kubelet-client-certificate.");
  flags.Add(
      "kubelet-service-account", &kubelet.service_account,
      "NAMESPACE/NAME of the service account whose token, requested from the API server and "
      "renewed, authenticates to kubelets; without it, the credentials for the API server do.");
  flags.Add("kubelet-insecure-tls", &kubelet.insecure_tls,
            "Do not verify the kubelets' serving certificates. For tests.");
  flags.Add("deprecated-kubelet-completely-insecure", &kubelet.completely_insecure,
            "DEPRECATED: plain HTTP to the kubelets, without credentials. For tests.");
  flags.Add("node-selector", &kubelet.node_selector,
            "Label selector of the nodes to scrape, as key1=value1,key2!=value2.");
  flags.Abbreviate('l');
}

void AddServingFlags(FlagSet& flags, ServingFlags& serving) {
  flags.BeginSection("Serving flags");
  flags.AddIp("bind-address", &serving.bind_address,
              "IP address to listen on; 0.0.0.0 and :: mean all.");
  flags.Add("secure-port", &serving.secure_port, "Port to serve HTTPS on; 0 takes any free one.");
  flags.Add("cert-dir", &serving.cert_dir,
            "Directory of the self-signed certificate apiserver.crt and its key, made when they "
            "are missing. Not used with --tls-cert-file.");
  flags.Add("tls-cert-file", &serving.tls_cert_file,
            "File of the serving certificate, followed by its intermediate authorities. Read again "
            "when it changes.");
  flags.Add("tls-private-key-file", &serving.tls_private_key_file,
            "File of the key of --tls-cert-file.");
  flags.AddCustom(
      "tls-sni-cert-key", "namedCertKey", "",
      "Another certificate and key, for clients that ask for one of the certificate's "
      "names or of those given: cert.crt,key.key or cert.crt,key.key:*.foo.com,foo.com. "
      "May be repeated.",
      [&serving](const std::string& value) {
        absl::StatusOr<SniFiles> files = ParseSniFiles(value);
        if (files.ok()) serving.tls_sni_cert_keys.push_back(*std::move(files));
        return files.status();
      });
  flags.Add("tls-min-version", &serving.tls_min_version,
            "Oldest TLS version to accept: VersionTLS12 or VersionTLS13; VersionTLS10 and "
            "VersionTLS11 are taken as VersionTLS12.");
  flags.Add("tls-cipher-suites", &serving.tls_cipher_suites,
            "Cipher suites of TLS 1.2 by their IANA names; without it, the strong ones.");
  flags.Add("tls-curve-preferences", &serving.tls_curve_preferences,
            "Key exchange mechanisms by their IANA numbers, as 29,23.");
  flags.Add("permit-port-sharing", &serving.permit_port_sharing,
            "Bind with SO_REUSEPORT, so that several processes share the port.");
  flags.AddInert("permit-address-sharing", "bool", "SO_REUSEADDR is always set.");
  flags.Add("disable-http2-serving", &serving.disable_http2_serving,
            "If true, HTTP2 serving will be disabled.");
  flags.Add("http2-max-streams-per-connection", &serving.http2_max_streams_per_connection,
            "The limit that the server gives to clients for the maximum number of streams in an "
            "HTTP/2 connection. Zero means to use the default, 100.");
}

void AddAccessFlags(FlagSet& flags, AccessFlags& access) {
  flags.BeginSection("Authentication and authorization flags");
  flags.Add("authentication-kubeconfig", &access.authentication_kubeconfig,
            "The kubeconfig to review tokens and read extension-apiserver-authentication with; "
            "without it, the pod's service account, or outside of pods --kubeconfig.");
  flags.Add("authentication-skip-lookup", &access.skip_lookup,
            "Do not read kube-system/extension-apiserver-authentication.");
  flags.Add("authentication-tolerate-lookup-failure", &access.tolerate_lookup_failure,
            "Start even if extension-apiserver-authentication cannot be read; every request may "
            "then be anonymous.");
  flags.AddDuration("authentication-token-webhook-cache-ttl", &access.token_cache_ttl_ns,
                    "How long the review of a token is remembered.");
  flags.Add("client-ca-file", &access.client_ca_file,
            "File of the authorities whose client certificates are users.");
  flags.Add("requestheader-client-ca-file", &access.requestheader_client_ca_file,
            "File of the authorities of the front proxies that may name users in headers.");
  flags.Add("requestheader-allowed-names", &access.requestheader_allowed_names,
            "Common names of front proxies; empty allows any.");
  flags.Add("requestheader-username-headers", &access.requestheader_username_headers,
            "Headers of the user's name.");
  flags.Add("requestheader-uid-headers", &access.requestheader_uid_headers,
            "Headers of the user's uid.");
  flags.Add("requestheader-group-headers", &access.requestheader_group_headers,
            "Headers of the user's groups.");
  flags.Add("requestheader-extra-headers-prefix", &access.requestheader_extra_headers_prefixes,
            "Prefixes of the headers of the user's extra attributes.");
  flags.Add(
      "authorization-kubeconfig", &access.authorization_kubeconfig,
      "The kubeconfig to review access with; without it, the pod's service account, or outside "
      "of pods --kubeconfig.");
  flags.Add("authorization-always-allow-paths", &access.always_allow_paths,
            "Paths that everybody may read; one that ends in * is a prefix.");
  flags.AddDuration("authorization-webhook-cache-authorized-ttl", &access.authorized_cache_ttl_ns,
                    "How long a permission is remembered.");
  flags.AddDuration("authorization-webhook-cache-unauthorized-ttl",
                    &access.unauthorized_cache_ttl_ns, "How long a refusal is remembered.");
}

void AddRequestFlags(FlagSet& flags, RequestFlags& requests) {
  flags.BeginSection("Request flags");
  flags.AddIp("advertise-address", &requests.advertise_address, "IP address that discovery names.");
  flags.Add("external-hostname", &requests.external_hostname,
            "Host name that discovery names, instead of --advertise-address.");
  flags.Add("cors-allowed-origins", &requests.cors_allowed_origins,
            "Regular expressions of the origins that CORS allows.");
  flags.Add("strict-transport-security-directives", &requests.strict_transport_security,
            "Directives of HSTS, such as max-age=31536000,includeSubDomains.");
  flags.Add("max-requests-inflight", &requests.max_requests_inflight,
            "Read-only requests served at once; further ones are answered with 429. 0: no limit.");
  flags.Add("max-mutating-requests-inflight", &requests.max_mutating_requests_inflight,
            "Other requests served at once; further ones are answered with 429. 0: no limit.");
  flags.AddDuration("request-timeout", &requests.request_timeout_ns,
                    "How long a request other than a watch may take.");
  flags.Add("min-request-timeout", &requests.min_request_timeout_s,
            "Shortest time in seconds that a watch lasts, unless its client asks for less.");
  flags.AddDuration("shutdown-delay-duration", &requests.shutdown_delay_ns,
                    "How long to go on serving after a signal, while /readyz fails.");
  flags.AddDuration("livez-grace-period", &requests.livez_grace_period_ns,
                    "How long after its start the server counts as live whatever its checks say.");
  flags.AddDuration("shutdown-watch-termination-grace-period", &requests.shutdown_watch_grace_ns,
                    "Accepted and has no effect: watches end as soon as the server drains.");
  flags.AddDuration("storage-initialization-timeout", &requests.storage_initialization_timeout_ns,
                    "Accepted and has no effect: there is no storage.");
  flags.Add("goaway-chance", &requests.goaway_chance,
            "Accepted and has no effect: clients of HTTP/2 keep their connections.");
}

void AddRegistrationFlags(FlagSet& flags, RegistrationFlags& registration) {
  flags.BeginSection("Registration flags");
  flags.Add("register-apiservice", &registration.register_apiservice,
            "Make an authority and a serving certificate, keep them in a Secret that all replicas "
            "share, and register the APIServices of metrics.k8s.io with them; --cert-dir is then "
            "not used.");
  flags.Add("take-over-apiservice", &registration.take_over,
            "Register even if the APIService belongs to another Service.");
  flags.Add("service-namespace", &registration.service_namespace,
            "Namespace of the Service in front of the server, and of the Secret.");
  flags.Add("service-name", &registration.service_name, "Name of that Service.");
  flags.Add("service-port", &registration.service_port, "Port of that Service.");
  flags.Add("serving-secret-name", &registration.secret_name, "Name of the Secret.");
}

void AddLogFlags(FlagSet& flags, LogOptions& log) {
  flags.BeginSection("Logging flags");
  flags.AddCustom("logging-format", "string", "\"text\"", "Format of the log: text or json.",
                  [&log](const std::string& value) {
                    log.format = value == "json" ? LogFormat::kJson : LogFormat::kText;
                    log.unknown_format = value;
                    if (value == "json" || value == "text") log.unknown_format.reset();
                    return absl::OkStatus();
                  });
  flags.AddCustom("v", "Level", "0", "Log verbosity: 0 is info, 4 debug, 6 trace.",
                  [&log](const std::string& value) {
                    const absl::StatusOr<int> level = ParseLogLevel(value);
                    if (level.ok()) log.verbosity = std::min(*level, kMaxVerbosity);
                    return level.status();
                  });
  flags.Abbreviate('v');
}

}  // namespace kubegauge::server
