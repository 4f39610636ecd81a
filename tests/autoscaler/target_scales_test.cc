// Which scales are read, and which are known to be as they were (hpa.md 3 steps 1 to 3).

#include "autoscaler/target_scales.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "tests/autoscaler/scene.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/pending_sleeper.h"
#include "tests/kube/api_bodies.h"

namespace kubegauge::autoscaler {
namespace {

namespace asio = boost::asio;
using Chunks = asio::experimental::channel<void(boost::system::error_code, std::string)>;

class DeploymentsWatch final : public kube::ApiStream {
 public:
  DeploymentsWatch(kube::ApiResponseHead head, std::shared_ptr<Chunks> chunks)
      : head_(std::move(head)), chunks_(std::move(chunks)) {}
  const kube::ApiResponseHead& head() const override { return head_; }
  asio::awaitable<absl::StatusOr<std::string>> Read(std::chrono::milliseconds) override {
    co_return co_await chunks_->async_receive(asio::use_awaitable);
  }

 private:
  const kube::ApiResponseHead head_;
  const std::shared_ptr<Chunks> chunks_;
};

// An API server with one Deployment, default/web, which may be changed with or without a word to
// those that watch.
class OneDeploymentApi final : public kube::ApiClient {
 public:
  explicit OneDeploymentApi(asio::io_context& io) : io_(io) {}

  asio::awaitable<absl::StatusOr<kube::ApiResponse>> Send(kube::ApiRequest request) override {
    if (request.target == "/api") co_return Json(R"({"kind":"APIVersions","versions":["v1"]})");
    if (request.target == "/apis") {
      co_return Json(R"({"kind":"APIGroupList","groups":[{"name":"apps",
        "versions":[{"groupVersion":"apps/v1","version":"v1"}],
        "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]})");
    }
    if (request.target == "/apis/apps/v1") {
      co_return Json(R"({"kind":"APIResourceList","groupVersion":"apps/v1",
        "resources":[{"name":"deployments","kind":"Deployment","namespaced":true},
          {"name":"deployments/scale","kind":"Scale","group":"autoscaling","version":"v1"}]})");
    }
    ++scale_reads;
    co_return Json(fmt::format(
        R"({{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{{"name":"web",
             "namespace":"default","resourceVersion":"{}"}},"spec":{{"replicas":{}}},
             "status":{{"replicas":1,"selector":"app=web"}}}})",
        version, replicas));
  }

  asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      kube::ApiRequest request) override {
    if (!reachable) co_return absl::UnavailableError("connection refused");
    kube::ApiResponseHead head{.status = may_list ? 200u : 403u,
                               .headers = {{"content-type", "application/json"}}};
    auto chunks = std::make_shared<Chunks>(io_, 10);
    const auto say = [&chunks](std::string chunk) {
      chunks->try_send(boost::system::error_code(), std::move(chunk));
    };
    if (!may_list) {
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

  asio::io_context& io_;
  std::shared_ptr<Chunks> watch_;
};

class TargetScalesTest : public ::testing::Test {
 protected:
  // Replicas, by as many reads one after the other.
  std::vector<int32_t> Read(int times, TargetScales& scales) {
    std::vector<int32_t> replicas;
    for (int i = 0; i < times; ++i) {
      asio::co_spawn(
          io_,
          [&]() -> asio::awaitable<void> {
            const auto reading = co_await scales.Read(scene_.hpa);
            replicas.push_back(std::get<TargetScales::Found>(reading).scale->scale.spec_replicas);
          },
          asio::detached);
      Settle();
    }
    return replicas;
  }
  std::vector<int32_t> Read(int times) { return Read(times, scales_); }

  // Until all wait for the API server.
  void Settle() {
    io_.restart();
    while (io_.poll() > 0) io_.restart();
  }

  // How many of `times` reads ask the API server.
  int ReadsOf(int times) {
    const int before = api_.scale_reads;
    Read(times);
    return api_.scale_reads - before;
  }

  asio::io_context io_;
  const testing::Scene scene_{{testing::ResourceUtilization("cpu", 50)}, 1};
  kubegauge::testing::ManualClock clock_;
  kubegauge::testing::PendingSleeper sleeper_{clock_};
  kubegauge::testing::ConstantRandom random_;
  OneDeploymentApi api_{io_};
  std::ostringstream log_text_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(log_text_)};
  kube::RestMapper mapper_{io_.get_executor(), api_, clock_};
  kube::ScaleClient client_{api_, mapper_, sleeper_, random_};
  WatchedScales watched_{{api_, clock_, sleeper_, random_, log_}, [this](auto task) {
                           asio::co_spawn(io_, std::move(task), asio::detached);
                         }};
  TargetScales scales_{mapper_, client_, &watched_};

  TargetScalesTest() { log_.set_pattern("%l %v"); }
};

