#include "apiservice/authentication_lookup.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "apiservice/authentication_config_map.h"
#include "apiservice/json_members.h"
#include "apiservice/object_client.h"

namespace kubegauge::apiservice {
namespace {

using Data = std::map<std::string, std::string>;

absl::StatusOr<Data> DataOf(const kube::ApiResponse& response) {
  const nlohmann::json object = nlohmann::json::parse(response.body, nullptr, false);
  if (!object.is_object()) {
    return absl::InvalidArgumentError("the API server's answer is not an object in JSON");
  }
  Data data;
  for (const auto& entry : ObjectMember(object, "data").items()) {
    if (entry.value().is_string()) data.emplace(entry.key(), entry.value().get<std::string>());
  }
  return data;
}

// Without data when there is no such ConfigMap.
boost::asio::awaitable<absl::StatusOr<Data>> GetConfigMap(kube::ApiClient& client,
                                                          spdlog::logger& log) {
  kube::ApiRequest request;
  request.target = fmt::format("/api/v1/namespaces/{}/configmaps/{}",
                               kAuthenticationConfigMapNamespace, kAuthenticationConfigMapName);
  const absl::StatusOr<kube::ApiResponse> response = co_await client.Send(std::move(request));
  if (!response.ok()) co_return response.status();
  if (response->head.status == 404) co_return Data();
  if (response->head.status == 403) {
    log.warn(
        "Unable to get configmap/{} in {}.  Usually fixed by 'kubectl create rolebinding -n {} "
        "ROLEBINDING_NAME --role=extension-apiserver-authentication-reader "
        "--serviceaccount=YOUR_NS:YOUR_SA'",
        kAuthenticationConfigMapName, kAuthenticationConfigMapNamespace,
        kAuthenticationConfigMapNamespace);
    co_return absl::PermissionDeniedError(FailureMessage(*response));
  }
  if (response->head.status == 401) {
    co_return absl::UnauthenticatedError(FailureMessage(*response));
  }
  if (response->head.status != 200) co_return absl::UnavailableError(FailureMessage(*response));
  co_return DataOf(*response);
}

}  // namespace

boost::asio::awaitable<absl::Status> LookUpAuthenticationConfig(kube::ApiClient& client,
                                                                AuthenticationConfig& config,
                                                                bool tolerate_failure,
                                                                spdlog::logger& log) {
  const AuthenticationSources& sources = config.sources();
  if (!sources.LooksUpClientCa() && !sources.LooksUpRequestHeader()) co_return absl::OkStatus();
  const absl::StatusOr<Data> data = co_await GetConfigMap(client, log);
  const absl::Status taken = data.ok() ? config.OnConfigMap(*data) : data.status();
  if (taken.ok()) co_return absl::OkStatus();
  if (tolerate_failure || !sources.LooksUpRequestHeader()) {
    log.warn(
        "Continuing without authentication configuration. This may treat all requests as anonymous "
        "error=\"{}\"",
        std::string(taken.message()));
    co_return absl::OkStatus();
  }
  co_return absl::Status(
      taken.code(), fmt::format("unable to load configmap based request-header-client-ca-file: {}",
                                std::string(taken.message())));
}

}  // namespace kubegauge::apiservice
