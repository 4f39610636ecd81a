#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// A kubeconfig file as kubectl reads it (client-go's clientcmd/api/v1). Data fields are decoded;
// paths are made absolute against the directory of the file that names them.

struct KubeconfigCluster {
  std::string server;
  std::string tls_server_name;  // name the certificate is held to, and SNI; "" for the server's
  bool insecure_skip_tls_verify = false;
  std::string certificate_authority;       // path
  std::string certificate_authority_data;  // PEM; wins over the path
  std::string proxy_url;
  // JSON of the extension `client.authentication.k8s.io/exec`, handed to exec plugins; "" without.
  std::string exec_extension;
};

// A command that prints credentials.
struct ExecConfig {
  std::string api_version;  // "client.authentication.k8s.io/v1" or "…/v1beta1"
  std::string command;      // a path, or a name to be looked up in $PATH
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;  // on top of the program's own
  std::string install_hint;
  bool provide_cluster_info = false;
  std::string interactive_mode;  // "Never", "IfAvailable", "Always"; "" in v1beta1
};

// On whose behalf a user acts.
struct Impersonation {
  std::string user;
  std::string uid;
  std::vector<std::string> groups;
  std::map<std::string, std::vector<std::string>> extra;
};

// Secrets: not to be logged.
struct KubeconfigUser {
  std::string client_certificate;       // path
  std::string client_certificate_data;  // PEM; wins over the path
  std::string client_key;
  std::string client_key_data;
  std::string token;
  std::string token_file;  // wins over `token` once it was read
  std::string username;
  std::string password;
  Impersonation impersonation;
  bool has_exec = false;
  ExecConfig exec;
  std::string auth_provider;  // name of a provider of old, which kubectl no longer knows either
};

struct KubeconfigContext {
  std::string cluster;
  std::string user;
  std::string namespace_name;
};

struct Kubeconfig {
  std::map<std::string, KubeconfigCluster, std::less<>> clusters;
  std::map<std::string, KubeconfigUser, std::less<>> users;
  std::map<std::string, KubeconfigContext, std::less<>> contexts;
  std::string current_context;
};

// Parses YAML or JSON. `directory` is the one of the file. InvalidArgument that names the field
// that is wrong, never its value. Unknown fields are passed over.
absl::StatusOr<Kubeconfig> ParseKubeconfig(std::string_view text,
                                           const std::filesystem::path& directory);

// Adds what `from` has and `into` has not: by name, never field by field, as kubectl merges the
// files of $KUBECONFIG.
void MergeKubeconfig(Kubeconfig& into, Kubeconfig from);

}  // namespace kubegauge::kube
