#include "autoscaler/metric_value_request.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

#include "kube/ascii_text.h"
#include "kube/path_segment.h"
#include "kube/request_target.h"

namespace kubegauge::autoscaler {
namespace {

struct PathSegment {
  std::string_view what;
  std::string_view text;
};

absl::Status CheckSegments(std::initializer_list<PathSegment> segments) {
  for (const PathSegment& segment : segments) {
    absl::Status valid = kube::CheckPathSegment(segment.what, segment.text);
    if (!valid.ok()) return valid;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> TargetOf(const MetricValueRequest& request, std::string_view version) {
  const absl::Status valid = CheckSegments({{"resource", request.resource},
                                            {"namespace", request.namespace_name},
                                            {"resource name", request.name},
                                            {"subresource", request.subresource}});
  if (!valid.ok()) return valid;
  std::string path = fmt::format("/apis/custom.metrics.k8s.io/{}/namespaces/{}/{}/{}", version,
                                 kube::EncodePathSegment(request.namespace_name), request.resource,
                                 kube::EncodePathSegment(request.name));
  if (!request.subresource.empty()) path += '/' + kube::EncodePathSegment(request.subresource);
  return kube::RequestTarget(std::move(path))
      .Add("labelSelector", request.pod_selector)
      .Add("metricLabelSelector", request.metric_selector)
      .Take();
}

absl::StatusOr<std::string> ExternalMetricTarget(std::string_view namespace_name,
                                                 std::string_view metric,
                                                 std::string_view metric_selector) {
  const absl::Status valid = CheckSegments({{"namespace", namespace_name}, {"resource", metric}});
  if (!valid.ok()) return valid;
  return kube::RequestTarget(fmt::format("/apis/external.metrics.k8s.io/v1beta1/namespaces/{}/{}",
                                         kube::EncodePathSegment(namespace_name),
                                         kube::EncodePathSegment(kube::AsciiLower(metric))))
      .Add("labelSelector", metric_selector)
      .Take();
}

}  // namespace kubegauge::autoscaler
