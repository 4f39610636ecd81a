#include <span>
#include <string>
#include <string_view>

#include "kube/quantity.h"
#include "server/cluster/flags.h"

namespace kubegauge::server {
namespace {

struct InertFlag {
  std::string_view name;
  std::string_view type;
  std::string_view default_text = "";
};

void AddInert(FlagSet& flags, std::span<const InertFlag> inert, std::string_view reason) {
  for (const auto& [name, type, default_text] : inert) {
    flags.AddInert(std::string(name), std::string(type), std::string(reason),
                   std::string(default_text));
  }
}

constexpr InertFlag kAuditFlags[] = {
    {"audit-log-batch-buffer-size", "int", "10000"},
    {"audit-log-batch-max-size", "int", "1"},
    {"audit-log-batch-max-wait", "duration"},
    {"audit-log-batch-throttle-burst", "int"},
    {"audit-log-batch-throttle-enable", "bool"},
    {"audit-log-batch-throttle-qps", "float"},
    {"audit-log-compress", "bool"},
    {"audit-log-format", "string", "\"json\""},
    {"audit-log-maxage", "int", "366"},
    {"audit-log-maxbackup", "int", "100"},
    {"audit-log-maxsize", "int", "100"},
    {"audit-log-mode", "string", "\"blocking\""},
    {"audit-log-path", "string"},
    {"audit-log-truncate-enabled", "bool"},
    {"audit-log-truncate-max-batch-size", "int", "10485760"},
    {"audit-log-truncate-max-event-size", "int", "102400"},
    {"audit-log-version", "string", "\"audit.k8s.io/v1\""},
    {"audit-policy-file", "string"},
    {"audit-webhook-batch-buffer-size", "int", "10000"},
    {"audit-webhook-batch-max-size", "int", "400"},
    {"audit-webhook-batch-max-wait", "duration", "30s"},
    {"audit-webhook-batch-throttle-burst", "int", "15"},
    {"audit-webhook-batch-throttle-enable", "bool", "true"},
    {"audit-webhook-batch-throttle-qps", "float", "10"},
    {"audit-webhook-config-file", "string"},
    {"audit-webhook-initial-backoff", "duration", "10s"},
    {"audit-webhook-mode", "string", "\"batch\""},
    {"audit-webhook-truncate-enabled", "bool"},
    {"audit-webhook-truncate-max-batch-size", "int", "10485760"},
    {"audit-webhook-truncate-max-event-size", "int", "102400"},
    {"audit-webhook-version", "string", "\"audit.k8s.io/v1\""},
};

constexpr InertFlag kVersionFlags[] = {
    {"emulated-version", "strings"},
    {"emulation-forward-compatible", "bool"},
    {"min-compatibility-version", "strings"},
    {"runtime-config-emulation-forward-compatible", "bool"},
};

constexpr InertFlag kProfilingFlags[] = {
    {"contention-profiling", "bool"},
    {"debug-socket-path", "string"},
    {"profiling", "bool", "true"},
};

constexpr InertFlag kLogFileFlags[] = {
    {"add_dir_header", "bool"},
    {"alsologtostderr", "bool"},
    {"log_backtrace_at", "string", ":0"},
    {"log_dir", "string"},
    {"log_file", "string"},
    {"log_file_max_size", "uint", "1800"},
    {"logtostderr", "bool", "true"},
    {"one_output", "bool"},
    {"skip_headers", "bool"},
    {"skip_log_headers", "bool"},
    {"legacy_stderr_threshold_behavior", "bool"},
    {"stderrthreshold", "severity", "2"},
};

// Upstream has them for the bold: it refuses all but the defaults of most.
void AddLogStreamFlags(FlagSet& flags, LogStreamOptions& streams) {
  const std::string help =
      "Accepted and has no effect: each line is written to standard error at once.";
  const auto add_size = [&](const char* name, bool& is_set) {
    flags.AddCustom(name, "quantity", "", help, [&is_set](const std::string& value) {
      const absl::StatusOr<kube::Quantity> size = kube::Quantity::Parse(value);
      is_set = size.ok() && !size->IsZero();
      return size.status();
    });
  };
  flags.AddDuration("log-flush-frequency", &streams.flush_frequency_ns, help);
  add_size("log-json-info-buffer-size", streams.buffers_json);
  flags.Add("log-json-split-stream", &streams.splits_json, help);
  add_size("log-text-info-buffer-size", streams.buffers_text);
  flags.Add("log-text-split-stream", &streams.splits_text, help);
}

}  // namespace

void AddInertFlags(FlagSet& flags, LogStreamOptions& log_streams) {
  flags.BeginSection("Flags of metrics-server without effect");
  AddInert(flags, kAuditFlags, "no audit log is written; the API server audits these requests.");
  AddInert(flags, kVersionFlags, "there is one version of everything.");
  AddInert(flags, kProfilingFlags, "there is no profiling endpoint.");
  AddLogStreamFlags(flags, log_streams);
  AddInert(flags, kLogFileFlags, "the log goes to standard error.");
  flags.AddInert("vmodule", "pattern=N,...", "-v holds for all of the program.");
  flags.AddInert("enable-priority-and-fairness", "bool",
                 "--max-requests-inflight is the limit, as in metrics-server.", "true");
  flags.AddInert("shutdown-send-retry-after", "bool",
                 "a connection that comes while the server drains is refused.");
}

}  // namespace kubegauge::server
