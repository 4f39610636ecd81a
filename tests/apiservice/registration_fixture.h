#pragma once

#include <gtest/gtest.h>
#include <openssl/x509v3.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "apiservice/base64.h"
#include "apiservice/openssl.h"
#include "apiservice/registration.h"
#include "tests/apiservice/fake_object_store.h"
#include "tests/apiservice/review_fixture.h"
#include "tests/apiservice/run_awaitable.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"

namespace kubegauge::apiservice::registration_testing {

inline constexpr int64_t kSecondNs = 1'000'000'000;
inline constexpr int64_t kHourNs = 3600 * kSecondNs;
inline constexpr int64_t kDayNs = 24 * kHourNs;
inline const std::string kSecret = "/api/v1/namespaces/kube-system/secrets/kubegauge-serving";
inline const std::string kV1Beta1 =
    "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io";
inline const std::string kV1 = "/apis/apiregistration.k8s.io/v1/apiservices/v1.metrics.k8s.io";

// A replica and what it serves.
struct Replica {
  Replica(testing::FakeObjectStore& store, const kube::Clock& clock, kube::Sleeper& sleeper,
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

inline std::string BundleIn(const nlohmann::json& api_service) {
  return *DecodeBase64(api_service["spec"]["caBundle"].get<std::string>());
}

inline bool IsWriteOfApiService(const kube::ApiRequest& request) {
  return request.method != "GET" && request.target.find("apiservices") != std::string::npos;
}

// Whether the aggregator would accept a server with this certificate.
inline absl::Status Trusted(const std::string& certificate, const std::string& bundle,
                            int64_t now_ns) {
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
  absl::Status RunOnce(Replica& replica) {
    return testing::RunAwaitable(replica.registration.RunOnce());
  }

  testing::ManualClock clock_;
  testing::ManualSleeper sleeper_{clock_};
  testing::FakeObjectStore store_;
};

}  // namespace kubegauge::apiservice::registration_testing
