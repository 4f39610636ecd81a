#include "server/standalone/objects/object_tables.h"

#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

constexpr int64_t kNow = 1'700'000'000'000'000'000;  // 2023-11-14T22:13:20Z

std::string Cells(const char* resource, const char* object) {
  return ObjectCellsJson(ResourceTypeNamed(resource), Json::parse(object), kNow).dump();
}

TEST(ObjectTables, ShowDeployments) {
  EXPECT_EQ(Cells("deployments",
                  R"({"metadata":{"name":"web","creationTimestamp":"2023-11-14T22:10:50Z"},)"
                  R"("spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},"template":)"
                  R"({"spec":{"containers":[{"name":"a","image":"x"},{"name":"b","image":"y"}]}}},)"
                  R"("status":{"readyReplicas":2,"updatedReplicas":3,"availableReplicas":1}})"),
            R"(["web","2/3",3,1,"2m30s","a,b","x,y","app=web"])");
}

TEST(ObjectTables, ShowEvents) {
  EXPECT_EQ(Cells("events",
                  R"({"metadata":{"name":"e"},"involvedObject":{"kind":"ReplicaSet","name":"r",)"
                  R"("fieldPath":"spec"},"reason":"R","message":"m \n","type":"Normal","count":3,)"
                  R"("firstTimestamp":"2023-11-14T22:10:20Z","lastTimestamp":)"
                  R"("2023-11-14T22:13:10Z","source":{"component":"c","host":"h"}})"),
            R"x(["10s (x3 over 3m)","Normal","R","replicaset/r","spec","c, h","m","3m",3,"e"])x");
  EXPECT_EQ(
      Cells("events", R"({"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","name":"p"},)"
                      R"("eventTime":"2023-11-14T22:13:00.000000Z","reportingComponent":"c"})"),
      R"(["20s","","","pod/p","","c","","20s",1,"e"])");
}

TEST(ObjectTables, ShowHpas) {
  EXPECT_EQ(Cells("horizontalpodautoscalers",
                  R"({"metadata":{"name":"h","creationTimestamp":"2023-11-14T22:13:15Z"},"spec":)"
                  R"({"scaleTargetRef":{"kind":"Deployment","name":"web"},"maxReplicas":5},)"
                  R"("status":{"currentReplicas":2}})"),
            R"(["h","Deployment/web","<none>","<unset>",5,2,"5s"])");
}

TEST(HpaTargets, NameEachMetric) {
  const char* kCpu =
      R"({"type":"Resource","resource":{"name":"cpu","target":{"averageUtilization":80}}})";
  const char* kPods = R"({"type":"Pods","pods":{"target":{"averageValue":"10"}}})";
  const char* kExternal = R"({"type":"External","external":{"target":{"averageValue":"5"}}})";
  const char* kObject = R"({"type":"Object","object":{"target":{"value":"100"}}})";
  const struct {
    std::string metrics;
    std::string statuses;
    const char* text;
  } kCases[] = {
      {kCpu, "", "cpu: <unknown>/80%"},
      {kCpu, R"({"resource":{"current":{"averageUtilization":50,"averageValue":"1"}}})",
       "cpu: 50%/80%"},
      {R"({"resource":{"name":"memory","target":{"averageValue":"64Mi"}}})",
       R"({"resource":{"current":{"averageValue":"32Mi"}}})", "memory: 32Mi/64Mi"},
      {R"({"containerResource":{"name":"cpu","target":{}}})", "", "cpu: <unknown>/<auto>"},
      {kPods, R"({"pods":{"current":{"averageValue":"7"}}})", "7/10"},
      {kExternal, "", "<unknown>/5 (avg)"},
      {kObject, R"({"object":{"current":{"value":"90"}}})", "90/100"},
      {kObject, R"({"object":{"current":{"averageValue":"90"}}})", "<nil>/100"},
      {kObject, R"({"external":{"current":{"value":"90"}}})", "<unknown>/100"},
      {R"({"external":{"target":{"value":"5"}}})",
       R"({"external":{"current":{"averageValue":"3"}}})", "<nil>/5"},
      {kExternal, R"({"external":{"current":{"value":"3"}}})", "<unknown>/5 (avg)"},
      {std::string(kCpu) + "," + kPods + "," + kObject + "," + kExternal, "",
       "cpu: <unknown>/80%, <unknown>/10 + 2 more..."},
  };
  for (const auto& [metrics, statuses, text] : kCases) {
    const Json hpa = Json::parse(R"({"spec":{"metrics":[)" + metrics +
                                 R"(]},"status":{"currentMetrics":[)" + statuses + "]}}");
    EXPECT_EQ(HpaTargets(hpa), text);
  }
}

}  // namespace
}  // namespace kubegauge::server