// The first read shows that there is something to watch; the second is of a version that the watch
// knows.
TEST_F(TargetScalesTest, AScaleIsReadNoMoreWhileItsTargetStaysAsItIs) {
  EXPECT_EQ(Read(10), std::vector<int32_t>(10, 1));
  EXPECT_EQ(api_.scale_reads, 2);
}

TEST_F(TargetScalesTest, WithoutAWatchItIsReadEachTime) {
  TargetScales scales(mapper_, client_);
  Read(10, scales);
  EXPECT_EQ(api_.scale_reads, 10);
}

TEST_F(TargetScalesTest, AChangeOfTheTargetIsReadOnce) {
  Read(3);
  api_.version = 8;
  api_.replicas = 5;
  api_.Say("MODIFIED");
  Settle();
  EXPECT_EQ(ReadsOf(5), 1);
  EXPECT_EQ(Read(1), std::vector<int32_t>{5});
}

TEST_F(TargetScalesTest, AScaleOfAVersionThatTheWatchHasNotSeenIsNotKept) {
  Read(1);
  api_.version = 8;  // the watch says nothing yet
  EXPECT_EQ(ReadsOf(3), 3);
  api_.Say("MODIFIED");
  Settle();
  EXPECT_EQ(ReadsOf(3), 1);
}

TEST_F(TargetScalesTest, ATargetThatIsGoneIsReadForWhatTheApiServerSaysOfIt) {
  Read(3);
  api_.Say("DELETED");
  Settle();
  EXPECT_EQ(ReadsOf(3), 3);
}

TEST_F(TargetScalesTest, WhileTheWatchIsBrokenItIsReadEachTime) {
  Read(3);
  api_.reachable = false;
  api_.EndWatch();
  Settle();
  EXPECT_EQ(ReadsOf(3), 3);
  api_.reachable = true;
  sleeper_.PassToNext();
  Settle();
  EXPECT_EQ(ReadsOf(3), 0);
}

// An API server sends a bookmark each minute.
TEST_F(TargetScalesTest, WhileTheWatchSaysNothingAtAllItIsReadEachTime) {
  Read(3);
  clock_.Advance(89'000'000'000);
  EXPECT_EQ(ReadsOf(3), 0);
  clock_.Advance(1'000'000'000);
  EXPECT_EQ(ReadsOf(3), 3);
  api_.Say("BOOKMARK");
  Settle();
  EXPECT_EQ(ReadsOf(3), 0);
}

TEST_F(TargetScalesTest, WhereTheTargetsMayNotBeWatchedItIsReadEachTime) {
  api_.may_list = false;
  EXPECT_EQ(ReadsOf(5), 5);
  EXPECT_EQ(log_text_.str(),
            "info cannot follow objects of the API server, they are read one by one: "
            "resource=deployments.apps action=list error=\"the API server answered 403 Forbidden: "
            "deployments is forbidden\" remedy=\"grant "
            "the service account a role with the verbs get, list, watch on deployments.apps\"\n");
  api_.may_list = true;
  sleeper_.PassToNext();
  Settle();
  EXPECT_EQ(ReadsOf(5), 1);
}

}  // namespace
}  // namespace kubegauge::autoscaler
