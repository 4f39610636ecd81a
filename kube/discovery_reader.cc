#include "kube/discovery_reader.h"

#include <utility>

#include "kube/api_error.h"
#include "kube/status_context.h"

namespace kubegauge::kube {
namespace {

using boost::asio::awaitable;

// v2 is of 1.30, v2beta1 of 1.27.
constexpr const char* kAcceptDiscovery =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json";
constexpr unsigned kNotModified = 304;

}  // namespace

awaitable<absl::StatusOr<ApiGroups>> DiscoveryReader::ReadDocument(Document& document) {
  ApiRequest request{.target = document.path, .accept = kAcceptDiscovery};
  if (!document.entity_tag.empty()) {
    request.headers.emplace_back("If-None-Match", document.entity_tag);
  }
  const absl::StatusOr<ApiResponse> response = co_await client_.Send(std::move(request));
  if (!response.ok()) co_return response.status();
  if (response->head.status == kNotModified) co_return document.groups;
  if (!IsSuccess(*response)) co_return ApiErrorOf(*response, {});
  absl::StatusOr<ApiGroups> groups = ParseApiGroups(response->body);
  if (!groups.ok()) co_return WithContext(groups.status(), "GET " + document.path);
  document.entity_tag = std::string(response->head.Find("etag"));
  document.groups = document.entity_tag.empty() ? ApiGroups{} : *groups;
  co_return groups;
}

awaitable<absl::StatusOr<ApiGroups>> DiscoveryReader::ReadGroups() {
  absl::StatusOr<ApiGroups> groups = co_await ReadDocument(core_);
  if (absl::IsNotFound(groups.status())) groups = ApiGroups{};
  if (!groups.ok()) co_return groups;
  absl::StatusOr<ApiGroups> named = co_await ReadDocument(named_);
  if (!named.ok()) co_return named;
  groups->insert(groups->end(), named->begin(), named->end());
  co_return groups;
}

awaitable<absl::StatusOr<std::vector<ApiResource>>> DiscoveryReader::ReadResources(
    GroupVersion group_version) {
  const std::string path = ApiPath(group_version);
  ApiRequest request{.target = path};
  const absl::StatusOr<ApiResponse> response = co_await client_.Send(std::move(request));
  if (!response.ok()) co_return response.status();
  if (!IsSuccess(*response)) co_return ApiErrorOf(*response, {});
  absl::StatusOr<std::vector<ApiResource>> resources = ParseApiResources(response->body);
  if (!resources.ok()) co_return WithContext(resources.status(), "GET " + path);
  co_return resources;
}

}  // namespace kubegauge::kube
