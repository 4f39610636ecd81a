#pragma once

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "autoscaler/controller.h"
#include "autoscaler/fenced_api_client.h"
#include "tests/autoscaler/controller_fakes.h"
#include "tests/fakes/pending_sleeper.h"
#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::autoscaler::controller_testing {

inline constexpr char kScalePath[] = "GET /apis/apps/v1/namespaces/shop/deployments/web/scale";
inline constexpr char kRunningPath[] =
    "GET /apis/apps/v1/namespaces/shop/deployments/running/scale";

// A controller and a reconciler over a small API server, with time that passes when all wait.
class ControllerTest : public kubegauge::testing::KubeApiTest {
 protected:
  ControllerTest();

  HpaPtr Make(const std::string& name, const std::string& period = "", int32_t max = 10);

  // On a target of three replicas, by an external metric that takes so long.
  HpaPtr MakeSlow(const std::string& name, const std::string& seconds);

  // As the controller's own write of the status comes back.
  void UpdateStatus(const std::string& name);

  void Edit(const std::string& name);

  // Runs until there were so many reconciles.
  void RunUntil(size_t reconciles, const std::function<void(Controller&)>& begin);

  // Between the first and the second look at each of thirty HPAs with which a term begins.
  std::vector<int64_t> GapsOfATermsFirstLooks(const Cadence& cadence, const std::string& period);

  kubegauge::testing::PendingSleeper pending_{clock_};
  std::map<std::string, HpaPtr> hpas_;
  NotingObserver observer_;
  std::function<void()> on_reconciled_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::null_sink_st>()};
  Cadence cadence_;
  PodIndex pods_;
  SelectorRegistry selectors_;
  Metrics metrics_{pending_};
  bool leads_ = true;
  FencedApiClient fenced_{server_, [this] { return leads_; }};
  kube::RestMapper mapper_{io_.get_executor(), fenced_, clock_};
  kube::ScaleClient scale_client_{fenced_, mapper_, sleeper_, random_};
  TargetScales scales_{mapper_, scale_client_};
  StatusWriter statuses_{fenced_, {}};
  Reconciler reconciler_{{.scales = scales_,
                          .pods = pods_,
                          .resource_metrics = metrics_,
                          .custom_metrics = metrics_,
                          .statuses = statuses_,
                          .events = observer_,
                          .clock = clock_,
                          .log = log_},
                         selectors_,
                         {}};
  std::shared_ptr<Controller> controller_;
};

}  // namespace kubegauge::autoscaler::controller_testing
