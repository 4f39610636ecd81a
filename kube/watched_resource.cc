#include "kube/watched_resource.h"

#include <fmt/format.h>

#include "kube/request_target.h"

namespace kubegauge::kube {
namespace {

// Until the head of the response has come. A list is made whole before its head is sent, and an API
// server gives itself a minute for that.
constexpr std::chrono::seconds kHeadTimeout{65};

ApiRequest MakeRequest(std::string target, std::string accept) {
  ApiRequest request;
  request.target = std::move(target);
  request.accept = std::move(accept);
  request.timeout = kHeadTimeout;
  return request;
}

}  // namespace

ApiRequest MakeListRequest(const WatchedResource& resource, const ListPageQuery& query) {
  const std::string limit = query.limit > 0 ? fmt::format("{}", query.limit) : std::string();
  RequestTarget target(resource.path);
  target.Add("continue", query.continue_token)
      .Add("fieldSelector", resource.field_selector)
      .Add("limit", limit)
      .Add("resourceVersion", query.resource_version);
  return MakeRequest(target.Take(), resource.list_accept);
}

ApiRequest MakeWatchRequest(const WatchedResource& resource, std::string_view resource_version,
                            std::chrono::seconds timeout) {
  RequestTarget target(resource.path);
  target.Add("allowWatchBookmarks", "true")
      .Add("fieldSelector", resource.field_selector)
      .Add("resourceVersion", resource_version)
      .Add("timeoutSeconds", fmt::format("{}", timeout.count()))
      .Add("watch", "true");
  return MakeRequest(target.Take(), resource.watch_accept);
}

}  // namespace kubegauge::kube
