#include <span>
#include <string>
#include <string_view>

#include "server/cluster/flags.h"

namespace kubegauge::server {
namespace {

struct InertFlag {
  std::string_view name;
  std::string_view type;
};

void AddInert(FlagSet& flags, std::span<const InertFlag> inert, std::string_view reason) {
  for (const auto& [name, type] : inert) {
    flags.AddInert(std::string(name), std::string(type), std::string(reason));
  }
}

constexpr InertFlag kAuditFlags[] = {
    {"audit-log-batch-buffer-size", "int"},
    {"audit-log-batch-max-size", "int"},
    {"audit-log-batch-max-wait", "duration"},
    {"audit-log-batch-throttle-burst", "int"},
    {"audit-log-batch-throttle-enable", "bool"},
    {"audit-log-batch-throttle-qps", "float"},
    {"audit-log-compress", "bool"},
    {"audit-log-format", "string"},
    {"audit-log-maxage", "int"},
    {"audit-log-maxbackup", "int"},
    {"audit-log-maxsize", "int"},
    {"audit-log-mode", "string"},
    {"audit-log-path", "string"},
    {"audit-log-truncate-enabled", "bool"},
    {"audit-log-truncate-max-batch-size", "int"},
    {"audit-log-truncate-max-event-size", "int"},
    {"audit-log-version", "string"},
    {"audit-policy-file", "string"},
    {"audit-webhook-batch-buffer-size", "int"},
    {"audit-webhook-batch-max-size", "int"},
    {"audit-webhook-batch-max-wait", "duration"},
    {"audit-webhook-batch-throttle-burst", "int"},
    {"audit-webhook-batch-throttle-enable", "bool"},
    {"audit-webhook-batch-throttle-qps", "float"},
    {"audit-webhook-config-file", "string"},
    {"audit-webhook-initial-backoff", "duration"},
    {"audit-webhook-mode", "string"},
    {"audit-webhook-truncate-enabled", "bool"},
    {"audit-webhook-truncate-max-batch-size", "int"},
    {"audit-webhook-truncate-max-event-size", "int"},
    {"audit-webhook-version", "string"},
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
    {"profiling", "bool"},
};

constexpr InertFlag kLogFileFlags[] = {
    {"add_dir_header", "bool"},   {"alsologtostderr", "bool"},     {"log_backtrace_at", "string"},
    {"log_dir", "string"},        {"log_file", "string"},          {"log_file_max_size", "uint"},
    {"logtostderr", "bool"},      {"one_output", "bool"},          {"skip_headers", "bool"},
    {"skip_log_headers", "bool"}, {"stderrthreshold", "severity"},
};

constexpr InertFlag kLogBufferFlags[] = {
    {"log-flush-frequency", "duration"}, {"log-json-info-buffer-size", "quantity"},
    {"log-json-split-stream", "bool"},   {"log-text-info-buffer-size", "quantity"},
    {"log-text-split-stream", "bool"},
};

}  // namespace

void AddInertFlags(FlagSet& flags) {
  flags.BeginSection("Flags of metrics-server without effect");
  AddInert(flags, kAuditFlags, "no audit log is written; the API server audits these requests.");
  AddInert(flags, kVersionFlags, "there is one version of everything.");
  AddInert(flags, kProfilingFlags, "there is no profiling endpoint.");
  AddInert(flags, kLogBufferFlags, "each line is written to standard error at once.");
  AddInert(flags, kLogFileFlags, "the log goes to standard error.");
  flags.AddInert("vmodule", "pattern=N,...", "-v holds for all of the program.");
  flags.AddInert("enable-priority-and-fairness", "bool",
                 "--max-requests-inflight is the limit, as in metrics-server.");
  flags.AddInert("shutdown-send-retry-after", "bool",
                 "a connection that comes while the server drains is refused.");
  flags.AddInert("shutdown-watch-termination-grace-period", "duration",
                 "watches end as soon as the server drains.");
  flags.AddInert("storage-initialization-timeout", "duration", "there is no storage.");
}

}  // namespace kubegauge::server
