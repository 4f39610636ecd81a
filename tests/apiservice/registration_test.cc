#include "apiservice/registration.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <memory>
#include <random>

#include "tests/apiservice/registration_fixture.h"

namespace kubegauge::apiservice::registration_testing {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;
using testing::FakeObjectStore;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(RegistrationTest, MakesASecretAndApiServicesThatFitTogether) {
  Replica replica(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(replica).ok());
  ASSERT_EQ(replica.served.size(), 1u);
  for (const std::string& path : {kV1Beta1, kV1}) {
    const nlohmann::json api_service = store_.Get(path);
    EXPECT_FALSE(api_service["spec"].contains("insecureSkipTLSVerify"));
    EXPECT_TRUE(
        Trusted(replica.served[0].certificate, BundleIn(api_service), clock_.WallNs()).ok());
  }
  EXPECT_EQ(store_.writes(), 3);
  ASSERT_TRUE(RunOnce(replica).ok());
  EXPECT_EQ(store_.writes(), 3) << "nothing is left to do";
  EXPECT_EQ(replica.served.size(), 1u);

  Replica later(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(later).ok());
  EXPECT_EQ(later.served[0].certificate, replica.served[0].certificate);
  EXPECT_EQ(store_.writes(), 3);
}

TEST_F(RegistrationTest, RepairsWhatOthersChange) {
  Replica replica(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(replica).ok());
  nlohmann::json changed = store_.Get(kV1);
  changed["spec"]["caBundle"] = "";
  store_.Put(kV1, changed);
  store_.Delete(kV1Beta1);
  ASSERT_TRUE(RunOnce(replica).ok());
  EXPECT_EQ(BundleIn(store_.Get(kV1)), BundleIn(store_.Get(kV1Beta1)));
  store_.Delete(kSecret);
  ASSERT_TRUE(RunOnce(replica).ok());
  EXPECT_EQ(replica.served.size(), 1u) << "the aggregator is to learn of the new authority first";
  ASSERT_TRUE(RunOnce(replica).ok());
  ASSERT_EQ(replica.served.size(), 2u);
  EXPECT_TRUE(
      Trusted(replica.served[1].certificate, BundleIn(store_.Get(kV1)), clock_.WallNs()).ok());
}

TEST_F(RegistrationTest, LeavesAnothersApiServiceAloneAndSaysSoOnce) {
  const auto metrics_server =
      nlohmann::json::parse(R"({"metadata":{"name":"v1beta1.metrics.k8s.io"},
    "spec":{"service":{"namespace":"kube-system","name":"metrics-server"},
            "insecureSkipTLSVerify":true}})");
  store_.Put(kV1Beta1, metrics_server);
  Replica replica(store_, clock_, sleeper_);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(RunOnce(replica).ok());
  EXPECT_EQ(store_.Get(kV1Beta1)["spec"], metrics_server["spec"]);
  EXPECT_FALSE(store_.Get(kV1).is_null());
  const std::string log = replica.logged.str();
  const size_t said = log.find("owner=\"Service kube-system/metrics-server\"");
  ASSERT_NE(said, std::string::npos) << log;
  EXPECT_EQ(log.find("owner=", said + 1), std::string::npos) << log;

  Replica taker(store_, clock_, sleeper_, /*take_over=*/true);
  ASSERT_TRUE(RunOnce(taker).ok());
  EXPECT_EQ(store_.Get(kV1Beta1)["spec"], [&] {
    nlohmann::json spec = store_.Get(kV1)["spec"];
    spec["version"] = "v1beta1";
    spec["versionPriority"] = 100;
    return spec;
  }());
}

// Else nobody would answer between the take-over and the first metrics.
TEST_F(RegistrationTest, ReplacesOthersOnlyWhenItHasBeenReadyForAWhile) {
  const auto metrics_server =
      nlohmann::json::parse(R"({"metadata":{"name":"v1beta1.metrics.k8s.io"},
    "spec":{"service":{"namespace":"kube-system","name":"kubegauge"},
            "insecureSkipTLSVerify":true}})");
  store_.Put(kV1Beta1, metrics_server);
  Replica replica(store_, clock_, sleeper_);
  bool is_ready = false;
  Registration registration(
      {.service = {"kube-system", "kubegauge", 443},
       .secret = {"kube-system", "kubegauge-serving"}},
      {store_, clock_, sleeper_, replica.random, replica.log, [&] { return is_ready; }},
      [](const KeyPairPem&) { return absl::OkStatus(); });
  asio::io_context io;
  std::vector<bool> registered;
  sleeper_.OnSleep([&](std::chrono::nanoseconds) {
    registered.push_back(store_.Get(kV1Beta1)["spec"] != metrics_server["spec"]);
    const size_t passes = registered.size();
    is_ready = passes != 5;  // not at first, and not for a moment later
    if (passes == 14) io.stop();
  });
  asio::co_spawn(io, registration.Run(), asio::detached);
  io.run();
  EXPECT_FALSE(store_.Get(kV1).is_null()) << "there was nothing to replace";
  // Every 5 s; ready since the seventh look, so for 30 s at the thirteenth.
  EXPECT_EQ(registered, (std::vector<bool>{false, false, false, false, false, false, false, false,
                                           false, false, false, false, true, true}));
  EXPECT_EQ(sleeper_.slept()[11], std::chrono::seconds(5));
  EXPECT_EQ(sleeper_.slept()[12], std::chrono::seconds(60));
}

