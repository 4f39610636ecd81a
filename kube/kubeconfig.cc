#include "kube/kubeconfig.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "kube/kubeconfig_document.h"

namespace kubegauge::kube {
namespace {

using nlohmann::json;

constexpr std::string_view kExecExtension = "client.authentication.k8s.io/exec";

// Reads the fields of one object; remembers what was wrong first.
class FieldReader {
 public:
  FieldReader(const json& object, std::string where, absl::Status& problem)
      : object_(object), where_(std::move(where)), problem_(problem) {
    if (!object.is_object() && !object.is_null()) Complain("", "is not a mapping");
  }

  // Null where the field is missing or null.
  const json& Field(const char* name) const {
    const auto found = object_.is_object() ? object_.find(name) : object_.end();
    return object_.is_object() && found != object_.end() ? *found : null_;
  }
  std::string Where(const char* name) const { return fmt::format("{}.{}", where_, name); }

  void Text(const char* name, std::string& out) const {
    const json& field = Field(name);
    if (field.is_null()) return;
    if (field.is_string()) {
      out = field.get<std::string>();
    } else if (field.is_boolean() || field.is_number()) {
      out = field.dump();
    } else {
      Complain(name, "is not a text");
    }
  }

  void Bool(const char* name, bool& out) const {
    const json& field = Field(name);
    if (field.is_null()) return;
    if (!field.is_boolean()) return Complain(name, "is neither true nor false");
    out = field.get<bool>();
  }

  void Base64(const char* name, std::string& out) const {
    std::string encoded;
    Text(name, encoded);
    if (!absl::Base64Unescape(encoded, &out)) Complain(name, "is not valid base64");
  }

  void Path(const char* name, const std::filesystem::path& directory, std::string& out) const {
    Text(name, out);
    if (!out.empty()) out = (directory / out).lexically_normal().string();
  }

  void Texts(const char* name, std::vector<std::string>& out) const {
    const json& field = Field(name);
    if (field.is_null()) return;
    if (!field.is_array()) return Complain(name, "is not a list");
    for (const json& item : field) {
      if (!item.is_string()) return Complain(name, "has an item that is not a text");
      out.push_back(item.get<std::string>());
    }
  }

  void Complain(const char* name, std::string_view what) const {
    if (!problem_.ok()) return;
    const std::string place = *name == '\0' ? where_ : Where(name);
    problem_ = absl::InvalidArgumentError(fmt::format("{} {}", place, what));
  }

