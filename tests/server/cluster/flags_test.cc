#include "server/cluster/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "server/cli/command_line.h"

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Command Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "server");
  return ParseCommandLine(arguments, {});
}

// Every flag that metrics-server v0.9 takes (wire.md F), with a value of its type.
constexpr char kUpstreamFlags[] = R"(
  --kubeconfig=k --metric-resolution=15s
  --deprecated-kubelet-completely-insecure=false --kubelet-certificate-authority=ca.crt
  --kubelet-client-certificate=c.crt --kubelet-client-key=c.key --kubelet-insecure-tls=false
  --kubelet-port=10255 --kubelet-preferred-address-types=InternalIP,ExternalIP
  --kubelet-request-timeout=5s --kubelet-use-node-status-port --node-selector=a=b -l c!=d
  --bind-address=127.0.0.1 --cert-dir=/tmp --disable-http2-serving
  --http2-max-streams-per-connection=250 --permit-address-sharing --permit-port-sharing
  --secure-port=10250 --tls-cert-file=t.crt --tls-private-key-file=t.key
  --tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 --tls-curve-preferences=29,23
  --tls-min-version=VersionTLS13 --tls-sni-cert-key=a.crt,a.key:a.example,b.example
  --tls-sni-cert-key=b.crt,b.key
  --advertise-address=10.0.0.1 --cors-allowed-origins=^https://a$ --emulated-version=kube=1.31
  --emulation-forward-compatible --external-hostname=m.example --feature-gates=kube:X=true
  --goaway-chance=0.01 --livez-grace-period=5s --max-mutating-requests-inflight=20
  --max-requests-inflight=40 --min-compatibility-version=kube=1.31 --min-request-timeout=60
  --request-timeout=30s --runtime-config-emulation-forward-compatible
  --shutdown-delay-duration=1s --shutdown-send-retry-after
  --shutdown-watch-termination-grace-period=1s --storage-initialization-timeout=1s
  --strict-transport-security-directives=max-age=1
  --authentication-kubeconfig=ak --authentication-skip-lookup
  --authentication-token-webhook-cache-ttl=1s --authentication-tolerate-lookup-failure
  --client-ca-file=ca --requestheader-allowed-names=front-proxy-client
  --requestheader-client-ca-file=rca --requestheader-extra-headers-prefix=X-E-
  --requestheader-group-headers=X-G --requestheader-uid-headers=X-U
  --requestheader-username-headers=X-N
  --authorization-always-allow-paths=/healthz,/metrics --authorization-kubeconfig=zk
  --authorization-webhook-cache-authorized-ttl=2s
  --authorization-webhook-cache-unauthorized-ttl=3s
  --contention-profiling --debug-socket-path= --enable-priority-and-fairness=false
  --profiling=false
  --audit-log-batch-buffer-size=1 --audit-log-batch-max-size=1 --audit-log-batch-max-wait=1s
  --audit-log-batch-throttle-burst=1 --audit-log-batch-throttle-enable
  --audit-log-batch-throttle-qps=1 --audit-log-compress --audit-log-format=json
  --audit-log-maxage=1 --audit-log-maxbackup=1 --audit-log-maxsize=1 --audit-log-mode=blocking
  --audit-log-path=- --audit-log-truncate-enabled --audit-log-truncate-max-batch-size=1
  --audit-log-truncate-max-event-size=1 --audit-log-version=audit.k8s.io/v1
  --audit-policy-file=p --audit-webhook-batch-buffer-size=1 --audit-webhook-batch-max-size=1
  --audit-webhook-batch-max-wait=1s --audit-webhook-batch-throttle-burst=1
  --audit-webhook-batch-throttle-enable --audit-webhook-batch-throttle-qps=1
  --audit-webhook-config-file=c --audit-webhook-initial-backoff=1s --audit-webhook-mode=batch
  --audit-webhook-truncate-enabled --audit-webhook-truncate-max-batch-size=1
  --audit-webhook-truncate-max-event-size=1 --audit-webhook-version=audit.k8s.io/v1
  --log-flush-frequency=5s --log-json-info-buffer-size=1Ki --log-json-split-stream
  --log-text-info-buffer-size=0 --log-text-split-stream --logging-format=json -v=4
  --vmodule=a=1
  --add_dir_header --alsologtostderr --log_backtrace_at=a:1 --log_dir=d --log_file=f
  --log_file_max_size=1 --logtostderr=true --one_output --skip_headers --skip_log_headers
  --legacy_stderr_threshold_behavior=false --stderrthreshold=INFO
)";

