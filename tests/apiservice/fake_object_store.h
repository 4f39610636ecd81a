#pragma once

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "kube/api_client.h"

namespace kubegauge::testing {

// An API server that keeps objects by their paths, and refuses a write by who has not read the last
// version. For one thread.
class FakeObjectStore final : public kube::ApiClient {
 public:
  // Called before each request; a status other than 0 is the answer.
  using Interceptor = std::function<unsigned(const kube::ApiRequest&)>;

  void Intercept(Interceptor interceptor) { interceptor_ = std::move(interceptor); }
  // How many turns of the executor a request waits for, called for each.
  void DelayBy(std::function<int()> turns) { turns_ = std::move(turns); }

  // Null when there is none.
  nlohmann::json Get(const std::string& path) const {
    const auto found = objects_.find(path);
    return found == objects_.end() ? nlohmann::json() : found->second;
  }
  void Put(const std::string& path, nlohmann::json object) {
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    objects_[path] = std::move(object);
  }
  void Delete(const std::string& path) { objects_.erase(path); }
  int writes() const { return writes_; }
  int conflicts() const { return conflicts_; }

  boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> Send(
      kube::ApiRequest request) override {
    for (int turn = turns_ ? turns_() : 1; turn > 0; --turn) {
      co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                                 boost::asio::use_awaitable);
    }
    if (const unsigned status = interceptor_ ? interceptor_(request) : 0; status != 0) {
      co_return Status(status);
    }
    if (request.method == "POST") co_return Create(request);
    if (!objects_.contains(request.target)) co_return Status(404);
    if (request.method == "PUT") co_return Replace(request);
    co_return Body(200, objects_[request.target]);
  }
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      kube::ApiRequest) override {
    co_return absl::UnimplementedError("no streams here");
  }

 private:
  static kube::ApiResponse Body(unsigned status, const nlohmann::json& object) {
    return {{status, {}}, object.dump()};
  }
  static kube::ApiResponse Status(unsigned code) {
    return Body(code, {{"kind", "Status"}, {"message", fmt::format("status {}", code)}});
  }
  kube::ApiResponse Create(const kube::ApiRequest& request) {
    nlohmann::json object = nlohmann::json::parse(request.body);
    const std::string path = request.target + "/" + object["metadata"]["name"].get<std::string>();
    if (objects_.contains(path)) return Conflict();
    ++writes_;
    Put(path, std::move(object));
    return Body(201, objects_[path]);
  }
  kube::ApiResponse Replace(const kube::ApiRequest& request) {
    nlohmann::json object = nlohmann::json::parse(request.body);
    if (object["metadata"]["resourceVersion"] !=
        objects_[request.target]["metadata"]["resourceVersion"]) {
      return Conflict();
    }
    ++writes_;
    Put(request.target, std::move(object));
    return Body(200, objects_[request.target]);
  }
  kube::ApiResponse Conflict() {
    ++conflicts_;
    return Status(409);
  }

  std::map<std::string, nlohmann::json> objects_;
  int version_ = 0;
  int writes_ = 0;
  int conflicts_ = 0;
  Interceptor interceptor_;
  std::function<int()> turns_;
};

}  // namespace kubegauge::testing
