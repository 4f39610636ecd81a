#include "tests/autoscaler/controller_fixture.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace kubegauge::autoscaler::controller_testing {

ControllerTest::ControllerTest() {
  observer_.began_ns = clock_.WallNs();
  Answer("GET /api", Json(R"({"kind":"APIVersions","versions":["v1"]})"));
  Answer("GET /apis", Json(R"({"kind":"APIGroupList","groups":[{"name":"apps",
    "versions":[{"groupVersion":"apps/v1","version":"v1"}],
    "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]})"));
  Answer("GET /apis/apps/v1", Json(R"({"kind":"APIResourceList","groupVersion":"apps/v1",
    "resources":[{"name":"deployments","kind":"Deployment","namespaced":true},
      {"name":"deployments/scale","kind":"Scale","group":"autoscaling","version":"v1"}]})"));
  Answer(kScalePath, Json(R"({"kind":"Scale","apiVersion":"autoscaling/v1",
    "metadata":{"name":"web","namespace":"shop","resourceVersion":"1"},
    "spec":{},"status":{"replicas":0,"selector":"app=web"}})"));
  Answer(kRunningPath, Json(R"({"kind":"Scale","apiVersion":"autoscaling/v1",
    "metadata":{"name":"running","namespace":"shop","resourceVersion":"1"},
    "spec":{"replicas":3},"status":{"replicas":3,"selector":"app=running"}})"));
  for (const char* name : {"a", "b", "c"}) {
    Answer(fmt::format("PUT /apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/{}/status"
                       "?fieldManager=kube-controller-manager",
                       name),
           Json("{}"));
  }
}

HpaPtr ControllerTest::Make(const std::string& name, const std::string& period, int32_t max) {
  Hpa hpa;
  hpa.meta.namespace_name = "shop";
  hpa.meta.name = name;
  if (!period.empty()) hpa.meta.annotations[std::string(kSyncPeriodAnnotation)] = period;
  hpa.spec.scale_target_ref = {.kind = "Deployment", .name = "web", .api_version = "apps/v1"};
  hpa.spec.max_replicas = max;
  return hpas_[name] = std::make_shared<const Hpa>(std::move(hpa));
}

HpaPtr ControllerTest::MakeSlow(const std::string& name, const std::string& seconds) {
  Hpa hpa = *Make(name);
  hpa.spec.scale_target_ref.name = "running";
  MetricSpec& metric = hpa.spec.metrics.emplace_back();
  metric.type = "External";
  metric.external.emplace();
  metric.external->metric.name = seconds;
  metric.external->target = {.type = "AverageValue",
                             .average_value = WrittenAmount(*kube::Quantity::Parse("1"))};
  return hpas_[name] = std::make_shared<const Hpa>(std::move(hpa));
}

void ControllerTest::UpdateStatus(const std::string& name) {
  const HpaPtr before = hpas_[name];
  hpas_[name] = std::make_shared<const Hpa>(*before);
  controller_->Updated(before, hpas_[name]);
}

void ControllerTest::Edit(const std::string& name) {
  const HpaPtr before = hpas_[name];
  controller_->Updated(before, Make(name, "", 20));
}

void ControllerTest::RunUntil(size_t reconciles, const std::function<void(Controller&)>& begin) {
  const auto controller = std::make_shared<Controller>(
      io_.get_executor(),
      Controller::Parts{.observer = observer_,
                        .clock = clock_,
                        .sleeper = pending_,
                        .log = log_,
                        .find = [this](auto, auto name) { return hpas_[std::string(name)]; }},
      reconciler_, selectors_, cadence_);
  controller_ = controller;
  observer_.on_reconciled = [this, controller = controller.get(), reconciles] {
    if (on_reconciled_) on_reconciled_();
    if (observer_.reconciled.size() >= reconciles) controller->Stop();
  };
  begin(*controller);
  bool ended = false;
  boost::asio::co_spawn(io_, controller->Run(), [&](std::exception_ptr) { ended = true; });
  while (true) {
    io_.restart();
    io_.poll();
    if (ended) break;
    pending_.PassToNext();
  }
}

std::vector<int64_t> ControllerTest::GapsOfATermsFirstLooks(const Cadence& cadence,
                                                            const std::string& period) {
  cadence_ = cadence;
  std::vector<HpaPtr> hpas;
  for (int i = 0; i < 30; ++i) hpas.push_back(Make(fmt::format("hpa-{}", i), period));
  std::map<std::string, int64_t> first_ns;
  std::vector<int64_t> gaps_ns;
  on_reconciled_ = [&] {
    const int64_t now_ns = clock_.MonotonicNs();
    const auto [first, is_first] = first_ns.emplace(observer_.reconciled.back().first, now_ns);
    if (!is_first) gaps_ns.push_back(now_ns - first->second);
  };
  RunUntil(60, [&](Controller& controller) { controller.Begin(hpas); });
  return gaps_ns;
}

}  // namespace kubegauge::autoscaler::controller_testing
