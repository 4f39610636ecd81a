#include "kube/exec_credential.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "kube/header_text.h"
#include "kube/rfc3339.h"
#include "kube/time_units.h"

namespace kubegauge::kube {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json ClusterJson(const ClientConfig& config, std::string_view authority) {
  ordered_json cluster;
  cluster["server"] = fmt::format("{}://{}{}", config.server.is_https ? "https" : "http",
                                  config.server.HostPort(), config.server.path);
  if (!config.tls_server_name.empty()) cluster["tls-server-name"] = config.tls_server_name;
  if (config.insecure_skip_tls_verify) cluster["insecure-skip-tls-verify"] = true;
  if (!authority.empty()) {
    cluster["certificate-authority-data"] =
        absl::Base64Escape(absl::string_view(authority.data(), authority.size()));
  }
  if (!config.proxy_url.empty()) cluster["proxy-url"] = config.proxy_url;
  if (!config.exec_extension.empty()) {
    cluster["config"] = ordered_json::parse(config.exec_extension, nullptr, false);
  }
  return cluster;
}

absl::Status Refuse(std::string_view what) { return absl::InvalidArgumentError(std::string(what)); }

// "" when missing, nullopt when not a text.
std::optional<std::string> TextField(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "";
  if (!found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

absl::StatusOr<ExecCredential> ReadStatus(const json& status) {
  const auto token = TextField(status, "token");
  const auto certificate = TextField(status, "clientCertificateData");
  const auto key = TextField(status, "clientKeyData");
  const auto expiration = TextField(status, "expirationTimestamp");
  if (!token || !certificate || !key || !expiration) {
    return Refuse("a field of its status is not a text");
  }
  if (token->empty() && certificate->empty() && key->empty()) {
    return Refuse("it returned neither a token nor a certificate and key");
  }
  if (certificate->empty() != key->empty()) {
    return Refuse("it returned a certificate or a key, not both");
  }
  if (!IsHeaderText(*token)) return Refuse("its token holds a control character");
  ExecCredential credential{*token, *certificate, *key, std::nullopt};
  if (!expiration->empty()) {
    const absl::StatusOr<int64_t> seconds = ParseRfc3339Seconds(*expiration);
    if (!seconds.ok()) return Refuse("its expirationTimestamp is not an RFC 3339 time");
    constexpr int64_t kMaxSeconds = INT64_MAX / kNsPerSecond;
    if (*seconds <= kMaxSeconds) {
      credential.expiration_ns = std::max(*seconds, -kMaxSeconds) * kNsPerSecond;
    }
  }
  return credential;
}

}  // namespace

std::string ExecInfoJson(const ClientConfig& config, std::string_view authority) {
  ordered_json spec;
  if (config.exec.provide_cluster_info) spec["cluster"] = ClusterJson(config, authority);
  spec["interactive"] = false;
  ordered_json info;
  info["kind"] = "ExecCredential";
  info["apiVersion"] = config.exec.api_version;
  info["spec"] = std::move(spec);
  return info.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

absl::StatusOr<ExecCredential> ParseExecCredential(std::string_view output,
                                                   std::string_view api_version) {
  const json answer = json::parse(output, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return Refuse("it printed no JSON object");
  const auto kind = TextField(answer, "kind");
  if (kind != "ExecCredential") return Refuse("it printed an object that is no ExecCredential");
  const auto version = TextField(answer, "apiVersion");
  if (version != api_version) {
    return Refuse(fmt::format("it answered in another API version than {}", api_version));
  }
  const auto status = answer.find("status");
  if (status == answer.end() || !status->is_object()) return Refuse("it returned no status");
  return ReadStatus(*status);
}

}  // namespace kubegauge::kube
