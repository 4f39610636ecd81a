// Whatever is served is what its schema says.

#include "apiservice/openapi_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "apiservice/discovery.h"
#include "apiservice/metrics_handler.h"
#include "apiservice/openapi_document.h"
#include "apiservice/openapi_v2.h"
#include "tests/apiservice/exchange.h"
#include "tests/apiservice/recorded_cluster.h"
#include "tests/apiservice/schema_check.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Ask;
using ::kubegauge::testing::MakeRequest;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kMetaPrefix = std::string(kMetaPackage) + ".";
const std::string kMetricsPackage = "io.k8s.metrics.pkg.apis.metrics.";

class ServedObjects : public ::testing::Test {
 protected:
  testing::ManualClock clock_{testing::RecordedAt()};
  PublishedSnapshot snapshot_{testing::RecordedCluster()};
  MetricsHandler metrics_{snapshot_, clock_};
  DiscoveryHandler discovery_{{.server_address = "10.0.0.1:443"}};
  const nlohmann::json definitions_ = OpenApiV2(OpenApiDocument("1"))["definitions"];
  testing::SchemaCheck check_{definitions_};
};

TEST_F(ServedObjects, MetricsHaveTheFieldsOfTheirSchemas) {
  const std::pair<std::string, std::string> kCases[] = {
      {"/nodes", "NodeMetricsList"},
      {"/nodes/node-00003", "NodeMetrics"},
      {"/pods", "PodMetricsList"},
      {"/namespaces/ns-000/pods", "PodMetricsList"},
      {"/namespaces/ns-000/pods/app-00-00000-000", "PodMetrics"},
  };
  for (const std::string version : {"v1beta1", "v1"}) {
    for (const auto& [path, kind] : kCases) {
      const auto answer = Ask(metrics_, MakeRequest("/apis/metrics.k8s.io/" + version + path));
      ASSERT_EQ(answer.status, 200u) << path;
      EXPECT_THAT(check_.Violations(nlohmann::json::parse(answer.body),
                                    kMetricsPackage + version + "." + kind),
                  IsEmpty());
    }
  }
}

TEST_F(ServedObjects, DiscoveryHasTheFieldsOfItsSchemas) {
  const std::pair<std::string, std::string> kCases[] = {
      {"/apis", "APIGroupList"},
      {"/apis/metrics.k8s.io", "APIGroup"},
      {"/apis/metrics.k8s.io/v1", "APIResourceList"},
      {"/apis/metrics.k8s.io/v1beta1", "APIResourceList"},
  };
  for (const auto& [path, kind] : kCases) {
    const auto answer = Ask(discovery_, MakeRequest(path, {{"Accept", "application/json"}}));
    ASSERT_EQ(answer.status, 200u) << path;
    EXPECT_THAT(check_.Violations(nlohmann::json::parse(answer.body), kMetaPrefix + kind),
                IsEmpty())
        << path;
  }
}

// The check itself finds what is wrong.
TEST_F(ServedObjects, OthersDoNotFit) {
  EXPECT_THAT(check_.Violations({{"name", 1}, {"usage", {{"cpu", true}}}, {"image", "x"}},
                                kMetricsPackage + "v1.ContainerMetrics"),
              ElementsAre(kMetricsPackage + "v1.ContainerMetrics has no image",
                          kMetricsPackage + "v1.ContainerMetrics.name is no string",
                          kMetricsPackage + "v1.ContainerMetrics.usage.cpu is no string"));
  EXPECT_THAT(check_.Violations({{"name", "x"}}, kMetricsPackage + "v1.ContainerMetrics"),
              ElementsAre(kMetricsPackage + "v1.ContainerMetrics lacks usage"));
}

}  // namespace
}  // namespace kubegauge::apiservice