TEST_F(RegistrationTest, ServesThoughTheApiServicesCannotBeWritten) {
  store_.Intercept(
      [](const kube::ApiRequest& request) { return IsWriteOfApiService(request) ? 403u : 0u; });
  Replica replica(store_, clock_, sleeper_);
  const absl::Status done = RunOnce(replica);
  EXPECT_THAT(done.ToString(), HasSubstr("cannot create APIService v1beta1.metrics.k8s.io"));
  EXPECT_THAT(done.ToString(), HasSubstr("grant the service account the verbs get, create"));
  EXPECT_EQ(replica.served.size(), 1u);
}

TEST_F(RegistrationTest, NeverLogsAKeyNorSaysItInErrors) {
  Replica replica(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(replica).ok());
  nlohmann::json broken = store_.Get(kSecret);
  const std::string key = broken["data"]["tls.key"];
  broken["data"]["tls.key"] = key + "!";
  store_.Put(kSecret, broken);
  const absl::Status done = RunOnce(replica);
  EXPECT_THAT(done.ToString(), HasSubstr("delete it to have a new one made"));
  EXPECT_THAT(done.ToString() + replica.logged.str(), Not(HasSubstr(key.substr(0, 24))));
  EXPECT_THAT(replica.logged.str(), Not(HasSubstr("PRIVATE KEY")));
}

TEST_F(RegistrationTest, LooksAgainEachMinuteAndSoonerAfterAFailure) {
  unsigned answer = 500;
  store_.Intercept([&](const kube::ApiRequest&) { return answer; });
  Replica replica(store_, clock_, sleeper_);
  asio::io_context io;
  sleeper_.OnSleep([&](std::chrono::nanoseconds) {
    if (sleeper_.slept().size() == 7) answer = 0;
    if (sleeper_.slept().size() == 9) answer = 500;
    if (sleeper_.slept().size() == 10) io.stop();
  });
  asio::co_spawn(io, replica.registration.Run(), asio::detached);
  io.run();
  using std::chrono::milliseconds;
  EXPECT_THAT(sleeper_.slept(),
              ElementsAre(milliseconds(1'100), milliseconds(2'200), milliseconds(4'400),
                          milliseconds(8'800), milliseconds(17'600), milliseconds(35'200),
                          milliseconds(66'000), milliseconds(60'000), milliseconds(60'000),
                          milliseconds(1'100)));
  EXPECT_EQ(replica.served.size(), 1u);
}

// Replicas that start at the same moment, their requests in any order: all serve one pair.
TEST_F(RegistrationTest, AgreesWithOthersThatRace) {
  int conflicts = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    FakeObjectStore store;
    std::mt19937 random(seed);
    store.DelayBy([&] { return std::uniform_int_distribution<int>(1, 6)(random); });
    std::vector<std::unique_ptr<Replica>> replicas;
    asio::io_context io;
    std::vector<std::future<absl::Status>> done;
    for (int i = 0; i < 3; ++i) {
      replicas.push_back(std::make_unique<Replica>(store, clock_, sleeper_));
      done.push_back(asio::co_spawn(io, replicas.back()->registration.RunOnce(), asio::use_future));
    }
    io.run();
    for (auto& result : done) {
      const absl::Status status = result.get();
      ASSERT_TRUE(status.ok()) << seed << ": " << status.ToString();
    }
    for (const auto& replica : replicas) {
      ASSERT_EQ(replica->served.size(), 1u) << seed;
      ASSERT_EQ(replica->served[0].certificate, replicas[0]->served[0].certificate) << seed;
    }
    ASSERT_EQ(store.writes(), 3) << seed << ": each object is written once";
    for (const std::string& path : {kV1Beta1, kV1}) {
      ASSERT_TRUE(
          Trusted(replicas[0]->served[0].certificate, BundleIn(store.Get(path)), clock_.WallNs())
              .ok())
          << seed;
    }
    conflicts += store.conflicts();
  }
  EXPECT_GT(conflicts, 100) << "the race is no race";
}

}  // namespace
}  // namespace kubegauge::apiservice::registration_testing
