#include "kube/lease_client.h"

#include <fmt/format.h>

#include <utility>

#include "kube/api_error.h"
#include "kube/path_segment.h"

namespace kubegauge::kube {

using boost::asio::awaitable;
using std::chrono::milliseconds;

LeaseClient::LeaseClient(ApiClient& client, std::string namespace_name, std::string name)
    : client_(client),
      namespace_name_(std::move(namespace_name)),
      name_(std::move(name)),
      collection_path_(fmt::format("/apis/coordination.k8s.io/v1/namespaces/{}/leases",
                                   EncodePathSegment(namespace_name_))) {}

std::string LeaseClient::Describe() const { return fmt::format("{}/{}", namespace_name_, name_); }

awaitable<absl::StatusOr<Lease>> LeaseClient::Get(milliseconds timeout) {
  return Send({.target = fmt::format("{}/{}", collection_path_, EncodePathSegment(name_)),
               .timeout = timeout});
}

awaitable<absl::StatusOr<Lease>> LeaseClient::Create(LeaderRecord record, milliseconds timeout) {
  return Send({.method = "POST",
               .target = collection_path_,
               .content_type = "application/json",
               .body = EncodeNewLease(namespace_name_, name_, record),
               .timeout = timeout});
}

awaitable<absl::StatusOr<Lease>> LeaseClient::Update(Lease lease, LeaderRecord record,
                                                     milliseconds timeout) {
  return Send({.method = "PUT",
               .target = fmt::format("{}/{}", collection_path_, EncodePathSegment(name_)),
               .content_type = "application/json",
               .body = EncodeLease(lease, record),
               .timeout = timeout});
}

awaitable<absl::StatusOr<Lease>> LeaseClient::Send(ApiRequest request) {
  const std::string method = request.method;
  const absl::StatusOr<ApiResponse> response = co_await client_.Send(std::move(request));
  if (!response.ok()) co_return response.status();
  if (IsSuccess(*response)) co_return DecodeLease(response->body);
  const RequestedResource requested{.method = method,
                                    .group = "coordination.k8s.io",
                                    .resource = "leases",
                                    .name = method == "POST" ? "" : std::string_view(name_)};
  co_return ApiErrorOf(*response, requested);
}

}  // namespace kubegauge::kube