TEST(ServerFlags, TakeEveryFlagOfMetricsServer) {
  std::istringstream words(kUpstreamFlags);
  const std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
  ServerOptions options;
  bool show_version = false;
  FlagSet flags;
  AddServerFlags(flags, options, show_version);
  const auto parsed = flags.Parse(arguments);
  ASSERT_TRUE(parsed.ok()) << parsed.status().ToString();
  EXPECT_THAT(parsed->positional, ElementsAre());

  EXPECT_EQ(options.kubeconfig, "k");
  EXPECT_EQ(options.metric_resolution_ns, 15 * kSecondNs);
  EXPECT_THAT(options.kubelet.preferred_address_types, ElementsAre("InternalIP", "ExternalIP"));
  EXPECT_EQ(options.kubelet.port, 10255);
  EXPECT_EQ(options.kubelet.request_timeout_ns, 5 * kSecondNs);
  EXPECT_TRUE(options.kubelet.use_node_status_port);
  EXPECT_EQ(options.kubelet.node_selector, "c!=d");
  EXPECT_EQ(options.serving.bind_address, "127.0.0.1");
  EXPECT_EQ(options.serving.secure_port, 10250);
  EXPECT_THAT(options.serving.tls_sni_cert_keys,
              ElementsAre(SniFiles{"a.crt", "a.key", {"a.example", "b.example"}},
                          SniFiles{"b.crt", "b.key", {}}));
  EXPECT_THAT(options.serving.tls_curve_preferences, ElementsAre(29, 23));
  EXPECT_THAT(options.access.always_allow_paths, ElementsAre("/healthz", "/metrics"));
  EXPECT_EQ(options.access.unauthorized_cache_ttl_ns, 3 * kSecondNs);
  EXPECT_THAT(options.access.requestheader_extra_headers_prefixes, ElementsAre("X-E-"));
  EXPECT_EQ(options.requests.max_requests_inflight, 40);
  EXPECT_EQ(options.requests.shutdown_delay_ns, kSecondNs);
  EXPECT_EQ(options.log.format, LogFormat::kJson);
  EXPECT_EQ(options.log.verbosity, 4);
}

TEST(ServerFlags, HaveUpstreamsDefaults) {
  const auto options = std::get<ServerOptions>(Parse({}));
  EXPECT_EQ(options.metric_resolution_ns, 60 * kSecondNs);
  EXPECT_EQ(options.serving.secure_port, 443);
  EXPECT_EQ(options.serving.cert_dir, "apiserver.local.config/certificates");
  EXPECT_EQ(options.kubelet.port, 10250);
  EXPECT_THAT(options.kubelet.preferred_address_types,
              ElementsAre("Hostname", "InternalDNS", "InternalIP", "ExternalDNS", "ExternalIP"));
  EXPECT_THAT(options.access.always_allow_paths, ElementsAre("/healthz", "/readyz", "/livez"));
  EXPECT_EQ(options.requests.request_timeout_ns, 60 * kSecondNs);
}

// The arguments of upstream's deployment, to which operators owe nothing but the image.
TEST(ServerFlags, TakeTheArgumentsOfUpstreamsManifest) {
  const auto options = std::get<ServerOptions>(
      Parse({"--cert-dir=/tmp", "--secure-port=10250",
             "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
             "--kubelet-use-node-status-port", "--metric-resolution=15s"}));
  EXPECT_EQ(options.serving.cert_dir, "/tmp");
  EXPECT_EQ(options.metric_resolution_ns, 15 * kSecondNs);
}

