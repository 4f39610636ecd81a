#include "apiservice/registration.h"

#include <gmock/gmock.h>
#include <openssl/x509v3.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <memory>
#include <random>
#include <set>
#include <sstream>

#include "apiservice/base64.h"
#include "apiservice/openssl.h"
#include "tests/apiservice/fake_object_store.h"
#include "tests/apiservice/review_fixture.h"
#include "tests/apiservice/run_awaitable.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"

namespace kubegauge::apiservice {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;
using testing::FakeObjectStore;
using ::testing::HasSubstr;
using testing::ManualClock;
using testing::ManualSleeper;
using ::testing::Not;
using testing::RunAwaitable;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kHourNs = 3600 * kSecondNs;
constexpr int64_t kDayNs = 24 * kHourNs;
const std::string kSecret = "/api/v1/namespaces/kube-system/secrets/kubegauge-serving";
const std::string kV1Beta1 = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io";
const std::string kV1 = "/apis/apiregistration.k8s.io/v1/apiservices/v1.metrics.k8s.io";

// A replica and what it serves.
struct Replica {
  Replica(FakeObjectStore& store, const kube::Clock& clock, kube::Sleeper& sleeper,
          bool take_over = false)
      : registration({.service = {"kube-system", "kubegauge", 443},
                      .secret = {"kube-system", "kubegauge-serving"},
                      .take_over = take_over},
                     {store, clock, sleeper, random, log}, [this](const KeyPairPem& pair) {
                       served.push_back(pair);
                       return absl::OkStatus();
                     }) {}

  testing::ConstantRandom random{0.5};
  std::ostringstream logged;
  spdlog::logger log{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(logged)};
  std::vector<KeyPairPem> served;
  Registration registration;
};

std::string BundleIn(const nlohmann::json& api_service) {
  return *DecodeBase64(api_service["spec"]["caBundle"].get<std::string>());
}

bool IsWriteOfApiService(const kube::ApiRequest& request) {
  return request.method != "GET" && request.target.find("apiservices") != std::string::npos;
}

// Whether the aggregator would accept a server with this certificate.
absl::Status Trusted(const std::string& certificate, const std::string& bundle, int64_t now_ns) {
  const auto leaf = ParseCertificates(certificate);
  const auto authorities = ParseCertificates(bundle);
  if (!leaf.ok() || !authorities.ok()) return absl::InternalError("no PEM");
  const X509StorePtr store(X509_STORE_new());
  for (const X509Ptr& authority : *authorities) X509_STORE_add_cert(store.get(), authority.get());
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store.get(), leaf->front().get(), nullptr);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_time(parameters, now_ns / kSecondNs);
  X509_VERIFY_PARAM_set1_host(parameters, "kubegauge.kube-system.svc", 0);
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  const bool good = X509_verify_cert(context) == 1;
  const int error = X509_STORE_CTX_get_error(context);
  X509_STORE_CTX_free(context);
  return good ? absl::OkStatus() : absl::InternalError(X509_verify_cert_error_string(error));
}

class RegistrationTest : public ::testing::Test {
 protected:
  absl::Status RunOnce(Replica& replica) { return RunAwaitable(replica.registration.RunOnce()); }

  ManualClock clock_;
  ManualSleeper sleeper_{clock_};
  FakeObjectStore store_;
};

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

TEST_F(RegistrationTest, DropsNoConnectionWhenTheSecretIsDeleted) {
  Replica first(store_, clock_, sleeper_);
  Replica second(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(first).ok());
  ASSERT_TRUE(RunOnce(second).ok());
  store_.Delete(kSecret);
  for (Replica* replica : {&first, &second, &first, &second}) {
    ASSERT_TRUE(RunOnce(*replica).ok());
    for (const Replica* server : {&first, &second}) {
      for (const std::string& path : {kV1Beta1, kV1}) {
        const std::string bundle = BundleIn(store_.Get(path));
        EXPECT_TRUE(Trusted(server->served.back().certificate, bundle, clock_.WallNs()).ok());
      }
    }
    clock_.Advance(60 * kSecondNs);
  }
  EXPECT_NE(first.served.back().certificate, first.served.front().certificate);
  EXPECT_EQ(first.served.back().certificate, second.served.back().certificate);
}

TEST_F(RegistrationTest, ShowsTheCertificateBeforeItIsToldOf) {
  Replica replica(store_, clock_, sleeper_);
  std::vector<size_t> served_at_writes;
  store_.Intercept([&](const kube::ApiRequest& request) {
    if (IsWriteOfApiService(request)) served_at_writes.push_back(replica.served.size());
    return 0u;
  });
  ASSERT_TRUE(RunOnce(replica).ok());
  EXPECT_THAT(served_at_writes, ElementsAre(1u, 1u));
}

// Another has published the new authority a moment ago, so the aggregator may not know of it yet.
TEST_F(RegistrationTest, WaitsForAPassThoughAnotherHasPublished) {
  Replica first(store_, clock_, sleeper_);
  Replica second(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(first).ok());
  ASSERT_TRUE(RunOnce(second).ok());
  store_.Delete(kSecret);
  ASSERT_TRUE(RunOnce(first).ok());
  ASSERT_TRUE(RunOnce(second).ok());
  EXPECT_EQ(second.served.size(), 1u);
  ASSERT_TRUE(RunOnce(second).ok());
  EXPECT_EQ(second.served.size(), 2u);
}

