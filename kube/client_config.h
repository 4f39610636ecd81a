#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/environment.h"
#include "kube/kubeconfig.h"
#include "kube/proxy_settings.h"

namespace kubegauge::kube {

// PEM text, or the file that holds it. Neither: there is none.
struct PemSource {
  std::string data;
  std::string path;  // read when `data` is empty

  bool empty() const { return data.empty() && path.empty(); }
};

// All that a client needs to talk to one API server: what became of a kubeconfig or of a service
// account. Holds secrets: not to be logged.
struct ClientConfig {
  UrlAddress server;
  std::string tls_server_name;  // "" for the server's host
  bool insecure_skip_tls_verify = false;
  PemSource authority;    // empty: the system's authorities
  std::string proxy_url;  // "" for none
  PemSource client_certificate;
  PemSource client_key;
  std::string token;
  std::string token_file;
  std::string username;
  std::string password;
  // Fields Impersonate-*, ready to be sent.
  std::vector<std::pair<std::string, std::string>> impersonation_headers;
  bool has_exec = false;
  ExecConfig exec;
  std::string exec_extension;  // see KubeconfigCluster
  std::string namespace_name;  // "" for none
};

// The context `context` of a kubeconfig, or with "" its current one. Proxies come from the
// cluster's entry, else from `environment`. InvalidArgument that says what is missing or does not
// go together.
absl::StatusOr<ClientConfig> ClientConfigFromKubeconfig(const Kubeconfig& kubeconfig,
                                                        std::string_view context,
                                                        const Environment& environment);

// The service account of the pod that this program runs in: $KUBERNETES_SERVICE_HOST and
// $KUBERNETES_SERVICE_PORT, and the files below `root`/var/run/secrets/kubernetes.io/serviceaccount
// (ca.crt, token, namespace). `root` is "/" but in tests. NotFound outside of a pod. Blocks.
absl::StatusOr<ClientConfig> InClusterClientConfig(const std::filesystem::path& root,
                                                   const Environment& environment);

// What a server of the cluster uses: the kubeconfig at `kubeconfig_path`, or with "" the service
// account.
absl::StatusOr<ClientConfig> ServerClientConfig(const std::string& kubeconfig_path,
                                                const std::filesystem::path& root,
                                                const Environment& environment);

// What a person at a terminal uses: the kubeconfig at `kubeconfig_path`, or with "" the default
// one of LoadDefaultKubeconfig.
absl::StatusOr<ClientConfig> UserClientConfig(const std::string& kubeconfig_path,
                                              std::string_view context,
                                              const Environment& environment);

}  // namespace kubegauge::kube
