#include "kube/client_config.h"

#include <fmt/format.h>

#include "absl/strings/ascii.h"
#include "kube/ascii_text.h"
#include "kube/header_text.h"
#include "kube/kubeconfig_files.h"
#include "kube/read_file.h"
#include "kube/status_context.h"

namespace kubegauge::kube {
namespace {

constexpr std::string_view kServiceAccountDirectory =
    "var/run/secrets/kubernetes.io/serviceaccount";
constexpr size_t kMaxServiceAccountFileBytes = 1 << 20;

// Keys of extra values are header names: what those may not hold is percent-encoded.
std::string HeaderKey(std::string_view key) {
  constexpr std::string_view kTokenSymbols = "!#$&'*+-.^_`|~";
  std::string escaped;
  for (const char c : key) {
    const bool plain = absl::ascii_isalnum(c) || kTokenSymbols.find(c) != std::string_view::npos;
    if (plain) {
      escaped += c;
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

std::vector<std::pair<std::string, std::string>> ImpersonationHeaders(const Impersonation& as) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (!as.user.empty()) headers.emplace_back("Impersonate-User", as.user);
  if (!as.uid.empty()) headers.emplace_back("Impersonate-Uid", as.uid);
  for (const std::string& group : as.groups) headers.emplace_back("Impersonate-Group", group);
  for (const auto& [key, values] : as.extra) {
    for (const std::string& value : values) {
      headers.emplace_back("Impersonate-Extra-" + HeaderKey(key), value);
    }
  }
  return headers;
}

absl::Status CheckExec(const ExecConfig& exec) {
  if (exec.command.empty()) return absl::InvalidArgumentError("exec has no command");
  if (exec.api_version != "client.authentication.k8s.io/v1" &&
      exec.api_version != "client.authentication.k8s.io/v1beta1") {
    return absl::InvalidArgumentError(fmt::format(
        "exec has apiVersion \"{}\"; it must be client.authentication.k8s.io/v1 or …/v1beta1",
        exec.api_version));
  }
  const bool optional = exec.api_version == "client.authentication.k8s.io/v1beta1";
  const std::string& mode = exec.interactive_mode;
  if (mode == "Always") {
    return absl::InvalidArgumentError(
        "exec has interactiveMode Always, but there is no terminal; use a plugin that asks "
        "nothing");
  }
  if (mode != "Never" && mode != "IfAvailable" && !(mode.empty() && optional)) {
    return absl::InvalidArgumentError(
        "exec needs interactiveMode: one of Never, IfAvailable, Always");
  }
  return absl::OkStatus();
}

absl::Status CheckUser(const KubeconfigUser& user) {
  const bool has_certificate =
      !user.client_certificate.empty() || !user.client_certificate_data.empty();
  const bool has_key = !user.client_key.empty() || !user.client_key_data.empty();
  if (has_certificate != has_key) {
    return absl::InvalidArgumentError("client-certificate and client-key must come together");
  }
  if (!user.token.empty() && !user.username.empty()) {
    return absl::InvalidArgumentError("token and username exclude each other");
  }
  if (!IsHeaderText(user.token)) {
    return absl::InvalidArgumentError("token holds a line break or another control character");
  }
  if (!user.auth_provider.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("auth-provider \"{}\" is no longer known to Kubernetes; use exec with its "
                    "credential plugin",
                    user.auth_provider));
  }
  const Impersonation& as = user.impersonation;
  if (as.user.empty() && !(as.uid.empty() && as.groups.empty() && as.extra.empty())) {
    return absl::InvalidArgumentError("as-uid, as-groups and as-user-extra need as");
  }
  for (const auto& [name, value] : ImpersonationHeaders(as)) {
    if (!IsHeaderText(value)) {
      return absl::InvalidArgumentError(fmt::format("{} holds a control character", name));
    }
  }
  return user.has_exec ? CheckExec(user.exec) : absl::OkStatus();
}

absl::Status SetCluster(const KubeconfigCluster& cluster, const Environment& environment,
                        ClientConfig& config) {
  absl::StatusOr<UrlAddress> server = ParseServerUrl(cluster.server);
  if (!server.ok()) return server.status();
  const bool has_authority =
      !cluster.certificate_authority.empty() || !cluster.certificate_authority_data.empty();
  if (cluster.insecure_skip_tls_verify && has_authority) {
    return absl::InvalidArgumentError(
        "certificate-authority and insecure-skip-tls-verify exclude each other");
  }
  config.server = *std::move(server);
  config.tls_server_name = cluster.tls_server_name;
  config.insecure_skip_tls_verify = cluster.insecure_skip_tls_verify;
  config.authority = {cluster.certificate_authority_data, cluster.certificate_authority};
  config.exec_extension = cluster.exec_extension;
  config.proxy_url = cluster.proxy_url.empty() ? ProxyFromEnvironment(config.server, environment)
                                               : cluster.proxy_url;
  return absl::OkStatus();
}

void SetUser(const KubeconfigUser& user, ClientConfig& config) {
  config.client_certificate = {user.client_certificate_data, user.client_certificate};
  config.client_key = {user.client_key_data, user.client_key};
  config.token = user.token;
  config.token_file = user.token_file;
  config.username = user.username;
  config.password = user.password;
  config.impersonation_headers = ImpersonationHeaders(user.impersonation);
  config.has_exec = user.has_exec;
  config.exec = user.exec;
}

absl::StatusOr<ClientConfig> FromFile(const absl::StatusOr<Kubeconfig>& kubeconfig,
                                      std::string_view context, const Environment& environment) {
  if (!kubeconfig.ok()) return kubeconfig.status();
  return ClientConfigFromKubeconfig(*kubeconfig, context, environment);
}

}  // namespace

absl::StatusOr<ClientConfig> ClientConfigFromKubeconfig(const Kubeconfig& kubeconfig,
                                                        std::string_view context,
                                                        const Environment& environment) {
  if (context.empty()) context = kubeconfig.current_context;
  if (context.empty()) {
    return absl::InvalidArgumentError(
        "kubeconfig: no current-context; set one with `kubectl config use-context`");
  }
  const auto entry = kubeconfig.contexts.find(context);
  if (entry == kubeconfig.contexts.end()) {
    return absl::InvalidArgumentError(fmt::format("kubeconfig: no context \"{}\"", context));
  }
  const auto cluster = kubeconfig.clusters.find(entry->second.cluster);
  if (cluster == kubeconfig.clusters.end()) {
    return absl::InvalidArgumentError(
        fmt::format("kubeconfig: no cluster \"{}\", which context \"{}\" names",
                    entry->second.cluster, context));
  }
  ClientConfig config;
  config.namespace_name = entry->second.namespace_name;
  if (const absl::Status set = SetCluster(cluster->second, environment, config); !set.ok()) {
    return WithContext(set, fmt::format("kubeconfig: cluster \"{}\"", cluster->first));
  }
  if (entry->second.user.empty()) return config;
  const auto user = kubeconfig.users.find(entry->second.user);
  if (user == kubeconfig.users.end()) {
    return absl::InvalidArgumentError(fmt::format(
        "kubeconfig: no user \"{}\", which context \"{}\" names", entry->second.user, context));
  }
  if (const absl::Status sound = CheckUser(user->second); !sound.ok()) {
    return WithContext(sound, fmt::format("kubeconfig: user \"{}\"", user->first));
  }
  SetUser(user->second, config);
  return config;
}

absl::StatusOr<ClientConfig> InClusterClientConfig(const std::filesystem::path& root,
                                                   const Environment& environment) {
  const std::string_view host = Lookup(environment, "KUBERNETES_SERVICE_HOST");
  const std::string_view port = Lookup(environment, "KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    return absl::NotFoundError(
        "not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; name a "
        "kubeconfig instead");
  }
  const std::string url = host.find(':') == std::string_view::npos
                              ? fmt::format("https://{}:{}", host, port)
                              : fmt::format("https://[{}]:{}", host, port);
  absl::StatusOr<UrlAddress> server = ParseServerUrl(url);
  if (!server.ok()) return WithContext(server.status(), "KUBERNETES_SERVICE_HOST and _PORT");
  const std::filesystem::path directory = root / kServiceAccountDirectory;
  ClientConfig config;
  config.server = *std::move(server);
  config.authority.path = directory / "ca.crt";
  config.token_file = directory / "token";
  config.proxy_url = ProxyFromEnvironment(config.server, environment);
  for (const std::string& path : {config.authority.path, config.token_file}) {
    const absl::StatusOr<std::string> contents = ReadFile(path, kMaxServiceAccountFileBytes);
    if (contents.ok()) continue;
    return WithContext(contents.status(),
                       "service account (check automountServiceAccountToken of the pod)");
  }
  const absl::StatusOr<std::string> name =
      ReadFile(directory / "namespace", kMaxServiceAccountFileBytes);
  if (name.ok()) config.namespace_name = TrimAsciiSpace(*name);
  return config;
}

absl::StatusOr<ClientConfig> ServerClientConfig(const std::string& kubeconfig_path,
                                                const std::filesystem::path& root,
                                                const Environment& environment) {
  if (kubeconfig_path.empty()) return InClusterClientConfig(root, environment);
  return FromFile(LoadKubeconfigFile(kubeconfig_path), "", environment);
}

absl::StatusOr<ClientConfig> UserClientConfig(const std::string& kubeconfig_path,
                                              std::string_view context,
                                              const Environment& environment) {
  return FromFile(kubeconfig_path.empty() ? LoadDefaultKubeconfig(environment)
                                          : LoadKubeconfigFile(kubeconfig_path),
                  context, environment);
}

}  // namespace kubegauge::kube
