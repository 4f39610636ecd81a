#include "kube/watched_resource.h"

#include <fmt/format.h>

namespace kubegauge::kube {
namespace {

// Until the head of the response has come. A list is made whole before its head is sent, and an API
// server gives itself a minute for that.
constexpr std::chrono::seconds kHeadTimeout{65};

std::string PercentEncoded(std::string_view text) {
  static constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  std::string encoded;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

// A target with its query; parameters without a value are left out.
class Target {
 public:
  explicit Target(std::string path) : text_(std::move(path)) {}

  Target& Add(std::string_view key, std::string_view value) {
    if (!value.empty()) {
      text_ += fmt::format("{}{}={}", separator_, key, PercentEncoded(value));
      separator_ = '&';
    }
    return *this;
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
  char separator_ = '?';
};

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
  Target target(resource.path);
  target.Add("continue", query.continue_token)
      .Add("fieldSelector", resource.field_selector)
      .Add("limit", limit)
      .Add("resourceVersion", query.resource_version);
  return MakeRequest(target.Take(), resource.list_accept);
}

ApiRequest MakeWatchRequest(const WatchedResource& resource, std::string_view resource_version,
                            std::chrono::seconds timeout) {
  Target target(resource.path);
  target.Add("allowWatchBookmarks", "true")
      .Add("fieldSelector", resource.field_selector)
      .Add("resourceVersion", resource_version)
      .Add("timeoutSeconds", fmt::format("{}", timeout.count()))
      .Add("watch", "true");
  return MakeRequest(target.Take(), resource.watch_accept);
}

}  // namespace kubegauge::kube
