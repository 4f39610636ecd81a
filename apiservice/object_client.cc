#include "apiservice/object_client.h"

#include <fmt/format.h>

#include <utility>

#include "apiservice/json_members.h"

namespace kubegauge::apiservice {
namespace {

constexpr std::chrono::seconds kTimeout{10};

absl::Status Failed(std::string_view verb, const std::string& described, std::string_view why) {
  return absl::UnavailableError(fmt::format("cannot {} {}: {}", verb, described, why));
}

absl::Status Refused(std::string_view verb, const std::string& described,
                     const kube::ApiResponse& response) {
  const std::string why = FailureMessage(response);
  if (response.head.status != 403) return Failed(verb, described, why);
  return absl::PermissionDeniedError(fmt::format(
      "cannot {} {}: {}; grant the service account the verbs get, create and update on it", verb,
      described, why));
}

}  // namespace

boost::asio::awaitable<absl::StatusOr<nlohmann::json>> GetObject(kube::ApiClient& client,
                                                                 std::string path,
                                                                 std::string described) {
  kube::ApiRequest request;
  request.target = std::move(path);
  request.timeout = kTimeout;
  const absl::StatusOr<kube::ApiResponse> response = co_await client.Send(std::move(request));
  if (!response.ok()) {
    co_return Failed("get", described, std::string(response.status().message()));
  }
  if (response->head.status == 404) co_return nlohmann::json();
  if (response->head.status != 200) co_return Refused("get", described, *response);
  nlohmann::json object = nlohmann::json::parse(response->body, nullptr, false);
  if (!object.is_object()) co_return Failed("get", described, "the answer is no object in JSON");
  co_return object;
}

boost::asio::awaitable<absl::StatusOr<bool>> WriteObject(kube::ApiClient& client,
                                                         std::string collection_path,
                                                         std::string name, nlohmann::json object,
                                                         std::string described) {
  const bool is_new = ResourceVersionOf(object).empty();
  kube::ApiRequest request;
  request.method = is_new ? "POST" : "PUT";
  request.target = is_new ? collection_path : fmt::format("{}/{}", collection_path, name);
  request.content_type = "application/json";
  request.body = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  request.timeout = kTimeout;
  const absl::StatusOr<kube::ApiResponse> response = co_await client.Send(std::move(request));
  const char* verb = is_new ? "create" : "update";
  if (!response.ok()) co_return Failed(verb, described, std::string(response.status().message()));
  const unsigned status = response->head.status;
  if (status == 409 || (status == 404 && !is_new)) co_return false;
  if (status / 100 != 2) co_return Refused(verb, described, *response);
  co_return true;
}

std::string ResourceVersionOf(const nlohmann::json& object) {
  return StringMember(ObjectMember(object, "metadata"), "resourceVersion");
}

std::string FailureMessage(const kube::ApiResponse& response) {
  const nlohmann::json status = nlohmann::json::parse(response.body, nullptr, false);
  std::string message = status.is_object() ? StringMember(status, "message") : std::string();
  if (!message.empty()) return message;
  return fmt::format("the API server answered with status {}", response.head.status);
}

}  // namespace kubegauge::apiservice
