#pragma once

#include <gtest/gtest.h>

#include <string>

#include "kube/random_source.h"
#include "kube/sleeper.h"
#include "server/standalone/objects/inventory_mirror.h"
#include "server/standalone/objects/objects_api.h"
#include "tests/apiservice/exchange.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::testing {

inline constexpr char kMergePatch[] = "application/merge-patch+json";
inline constexpr char kLeases[] = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
inline constexpr char kDeployments[] = "/apis/apps/v1/namespaces/default/deployments";
inline constexpr char kWeb[] = "/apis/apps/v1/namespaces/default/deployments/web";
inline constexpr char kHpas[] = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
inline constexpr char kWebHpa[] =
    "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/web";

// The least that a Deployment needs.
inline std::string WebDeployment(const std::string& name = "web") {
  return R"({"metadata":{"name":")" + name +
         R"("},"spec":{"selector":{"matchLabels":{"app":"web"}},)"
         R"("template":{"metadata":{"labels":{"app":"web"}},)"
         R"("spec":{"containers":[{"name":"app","image":"nginx"}]}}}})";
}

// An API over an empty store that has the namespaces default and kube-system.
class ObjectsFixture : public ::testing::Test {
 protected:
  static constexpr int64_t kSecond = 1'000'000'000;

  ObjectsFixture() { mirror_.Show(*server::NextInventory(nullptr, {.name = "box"}, {}, 1)); }

  Answer Send(const std::string& method, const std::string& target, const std::string& body = "",
              const std::string& type = "application/json") {
    apiservice::Request request =
        MakeRequest(target, {{"Content-Type", type}, {"User-Agent", "tester/1"}}, method);
    request.body = body;
    return Ask(api_, request);
  }
  Answer Get(const std::string& target) { return Send("GET", target); }
  // The answer to a request that has to succeed.
  server::Json Ok(const std::string& method, const std::string& target,
                  const std::string& body = "", const std::string& type = "application/json") {
    const Answer answer = Send(method, target, body, type);
    EXPECT_LT(answer.status, 300u) << method << " " << target << ": " << answer.body;
    return server::Json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  }
  // The message of a request that has to fail with `status`.
  std::string Refusal(unsigned status, const std::string& method, const std::string& target,
                      const std::string& body = "", const std::string& type = "application/json") {
    const Answer answer = Send(method, target, body, type);
    EXPECT_EQ(answer.status, status) << answer.body;
    const auto json = server::Json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
    return json.is_object() ? json.value("message", "") : answer.body;
  }

  void MakeWeb() { Ok("POST", kDeployments, WebDeployment()); }

  ManualClock clock_;
  kube::SystemRandom random_;
  kube::TimerSleeper sleeper_;
  server::ObjectStore store_{1000};
  server::InventoryMirror mirror_{store_, clock_};
  server::ObjectsApi api_{
      {.store = store_, .clock = clock_, .random = random_, .sleeper = sleeper_}};
};

}  // namespace kubegauge::testing