TEST(ServerFlags, RefuseInUpstreamsWords) {
  const struct {
    std::vector<const char*> arguments;
    const char* message;
  } kCases[] = {
      {{"--no-such-flag"}, "unknown flag: --no-such-flag"},
      {{"--metric-resolution=5s"},
       "metric-resolution should be a time duration at least 10s, but value 5s provided"},
      {{"--metric-resolution=10s"},
       "metric-resolution should be larger than kubelet-request-timeout, but metric-resolution "
       "value 10s kubelet-request-timeout value 10s provided"},
      {{"--kubelet-request-timeout=0"}, "kubelet-request-timeout should be positive"},
      {{"--kubelet-certificate-authority=a", "--kubelet-insecure-tls"},
       "cannot use both --kubelet-certificate-authority and --kubelet-insecure-tls"},
      {{"--kubelet-client-key=k"},
       "need both --kubelet-client-key and --kubelet-client-certificate"},
      {{"--kubelet-insecure-tls", "--deprecated-kubelet-completely-insecure"},
       "cannot use both --kubelet-insecure-tls and --deprecated-kubelet-completely-insecure"},
      {{"--kubelet-client-key=k", "--kubelet-client-certificate=c",
        "--deprecated-kubelet-completely-insecure"},
       "cannot use both --kubelet-client-key and --deprecated-kubelet-completely-insecure"},
      {{"--kubelet-certificate-authority=a", "--deprecated-kubelet-completely-insecure"},
       "cannot use both --kubelet-certificate-authority and "
       "--deprecated-kubelet-completely-insecure"},
      {{"--goaway-chance=0.5"}, "--goaway-chance can not be less than 0 or greater than 0.02"},
      {{"--max-requests-inflight=-1"}, "--max-requests-inflight can not be negative value"},
      {{"--storage-initialization-timeout=-1s"},
       "--storage-initialization-timeout can not be negative value"},
      {{"--shutdown-watch-termination-grace-period=-1s"},
       "shutdown-watch-termination-grace-period, if provided, can not be a negative value"},
      {{"--strict-transport-security-directives=maxage=1"},
       "--strict-transport-security-directives invalid, allowed values: max-age=expireTime, "
       "includeSubDomains, preload. see https://tools.ietf.org/html/rfc6797#section-6.1 for more "
       "information"},
      {{"--strict-transport-security-directives=\" \",x"},
       "[empty value in strict-transport-security-directives, "
       "--strict-transport-security-directives invalid, allowed values: max-age=expireTime, "
       "includeSubDomains, preload. see https://tools.ietf.org/html/rfc6797#section-6.1 for more "
       "information]"},
      {{"--logging-format=xml"}, "format: Invalid value: \"xml\": Unsupported log format"},
      {{"--logging-format="}, "format: Invalid value: \"\": Unsupported log format"},
      {{"--log-flush-frequency=-1s"},
       "flushFrequency: Invalid value: \"-1s\": Must be greater than zero"},
      {{"--log-text-info-buffer-size=1Ki"},
       "options.text.infoBufferSize: Forbidden: Feature LoggingAlphaOptions is disabled"},
      {{"--logging-format=x", "--log-flush-frequency=0", "--log-text-split-stream",
        "--log-json-info-buffer-size=1", "--log-json-split-stream",
        "--log-json-split-stream=false"},
       "[flushFrequency: Invalid value: \"0s\": Must be greater than zero, format: Invalid value: "
       "\"x\": Unsupported log format, options.text.splitStream: Forbidden: Feature "
       "LoggingAlphaOptions is disabled, options.json.infoBufferSize: Forbidden: Feature "
       "LoggingAlphaOptions is disabled]"},
      {{"--v=2147483648"},
       "invalid argument \"2147483648\" for \"-v, --v\" flag: strconv.ParseUint: parsing "
       "\"2147483648\": value out of range"},
      {{"--audit-log-maxage=old"},
       "invalid argument \"old\" for \"--audit-log-maxage\" flag: strconv.ParseInt: parsing "
       "\"old\": invalid syntax"},
      {{"--tls-sni-cert-key=a"},
       "invalid argument \"a\" for \"--tls-sni-cert-key\" flag: expected comma separated "
       "certificate and key file paths"},
      {{"--tls-sni-cert-key=a,b:"},
       "invalid argument \"a,b:\" for \"--tls-sni-cert-key\" flag: empty names list is not "
       "allowed"},
      {{"--tls-curve-preferences="},
       "invalid argument \"\" for \"--tls-curve-preferences\" flag: strconv.ParseInt: parsing "
       "\"\": "
       "invalid syntax"},
      {{"--vmodule=a=b"},
       "invalid argument \"a=b\" for \"--vmodule\" flag: parsing verbosity in \"a=b\": "
       "strconv.ParseUint: parsing \"b\": invalid syntax"},
      // The first of several, in upstream's order.
      {{"--metric-resolution=1s", "--kubelet-request-timeout=0"},
       "kubelet-request-timeout should be positive"},
      {{"--logging-format=xml", "--metric-resolution=1s"},
       "metric-resolution should be a time duration at least 10s, but value 1s provided"},
      {{"--max-requests-inflight=-1", "--livez-grace-period=-1s"},
       "--livez-grace-period can not be a negative value"},
      {{"--goaway-chance=1", "--logging-format=xml"},
       "format: Invalid value: \"xml\": Unsupported log format"},
      {{"--kubelet-source=ldap"},
       "--kubelet-source must be auto, resource, summary or cadvisor, but is \"ldap\""},
      {{"--kubelet-service-account=kubelet"},
       "--kubelet-service-account must be NAMESPACE/NAME, but is \"kubelet\""},
      {{"--kubelet-service-account=/kubelet"},
       "--kubelet-service-account must be NAMESPACE/NAME, but is \"/kubelet\""},
      {{"--kubelet-service-account=a/b/c"},
       "--kubelet-service-account must be NAMESPACE/NAME, but is \"a/b/c\""},
      {{"--kubelet-service-account=a/b", "--kubelet-client-key=k",
        "--kubelet-client-certificate=c"},
       "cannot use both --kubelet-client-certificate and --kubelet-service-account"},
      {{"--kubelet-service-account=a/b", "--deprecated-kubelet-completely-insecure"},
       "cannot use both --kubelet-service-account and --deprecated-kubelet-completely-insecure"},
      {{"--tls-cert-file=a"}, "need both --tls-cert-file and --tls-private-key-file"},
  };
  for (const auto& [arguments, message] : kCases) {
    const Command command = Parse(arguments);
    const auto* error = std::get_if<UsageError>(&command);
    ASSERT_NE(error, nullptr) << message;
    EXPECT_THAT(error->message, StartsWith(std::string("Error: ") + message + "\nUsage:\n"));
  }
}

