#include "kube/credential_loader.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include <utility>

#include "kube/ascii_text.h"
#include "kube/header_text.h"
#include "kube/read_file.h"
#include "kube/status_context.h"

namespace kubegauge::kube {
namespace {

constexpr size_t kMaxCredentialFileBytes = 1 << 20;

bool UsesFiles(const ClientConfig& config) {
  const auto is_file = [](const PemSource& source) {
    return source.data.empty() && !source.path.empty();
  };
  return !config.token_file.empty() || is_file(config.authority) ||
         is_file(config.client_certificate) || is_file(config.client_key);
}

}  // namespace

ConfigCredentialLoader::ConfigCredentialLoader(ClientConfig config, Environment environment,
                                               const Clock& clock, ExecLimits limits)
    : config_(std::move(config)),
      environment_(std::move(environment)),
      clock_(clock),
      limits_(limits) {}

absl::StatusOr<LoadedCredentials> ConfigCredentialLoader::Load(LoadReason reason) {
  LoadedCredentials loaded;
  Credentials& credentials = loaded.credentials;
  for (const auto& [source, out] : {std::pair{&config_.authority, &credentials.authority},
                                    {&config_.client_certificate, &credentials.client_certificate},
                                    {&config_.client_key, &credentials.client_key}}) {
    absl::StatusOr<std::string> pem = Resolve(*source);
    if (!pem.ok()) return pem.status();
    *out = *std::move(pem);
  }
  if (const absl::Status token = LoadToken(credentials); !token.ok()) return token;
  if (UsesFiles(config_)) {
    loaded.stale_at_monotonic_ns =
        clock_.MonotonicNs() + std::chrono::nanoseconds(kCredentialFileAge).count();
  }
  if (config_.has_exec) {
    if (const absl::Status exec = LoadExec(reason, loaded); !exec.ok()) return exec;
  }
  return loaded;
}

absl::StatusOr<std::string> ConfigCredentialLoader::ReadKept(const std::string& path) {
  absl::StatusOr<std::string> contents = ReadFile(path, kMaxCredentialFileBytes);
  if (contents.ok() && !contents->empty()) return last_read_[path] = *std::move(contents);
  if (const auto last = last_read_.find(path); last != last_read_.end()) return last->second;
  if (contents.ok()) return absl::FailedPreconditionError(fmt::format("{} is empty", path));
  return contents.status();
}

absl::StatusOr<std::string> ConfigCredentialLoader::Resolve(const PemSource& source) {
  if (!source.data.empty() || source.path.empty()) return source.data;
  return ReadKept(source.path);
}

absl::Status ConfigCredentialLoader::LoadToken(Credentials& credentials) {
  std::string token = config_.token;
  if (!config_.token_file.empty()) {
    const absl::StatusOr<std::string> contents = ReadKept(config_.token_file);
    if (contents.ok()) {
      token = TrimAsciiSpace(*contents);
    } else if (token.empty()) {
      return WithContext(contents.status(), "token");
    }
    if (!IsHeaderText(token)) {
      return absl::FailedPreconditionError(
          fmt::format("the token in {} holds a control character", config_.token_file));
    }
  }
  if (!token.empty()) {
    credentials.authorization = "Bearer " + token;
  } else if (!config_.username.empty()) {
    credentials.authorization =
        "Basic " + absl::Base64Escape(config_.username + ":" + config_.password);
  }
  return absl::OkStatus();
}

absl::Status ConfigCredentialLoader::LoadExec(LoadReason reason, LoadedCredentials& loaded) {
  const bool expired =
      exec_credential_.expiration_ns && *exec_credential_.expiration_ns <= clock_.WallNs();
  if (!has_exec_credential_ || expired || reason == LoadReason::kRefused) {
    absl::StatusOr<ExecCredential> credential = RunPlugin(loaded.credentials.authority);
    if (!credential.ok()) return credential.status();
    exec_credential_ = *std::move(credential);
    has_exec_credential_ = true;
  }
  if (!exec_credential_.token.empty()) {
    loaded.credentials.authorization = "Bearer " + exec_credential_.token;
  }
  if (!exec_credential_.client_certificate.empty()) {
    loaded.credentials.client_certificate = exec_credential_.client_certificate;
    loaded.credentials.client_key = exec_credential_.client_key;
  }
  if (exec_credential_.expiration_ns) loaded.expires_at_wall_ns = *exec_credential_.expiration_ns;
  return absl::OkStatus();
}

absl::StatusOr<ExecCredential> ConfigCredentialLoader::RunPlugin(
    const std::string& authority) const {
  const ExecConfig& exec = config_.exec;
  ChildCommand command{exec.command, exec.args, environment_, limits_.timeout,
                       limits_.max_output_bytes};
  for (const auto& [name, value] : exec.env) command.environment[name] = value;
  command.environment["KUBERNETES_EXEC_INFO"] = ExecInfoJson(config_, authority);
  const std::string who = fmt::format("credential plugin {}", exec.command);
  const absl::StatusOr<std::string> output = RunChild(command, stopper_);
  if (!output.ok()) {
    const bool hint = absl::IsNotFound(output.status()) && !exec.install_hint.empty();
    return WithContext(output.status(),
                       hint ? fmt::format("{} ({})", who, exec.install_hint) : who);
  }
  absl::StatusOr<ExecCredential> credential = ParseExecCredential(*output, exec.api_version);
  if (!credential.ok()) return WithContext(credential.status(), who);
  return credential;
}

}  // namespace kubegauge::kube
