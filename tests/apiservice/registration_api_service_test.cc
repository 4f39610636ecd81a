#include "apiservice/registration_api_service.h"

#include <gmock/gmock.h>

namespace kubegauge::apiservice {
namespace {

using nlohmann::json;
using Action = ApiServicePlan::Action;

const WantedApiService kWanted{.group = "metrics.k8s.io",
                               .version = "v1beta1",
                               .service = {"kube-system", "kubegauge", 443},
                               .ca_bundle = "PEM",
                               .take_over = false};

json Ours() {
  return json::parse(R"({
    "apiVersion":"apiregistration.k8s.io/v1","kind":"APIService",
    "metadata":{"name":"v1beta1.metrics.k8s.io","resourceVersion":"7","labels":{"a":"b"}},
    "spec":{"service":{"namespace":"kube-system","name":"kubegauge","port":443},
            "group":"metrics.k8s.io","version":"v1beta1","caBundle":"UEVN",
            "groupPriorityMinimum":100,"versionPriority":100},
    "status":{"conditions":[{"type":"Available","status":"True"}]}})");
}

TEST(PlanApiService, CreatesWhatIsMissing) {
  const ApiServicePlan plan = PlanApiService(json(), kWanted);
  EXPECT_EQ(plan.action, Action::kWrite);
  EXPECT_EQ(plan.object, json::parse(R"({
    "apiVersion":"apiregistration.k8s.io/v1","kind":"APIService",
    "metadata":{"name":"v1beta1.metrics.k8s.io",
                "labels":{"app.kubernetes.io/managed-by":"kubegauge"}},
    "spec":{"service":{"namespace":"kube-system","name":"kubegauge","port":443},
            "group":"metrics.k8s.io","version":"v1beta1","caBundle":"UEVN",
            "groupPriorityMinimum":100,"versionPriority":100}})"));
}

TEST(PlanApiService, LeavesTheVersionOfMetricsServerPreferred) {
  WantedApiService wanted = kWanted;
  wanted.version = "v1";
  EXPECT_EQ(PlanApiService(json(), wanted).object["spec"]["versionPriority"], 90);
}

TEST(PlanApiService, WritesOnlyRealDifferences) {
  struct Row {
    const char* patch;  // JSON merge patch of what is wanted, as it is found
    Action action;
  };
  const Row rows[] = {
      {R"({})", Action::kNothing},
      {R"({"spec":{"insecureSkipTLSVerify":false}})", Action::kNothing},
      {R"({"spec":{"service":{"port":null}}})", Action::kNothing},
      {R"({"spec":{"service":{"port":8443}}})", Action::kWrite},
      {R"({"spec":{"caBundle":"b2xk"}})", Action::kWrite},
      {R"({"spec":{"caBundle":null,"insecureSkipTLSVerify":true}})", Action::kWrite},
      {R"({"spec":{"groupPriorityMinimum":1}})", Action::kWrite},
      {R"({"spec":{"versionPriority":"100"}})", Action::kWrite},
      {R"({"spec":{"service":{"name":"metrics-server"}}})", Action::kAnothers},
      {R"({"spec":{"service":{"namespace":"monitoring"}}})", Action::kAnothers},
      {R"({"spec":{"service":null}})", Action::kAnothers},
      {R"({"spec":null})", Action::kAnothers},
  };
  for (const Row& row : rows) {
    json existing = Ours();
    existing.merge_patch(json::parse(row.patch));
    const ApiServicePlan plan = PlanApiService(existing, kWanted);
    EXPECT_EQ(plan.action, row.action) << row.patch;
    EXPECT_EQ(plan.replaces_another,
              std::string_view(row.patch).find("TLSVerify\":true") != std::string_view::npos);
    if (plan.action == Action::kWrite) {
      EXPECT_EQ(plan.object, Ours()) << row.patch << ": all else stays, the version among it";
      EXPECT_EQ(PlanApiService(plan.object, kWanted).action, Action::kNothing) << row.patch;
    }
  }
}

TEST(PlanApiService, TakesOverAnotherServiceOnlyWhenTold) {
  json metrics_server = Ours();
  metrics_server["spec"]["service"]["name"] = "metrics-server";
  metrics_server["spec"]["insecureSkipTLSVerify"] = true;
  metrics_server["spec"].erase("caBundle");
  EXPECT_EQ(PlanApiService(metrics_server, kWanted).owner, "Service kube-system/metrics-server");
  WantedApiService wanted = kWanted;
  wanted.take_over = true;
  const ApiServicePlan plan = PlanApiService(metrics_server, wanted);
  EXPECT_EQ(plan.action, Action::kWrite);
  EXPECT_TRUE(plan.replaces_another);
  EXPECT_EQ(plan.object, Ours());
  json local = Ours();
  local["spec"].erase("service");
  EXPECT_EQ(PlanApiService(local, wanted).action, Action::kAnothers);
  EXPECT_EQ(PlanApiService(local, wanted).owner, "the API server itself");
}

TEST(PublishedBundle, IsThatOfOurService) {
  EXPECT_EQ(PublishedBundle(Ours(), kWanted.service), "PEM");
  EXPECT_EQ(PublishedBundle(Ours(), {"kube-system", "another", 443}), "");
  EXPECT_EQ(PublishedBundle(json(), kWanted.service), "");
}

}  // namespace
}  // namespace kubegauge::apiservice