TEST_F(RegistrationTest, ServesWhatIsTrustedUntilTheNewAuthorityIsPublished) {
  Replica replica(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(replica).ok());
  store_.Delete(kSecret);
  store_.Intercept(
      [](const kube::ApiRequest& request) { return IsWriteOfApiService(request) ? 503u : 0u; });
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(RunOnce(replica).ok());
  EXPECT_EQ(replica.served.size(), 1u);
  store_.Intercept(nullptr);
  ASSERT_TRUE(RunOnce(replica).ok());
  EXPECT_EQ(replica.served.size(), 1u);
  ASSERT_TRUE(RunOnce(replica).ok());
  EXPECT_EQ(replica.served.size(), 2u);
}

// Whether its authority is known there can then never be told.
TEST_F(RegistrationTest, ServesNoExpiredCertificateThoughAnApiServiceCannotBeRead) {
  Replica replica(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(replica).ok());
  store_.Intercept([](const kube::ApiRequest& request) {
    return request.method == "GET" && request.target == kV1 ? 403u : 0u;
  });
  clock_.Advance((kIssuedDays - 1) * kDayNs);
  for (int half_hours = 0; replica.served.size() < 2; ++half_hours) {
    ASSERT_LT(half_hours, 2 * 24);
    const std::string served = replica.served.back().certificate;
    ASSERT_TRUE(Trusted(served, BundleIn(store_.Get(kV1Beta1)), clock_.WallNs()).ok());
    RunOnce(replica).IgnoreError();
    clock_.Advance(kHourNs / 2);
  }
}

// A replica that has read the Secret and then stood still must not undo what others have published
// since.
TEST_F(RegistrationTest, PublishesNoSecretThatIsOlderThanThePublishedOne) {
  Replica slow(store_, clock_, sleeper_);
  Replica quick(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(quick).ok());
  // What a third replica makes of it while the slow one stands still.
  FakeObjectStore others;
  Replica maker(others, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(maker).ok());
  nlohmann::json damaged = store_.Get(kV1);
  damaged["spec"]["caBundle"] = "";
  store_.Put(kV1, damaged);  // so that there is something to write
  bool has_read = false;
  bool is_done = false;
  store_.Intercept([&](const kube::ApiRequest& request) {
    if (has_read && !is_done) {
      is_done = true;
      store_.Put(kSecret, others.Get(kSecret));
      store_.Put(kV1Beta1, others.Get(kV1Beta1));
      store_.Put(kV1, others.Get(kV1));
    }
    has_read = has_read || request.target == kSecret;
    return 0u;
  });
  ASSERT_TRUE(RunOnce(slow).ok());
  EXPECT_TRUE(is_done);
  for (const std::string& path : {kV1Beta1, kV1}) {
    EXPECT_EQ(BundleIn(store_.Get(path)), BundleIn(others.Get(path)));
  }
  EXPECT_EQ(slow.served.back().certificate, maker.served.back().certificate);
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

// Eight years of three replicas with an API server that fails now and then: what any of them
// serves is always trusted by the bundles that are published.
TEST_F(RegistrationTest, IsTrustedThroughAllRotations) {
  std::mt19937 random(1);
  const auto chance = [&](int percent) {
    return std::uniform_int_distribution<int>(1, 100)(random) <= percent;
  };
  std::vector<std::unique_ptr<Replica>> replicas;
  for (int i = 0; i < 3; ++i) {
    replicas.push_back(std::make_unique<Replica>(store_, clock_, sleeper_));
    ASSERT_TRUE(RunOnce(*replicas.back()).ok());
  }
  store_.Intercept([&](const kube::ApiRequest&) { return chance(10) ? 503u : 0u; });
  const auto all_are_trusted = [&]() -> absl::Status {
    absl::Status trusted;
    for (const auto& replica : replicas) {
      for (const std::string& path : {kV1Beta1, kV1}) {
        trusted.Update(Trusted(replica->served.back().certificate, BundleIn(store_.Get(path)),
                               clock_.WallNs()));
      }
    }
    return trusted;
  };
  const int64_t start_ns = clock_.WallNs();
  std::set<std::string> bundles = {BundleIn(store_.Get(kV1))};
  size_t largest_bundle = 0;
  int64_t busy_until_ns = 0;
  while (clock_.WallNs() < start_ns + 8 * 365 * kDayNs) {
    const int64_t day = (clock_.WallNs() - start_ns) / kDayNs;
    const int writes = store_.writes();
    for (const auto& replica : replicas) {
      const auto before = std::pair(store_.writes(), replica->served.size());
      (void)RunOnce(*replica);
      if (before == std::pair(store_.writes(), replica->served.size())) continue;
      const absl::Status trusted = all_are_trusted();
      ASSERT_TRUE(trusted.ok()) << trusted.ToString() << " on day " << day;
      const std::string bundle = BundleIn(store_.Get(kV1));
      bundles.insert(bundle);
      largest_bundle = std::max(largest_bundle, ParseCertificates(bundle)->size());
    }
    const absl::Status trusted = all_are_trusted();
    ASSERT_TRUE(trusted.ok()) << trusted.ToString() << " on day " << day;
    // Short steps while something happens, long ones else.
    if (store_.writes() != writes) busy_until_ns = clock_.WallNs() + 2 * kDayNs;
    clock_.Advance(clock_.WallNs() < busy_until_ns ? 2 * kHourNs : 10 * kDayNs);
  }
  EXPECT_EQ(largest_bundle, 2u);
  EXPECT_EQ(bundles.size(), 3u) << "the first authority, both, the second";
  EXPECT_GE(replicas[0]->served.size(), 11u);
  EXPECT_LE(replicas[0]->served.size(), 14u) << "each for two thirds of a year";
}

}  // namespace
}  // namespace kubegauge::apiservice