TEST(ServerFlags, RefuseOriginsThatAreNotHeldAtBothEnds) {
  for (const char* origin : {"example.com", "^example.com", "example.com$", ""}) {
    const std::string flag = std::string("--cors-allowed-origins=a,") + origin;
    const Command command = Parse({flag.c_str()});
    EXPECT_TRUE(std::holds_alternative<UsageError>(command)) << origin;
  }
  const Command command = Parse({"--cors-allowed-origins=example.com"});
  EXPECT_THAT(std::get<UsageError>(command).message,
              StartsWith("Error: --cors-allowed-origins has an invalid regular expression: regular "
                         "expression does not pin to start/end of host in the origin header, help: "
                         "List of allowed origins for CORS, comma separated."));
  EXPECT_THAT(std::get<UsageError>(Parse({"--cors-allowed-origins=("})).message,
              StartsWith("Error: --cors-allowed-origins has an invalid regular expression: error "
                         "parsing regexp: "));
  for (const char* flag : {"--cors-allowed-origins=^https://a$,//b(:|$)",
                           "--strict-transport-security-directives=max-age=1,includeSubDomains"}) {
    EXPECT_TRUE(std::holds_alternative<ServerOptions>(Parse({flag}))) << flag;
  }
}

TEST(ServingFlags, SpeakOfNoFlagThatTheirVerbLacks) {
  for (const char* verb : {"agent", "autoscaler"}) {
    const std::vector<const char*> arguments = {verb, "--help"};
    const Command command = ParseCommandLine(arguments, {});
    EXPECT_THAT(std::get<PrintText>(command).text, Not(HasSubstr("--register-apiservice"))) << verb;
  }
}

TEST(ServerFlags, StandInTheHelpEachWithItsEffect) {
  const auto help = std::get<PrintText>(Parse({"--help"})).text;
  ServerOptions options;
  bool show_version = false;
  FlagSet flags;
  AddServerFlags(flags, options, show_version);
  for (const std::string& name : flags.Names()) EXPECT_THAT(help, HasSubstr("--" + name));
  EXPECT_THAT(help, HasSubstr("Accepted and has no effect: no audit log is written"));
  EXPECT_THAT(std::get<PrintText>(Parse({"--version"})).text, StartsWith("kubegauge "));
}

}  // namespace
}  // namespace kubegauge::server
