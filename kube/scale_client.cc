#include "kube/scale_client.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "kube/api_error.h"
#include "kube/backoff.h"
#include "kube/field_manager.h"
#include "kube/path_segment.h"
#include "kube/status_context.h"

namespace kubegauge::kube {
namespace {

using boost::asio::awaitable;

// client-go's retry.DefaultRetry.
constexpr BackoffPolicy kConflictBackoff{
    .initial = std::chrono::milliseconds(10), .factor = 1.0, .jitter = 0.1, .steps = 5};
constexpr unsigned kConflict = 409;

absl::StatusOr<std::string> ScalePath(const GroupVersion& version, const ScaleTarget& target,
                                      const std::string& name) {
  if (const absl::Status fault = CheckPathSegment("namespace", target.namespace_name);
      !fault.ok()) {
    return fault;
  }
  if (const absl::Status fault = CheckPathSegment("resource name", name); !fault.ok()) return fault;
  std::string path = ApiPath(version);
  if (!target.namespace_name.empty()) {
    path.append("/namespaces/").append(EncodePathSegment(target.namespace_name));
  }
  path.append("/").append(target.resource).append("/").append(EncodePathSegment(name));
  return path.append("/scale");
}

absl::StatusOr<Scale> ReadAnswer(absl::StatusOr<ApiResponse> response,
                                 const RequestedResource& requested) {
  if (!response.ok()) return response.status();
  if (!IsSuccess(*response)) return ApiErrorOf(*response, requested);
  return DecodeScale(std::move(response->body));
}

}  // namespace

awaitable<absl::StatusOr<GroupVersion>> ScaleClient::VersionOf(const ScaleTarget& target) {
  absl::StatusOr<std::string> version =
      co_await mapper_.PreferredVersionOf(target.group, target.resource);
  if (version.ok()) co_return GroupVersion{target.group, *std::move(version)};
  const std::string resource = Qualified(target.resource, target.group);
  co_return WithContext(version.status(),
                        fmt::format("unable to get client for {0}: unable to get full preferred "
                                    "group-version-resource for {0}",
                                    resource));
}

awaitable<absl::StatusOr<Scale>> ScaleClient::Get(const ScaleTarget& target) {
  const absl::StatusOr<GroupVersion> version = co_await VersionOf(target);
  if (!version.ok()) co_return version.status();
  absl::StatusOr<std::string> path = ScalePath(*version, target, target.name);
  if (!path.ok()) co_return path.status();
  ApiRequest request{.target = *std::move(path)};
  absl::StatusOr<ApiResponse> response = co_await client_.Send(std::move(request));
  co_return ReadAnswer(std::move(response), {.resource = target.resource, .name = target.name});
}

awaitable<ScaleClient::Written> ScaleClient::Put(const ScaleTarget& target, const Scale& scale) {
  const absl::StatusOr<GroupVersion> version = co_await VersionOf(target);
  if (!version.ok()) co_return Written{version.status()};
  const absl::StatusOr<VersionedKind> kind =
      co_await mapper_.SubresourceKind(*version, target.resource, "scale");
  if (!kind.ok()) {
    co_return Written{WithContext(
        kind.status(),
        fmt::format(
            "could not find proper group-version for scale subresource of {}/{}, Resource={}",
            version->group, version->version, target.resource))};
  }
  absl::StatusOr<std::string> body = EncodeScale(scale, kind->group_version);
  if (!body.ok()) co_return Written{body.status()};
  absl::StatusOr<std::string> path = ScalePath(*version, target, scale.name);
  if (!path.ok()) co_return Written{path.status()};
  ApiRequest request{.method = "PUT",
                     .target = *std::move(path) + kFieldManagerQuery,
                     .content_type = "application/json",
                     .body = *std::move(body)};
  absl::StatusOr<ApiResponse> response = co_await client_.Send(std::move(request));
  const bool conflict = response.ok() && response->head.status == kConflict;
  co_return Written{ReadAnswer(std::move(response),
                               {.method = "PUT", .resource = target.resource, .name = scale.name}),
                    conflict};
}

awaitable<absl::StatusOr<Scale>> ScaleClient::Update(ScaleTarget target, Scale scale,
                                                     int32_t replicas) {
  Backoff backoff(kConflictBackoff, random_);
  for (;;) {
    scale.spec_replicas = replicas;
    Written written = co_await Put(target, scale);
    if (written.scale.ok()) co_return std::move(written.scale);
    absl::StatusOr<Scale> latest = co_await Get(target);
    if (latest.ok()) scale = *std::move(latest);
    if (!written.conflict || !backoff.MayRetry()) co_return std::move(written.scale);
    co_await sleeper_.SleepFor(backoff.Next());
  }
}

}  // namespace kubegauge::kube
