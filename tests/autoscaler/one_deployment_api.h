#pragma once

#include <fmt/format.h>

#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/api_client.h"
#include "tests/kube/api_bodies.h"

namespace kubegauge::autoscaler::testing {

using Chunks = boost::asio::experimental::channel<void(boost::system::error_code, std::string)>;

class DeploymentsWatch final : public kube::ApiStream {
 public:
  DeploymentsWatch(kube::ApiResponseHead head, std::shared_ptr<Chunks> chunks)
      : head_(std::move(head)), chunks_(std::move(chunks)) {}
  const kube::ApiResponseHead& head() const override { return head_; }
  boost::asio::awaitable<absl::StatusOr<std::string>> Read(std::chrono::milliseconds) override {
    co_return co_await chunks_->async_receive(boost::asio::use_awaitable);
  }

 private:
  const kube::ApiResponseHead head_;
  const std::shared_ptr<Chunks> chunks_;
};

// An API server with one Deployment, default/web, which may be changed with or without a word to
// those that watch.
class OneDeploymentApi final : public kube::ApiClient {
 public:
  explicit OneDeploymentApi(boost::asio::io_context& io) : io_(io) {}

  boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> Send(
      kube::ApiRequest request) override {
    if (request.target == "/api") co_return Json(R"({"kind":"APIVersions","versions":["v1"]})");
    if (request.target == "/apis") {
      co_return Json(R"({"kind":"APIGroupList","groups":[{"name":"apps",
        "versions":[{"groupVersion":"apps/)" +
                     served + R"(","version":")" + served + R"("}],
        "preferredVersion":{"groupVersion":"apps/)" +
                     served + R"(","version":")" + served + R"("}}]})");
    }
    if (request.target == "/apis/apps/" + served) {
      co_return Json(R"({"kind":"APIResourceList","groupVersion":"apps/)" + served + R"(",
        "resources":[{"name":"deployments","kind":"Deployment","namespaced":true},
          {"name":"deployments/scale","kind":"Scale","group":"autoscaling","version":"v1"}]})");
    }
    if (request.target.find("/scale") == std::string::npos) co_return Json("{}");
    if (request.method == "PUT") {
      ++version;
      const std::string replicas_of = R"("spec":{"replicas":)";
      replicas =
          std::stoi(request.body.substr(request.body.find(replicas_of) + replicas_of.size()));
    } else {
      ++scale_reads;
    }
    co_return Json(fmt::format(
        R"({{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{{"name":"web",
             "namespace":"default","resourceVersion":"{}"}},"spec":{{"replicas":{}}},
             "status":{{"replicas":1,"selector":"app=web"}}}})",
        version, replicas));
  }

  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      kube::ApiRequest request) override {
    if (!reachable) co_return absl::UnavailableError("connection refused");
    opened.push_back(request.target.substr(0, request.target.find('?')));
    const bool is_served = opened.back().starts_with("/apis/apps/" + served + "/");
    kube::ApiResponseHead head{.status = !is_served ? 404u
                                         : may_list ? 200u
                                                    : 403u,
                               .headers = {{"content-type", "application/json"}}};
    auto chunks = std::make_shared<Chunks>(io_, 10);
    const auto say = [&chunks](std::string chunk) {
      chunks->try_send(boost::system::error_code(), std::move(chunk));
    };
    if (!is_served) {
      say("");
    } else if (!may_list) {
      say(kubegauge::testing::JsonStatus(403, "Forbidden", "deployments is forbidden"));
      say("");
    } else if (request.target.find("watch=") == std::string::npos) {
      say(kubegauge::testing::JsonList(std::to_string(version), "", {Object()}));
      say("");
    } else {
      watch_ = chunks;
    }
    co_return std::make_unique<DeploymentsWatch>(std::move(head), std::move(chunks));
  }

  // To those that watch.
  void Say(std::string_view type) {
    watch_->try_send(boost::system::error_code(), kubegauge::testing::JsonEvent(type, Object()));
  }
  void EndWatch() { watch_->try_send(boost::system::error_code(), ""); }

  int version = 7;
  std::string served = "v1";        // version of apps
  std::vector<std::string> opened;  // paths of lists and watches
  int replicas = 1;
  bool may_list = true;
  bool reachable = true;
  int scale_reads = 0;

 private:
  static kube::ApiResponse Json(std::string body) {
    return {{200, {{"content-type", "application/json"}}}, std::move(body)};
  }
  std::string Object() const {
    return kubegauge::testing::JsonObject({"default", "web", std::to_string(version), {}, {}});
  }

  boost::asio::io_context& io_;
  std::shared_ptr<Chunks> watch_;
};

}  // namespace kubegauge::autoscaler::testing
