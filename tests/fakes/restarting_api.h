#pragma once

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "kube/api_client.h"

namespace kubegauge::testing {

// An API server with HorizontalPodAutoscalers, no pods and one Lease. It can be away for a while,
// and change meanwhile. For one thread.
class RestartingApi final : public kube::ApiClient {
 public:
  explicit RestartingApi(std::set<std::string> hpas) : hpas_(std::move(hpas)) {}

  // Refuses connections, and breaks those that there are.
  void GoAway() {
    away_ = true;
    for (const auto& watch : watches_) watch->changed.cancel();
  }
  // With these HPAs and no others. One that `forgets` has no history to watch.
  void ComeBack(std::set<std::string> hpas, bool forgets) {
    away_ = false;
    Change(std::move(hpas));
    if (forgets) oldest_version_ = version_;
  }
  // Without a word to those that watch: their connections are dead.
  void Change(std::set<std::string> hpas) {
    changes_.clear();
    for (const std::string& name : hpas_) changes_ += Event("DELETED", name, ++version_);
    hpas_ = std::move(hpas);
    for (const std::string& name : hpas_) changes_ += Event("ADDED", name, ++version_);
  }
  // To all who watch.
  void TellBookmark() {
    const std::string bookmark =
        fmt::format(R"({{"type":"BOOKMARK","object":{{"kind":"PartialObjectMetadata",)"
                    R"("apiVersion":"meta.k8s.io/v1","metadata":{{"resourceVersion":"{}"}}}}}})",
                    version_) +
        "\n";
    for (const auto& watch : watches_) {
      watch->told += bookmark;
      watch->changed.cancel();
    }
  }
  void HoldLeaseBy(const std::string& holder) {
    lease_ = {{"metadata", {{"name", "l"}, {"uid", "u"}, {"resourceVersion", "1"}}},
              {"spec", {{"holderIdentity", holder}, {"leaseDurationSeconds", 15}}}};
  }

  // "PUT /apis/…", of those that got through, but for Leases.
  std::vector<std::string> requests;

  boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> Send(
      kube::ApiRequest request) override {
    co_await Yield();
    if (away_) co_return absl::UnavailableError("connection refused");
    if (request.target.find("/leases") != std::string::npos) co_return AnswerLease(request);
    requests.push_back(request.method + " " + request.target);
    if (request.method == "PUT") co_return Json(200, "{}");
    co_return Json(404, Failure(404, "NotFound"));
  }
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      kube::ApiRequest request) override {
    co_await Yield();
    if (away_) co_return absl::UnavailableError("connection refused");
    requests.push_back(request.method + " " + request.target);
    const bool of_hpas = request.target.find("/horizontalpodautoscalers") != std::string::npos;
    if (request.target.find("watch=true") == std::string::npos) {
      co_return std::make_unique<Stream>(*this, 200, List(of_hpas), nullptr);
    }
    if (of_hpas && VersionOf(request.target) < oldest_version_) {
      co_return std::make_unique<Stream>(*this, 410, Failure(410, "Expired"), nullptr);
    }
    watches_.push_back(std::make_shared<Watch>(co_await boost::asio::this_coro::executor));
    const bool behind = of_hpas && VersionOf(request.target) < version_;
    co_return std::make_unique<Stream>(*this, 200, behind ? changes_ : "", watches_.back());
  }

 private:
  struct Watch {
    explicit Watch(const boost::asio::any_io_executor& executor)
        : changed(executor, boost::asio::steady_timer::time_point::max()) {}
    std::string told;
    boost::asio::steady_timer changed;
  };

  class Stream final : public kube::ApiStream {
   public:
    // A watch says nothing behind `body`, until it breaks.
    Stream(RestartingApi& api, unsigned status, std::string body, std::shared_ptr<Watch> watch)
        : api_(api),
          head_{status, {{"content-type", "application/json"}}},
          body_(std::move(body)),
          watch_(std::move(watch)) {}
    const kube::ApiResponseHead& head() const override { return head_; }
    boost::asio::awaitable<absl::StatusOr<std::string>> Read(std::chrono::milliseconds) override {
      co_await Yield();
      if (!body_.empty() || watch_ == nullptr) co_return std::exchange(body_, "");
      boost::system::error_code ignored;
      if (!api_.away_) {
        co_await watch_->changed.async_wait(
            boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
      }
      if (!watch_->told.empty()) co_return std::exchange(watch_->told, "");
      co_return absl::UnavailableError("connection reset");
    }

   private:
    RestartingApi& api_;
    const kube::ApiResponseHead head_;
    std::string body_;
    const std::shared_ptr<Watch> watch_;
  };

  static boost::asio::awaitable<void> Yield() {
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
  }
  static kube::ApiResponse Json(unsigned status, std::string body) {
    return {{status, {{"content-type", "application/json"}}}, std::move(body)};
  }
  static std::string Failure(unsigned code, const std::string& reason) {
    return fmt::format(
        R"({{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{}","code":{}}})",
        reason, code);
  }
  static int VersionOf(const std::string& target) {
    const std::string name = "resourceVersion=";
    return std::stoi(target.substr(target.find(name) + name.size()));
  }
  static std::string Hpa(const std::string& name, int version) {
    return fmt::format(
        R"({{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{{)"
        R"("name":"{0}","namespace":"shop","uid":"{0}","resourceVersion":"{1}"}},"spec":{{)"
        R"("scaleTargetRef":{{"kind":"Deployment","name":"{0}","apiVersion":"apps/v1"}},)"
        R"("minReplicas":1,"maxReplicas":2,"metrics":[]}}}})",
        name, version);
  }
  // On a line of its own, as each is.
  static std::string Event(const std::string& type, const std::string& name, int version) {
    return fmt::format(R"({{"type":"{}","object":{}}})", type, Hpa(name, version)) + "\n";
  }
  std::string List(bool of_hpas) const {
    std::string items;
    for (const std::string& name : hpas_) {
      if (of_hpas) items += (items.empty() ? "" : ",") + Hpa(name, version_);
    }
    return fmt::format(
        R"({{"kind":"{}","apiVersion":"{}","metadata":{{"resourceVersion":"{}"}},"items":[{}]}})",
        of_hpas ? "HorizontalPodAutoscalerList" : "PodList", of_hpas ? "autoscaling/v2" : "v1",
        version_, items);
  }
  kube::ApiResponse AnswerLease(const kube::ApiRequest& request) {
    if (request.method == "GET" && lease_.is_null()) return Json(404, Failure(404, "NotFound"));
    if (request.method != "GET") {
      lease_ = nlohmann::json::parse(request.body);
      lease_["metadata"]["resourceVersion"] = std::to_string(++version_);
    }
    return Json(200, lease_.dump());
  }

  std::set<std::string> hpas_;
  nlohmann::json lease_;
  int version_ = 1;
  int oldest_version_ = 0;  // from which on a watch may begin
  std::string changes_;     // the events of the last
  bool away_ = false;
  std::vector<std::shared_ptr<Watch>> watches_;
};

}  // namespace kubegauge::testing