 private:
  const json null_;
  const json& object_;
  const std::string where_;
  absl::Status& problem_;
};

KubeconfigCluster ReadCluster(const FieldReader& fields, const std::filesystem::path& directory) {
  KubeconfigCluster cluster;
  fields.Text("server", cluster.server);
  fields.Text("tls-server-name", cluster.tls_server_name);
  fields.Bool("insecure-skip-tls-verify", cluster.insecure_skip_tls_verify);
  fields.Path("certificate-authority", directory, cluster.certificate_authority);
  fields.Base64("certificate-authority-data", cluster.certificate_authority_data);
  fields.Text("proxy-url", cluster.proxy_url);
  for (const json& item : fields.Field("extensions")) {
    if (item.is_object() && item.value("name", json()) == kExecExtension) {
      cluster.exec_extension = item.value("extension", json()).dump();
    }
  }
  return cluster;
}

ExecConfig ReadExec(const FieldReader& fields, const std::filesystem::path& directory,
                    absl::Status& problem) {
  ExecConfig exec;
  fields.Text("apiVersion", exec.api_version);
  fields.Text("command", exec.command);
  // A bare name is looked up in $PATH, as a shell does.
  if (exec.command.find('/') != std::string::npos) fields.Path("command", directory, exec.command);
  fields.Texts("args", exec.args);
  fields.Text("installHint", exec.install_hint);
  fields.Bool("provideClusterInfo", exec.provide_cluster_info);
  fields.Text("interactiveMode", exec.interactive_mode);
  for (const json& item : fields.Field("env")) {
    const FieldReader variable(item, fields.Where("env"), problem);
    auto& [name, value] = exec.env.emplace_back();
    variable.Text("name", name);
    variable.Text("value", value);
  }
  return exec;
}

Impersonation ReadImpersonation(const FieldReader& fields, absl::Status& problem) {
  Impersonation as;
  fields.Text("as", as.user);
  fields.Text("as-uid", as.uid);
  fields.Texts("as-groups", as.groups);
  const json& extra = fields.Field("as-user-extra");
  const FieldReader values(extra, fields.Where("as-user-extra"), problem);
  if (extra.is_object()) {
    for (const auto& [key, list] : extra.items()) values.Texts(key.c_str(), as.extra[key]);
  }
  return as;
}

KubeconfigUser ReadUser(const FieldReader& fields, const std::filesystem::path& directory,
                        absl::Status& problem) {
  KubeconfigUser user;
  fields.Path("client-certificate", directory, user.client_certificate);
  fields.Base64("client-certificate-data", user.client_certificate_data);
  fields.Path("client-key", directory, user.client_key);
  fields.Base64("client-key-data", user.client_key_data);
  fields.Text("token", user.token);
  fields.Path("tokenFile", directory, user.token_file);
  fields.Text("username", user.username);
  fields.Text("password", user.password);
  user.impersonation = ReadImpersonation(fields, problem);
  const json& exec = fields.Field("exec");
  user.has_exec = !exec.is_null();
  user.exec = ReadExec(FieldReader(exec, fields.Where("exec"), problem), directory, problem);
  FieldReader(fields.Field("auth-provider"), fields.Where("auth-provider"), problem)
      .Text("name", user.auth_provider);
  return user;
}

KubeconfigContext ReadContext(const FieldReader& fields) {
  KubeconfigContext context;
  fields.Text("cluster", context.cluster);
  fields.Text("user", context.user);
  fields.Text("namespace", context.namespace_name);
  return context;
}

// Calls `take` with the name and the fields of each item of `list`: [{name, <kind>: {…}}, …].
template <class Take>
void ForEachNamed(const FieldReader& document, const char* list, const char* kind,
                  absl::Status& problem, Take take) {
  const json& items = document.Field(list);
  if (!items.is_array() && !items.is_null()) return document.Complain(list, "is not a list");
  for (const json& item : items) {
    const FieldReader named(item, list, problem);
    std::string name;
    named.Text("name", name);
    const json& fields = named.Field(kind);
    take(name, FieldReader(fields, fmt::format("{}[{}].{}", list, name, kind), problem));
  }
}

}  // namespace

absl::StatusOr<Kubeconfig> ParseKubeconfig(std::string_view text,
                                           const std::filesystem::path& directory) {
  const absl::StatusOr<json> document = ParseYamlOrJson(text);
  if (!document.ok()) return document.status();
  absl::Status problem;
  const FieldReader fields(*document, "kubeconfig", problem);
  Kubeconfig config;
  std::string kind;
  fields.Text("kind", kind);
  if (!kind.empty() && kind != "Config") fields.Complain("kind", "is not Config");
  fields.Text("current-context", config.current_context);
  // The first of a name wins, as among files.
  ForEachNamed(fields, "clusters", "cluster", problem,
               [&](const std::string& name, const FieldReader& cluster) {
                 config.clusters.emplace(name, ReadCluster(cluster, directory));
               });
  ForEachNamed(fields, "users", "user", problem,
               [&](const std::string& name, const FieldReader& user) {
                 config.users.emplace(name, ReadUser(user, directory, problem));
               });
  ForEachNamed(fields, "contexts", "context", problem,
               [&](const std::string& name, const FieldReader& context) {
                 config.contexts.emplace(name, ReadContext(context));
               });
  if (!problem.ok()) return problem;
  return config;
}

void MergeKubeconfig(Kubeconfig& into, Kubeconfig from) {
  into.clusters.merge(from.clusters);
  into.users.merge(from.users);
  into.contexts.merge(from.contexts);
  if (into.current_context.empty()) into.current_context = std::move(from.current_context);
}

}  // namespace kubegauge::kube
