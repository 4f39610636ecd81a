// What all HPAs of a large cluster cost in the process that has the samples too: a pass over them,
// and the memory of each. The API server is a function that answers at once.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <spdlog/sinks/null_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <ctime>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "autoscaler/hpa_kind.h"
#include "autoscaler/pod_shapes.h"
#include "kube/object_cache.h"
#include "server/autoscaler/hpa_observer.h"
#include "server/autoscaler/hpa_term.h"
#include "server/autoscaler/snapshot_metrics_reader.h"
#include "server/heap.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/pending_sleeper.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::server {
namespace {

namespace asio = boost::asio;
using Json = nlohmann::json;

constexpr int kHpas = 10'000;
constexpr int kPodsOfHpa = 30;
constexpr int64_t kSecond = 1'000'000'000;
// The first looks at some HPAs twice and at others not yet: the second writes their statuses.
constexpr int kPassesUntilNothingIsWritten = 2;
// So many recommendations does the window of five minutes hold.
constexpr int kPassesUntilNothingGrows = 21;

std::string NamespaceOf(int hpa) { return fmt::format("namespace-{:03}", hpa % 100); }
std::string NameOf(int hpa) { return fmt::format("checkout-api-{:05}", hpa); }
std::string PodOf(int hpa, int pod) {
  return fmt::format("{}-65847cf6ff-{:05}", NameOf(hpa), 10'000 + pod * 37);
}

// As `kubectl apply` leaves it with its manifest in an annotation, and two metrics.
std::string HpaBody(int hpa) {
  const auto utilization = [](const char* resource) {
    return Json{
        {"type", "Resource"},
        {"resource",
         {{"name", resource}, {"target", {{"type", "Utilization"}, {"averageUtilization", 60}}}}}};
  };
  const Json spec = {{"scaleTargetRef",
                      {{"kind", "Deployment"}, {"name", NameOf(hpa)}, {"apiVersion", "apps/v1"}}},
                     {"minReplicas", 3},
                     {"maxReplicas", 60},
                     {"metrics", {utilization("cpu"), utilization("memory")}}};
  const Json labels = {{"app.kubernetes.io/name", NameOf(hpa)},
                       {"app.kubernetes.io/instance", "production"},
                       {"team", "payments"}};
  Json metadata = {{"namespace", NamespaceOf(hpa)},
                   {"name", NameOf(hpa)},
                   {"uid", fmt::format("8f14e45f-ceea-467f-a0e6-{:012}", hpa)},
                   {"resourceVersion", std::to_string(1'000'000 + hpa)},
                   {"creationTimestamp", "2026-01-01T00:00:00Z"},
                   {"labels", labels}};
  metadata["annotations"] = {{"kubectl.kubernetes.io/last-applied-configuration", spec.dump()}};
  return Json{{"kind", "HorizontalPodAutoscaler"},
              {"apiVersion", "autoscaling/v2"},
              {"metadata", std::move(metadata)},
              {"spec", spec}}
      .dump();
}

// Deployments of kPodsOfHpa replicas, and who takes the statuses that are written.
class Api final : public kube::ApiClient {
 public:
  explicit Api(std::function<void(const std::string& hpa)> on_status)
      : on_status_(std::move(on_status)) {}

  asio::awaitable<absl::StatusOr<kube::ApiResponse>> Send(kube::ApiRequest request) override {
    if (request.method == "PUT") on_status_(request.body);
    co_return kube::ApiResponse{{200, {{"content-type", "application/json"}}}, BodyOf(request)};
  }
  asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      kube::ApiRequest) override {
    co_return absl::UnimplementedError("nobody watches");
  }

 private:
  static std::string BodyOf(const kube::ApiRequest& request) {
    if (request.method == "PUT") return "{}";
    if (request.target == "/api") return R"({"kind":"APIVersions","versions":["v1"]})";
    if (request.target == "/apis") {
      return R"({"kind":"APIGroupList","groups":[{"name":"apps",
        "versions":[{"groupVersion":"apps/v1","version":"v1"}],
        "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]})";
    }
    if (request.target == "/apis/apps/v1") {
      return R"({"kind":"APIResourceList","groupVersion":"apps/v1","resources":[
        {"name":"deployments","kind":"Deployment","namespaced":true},
        {"name":"deployments/scale","kind":"Scale","group":"autoscaling","version":"v1"}]})";
    }
    return ScaleOf(request.target);
  }
  // Of /apis/apps/v1/namespaces/NAMESPACE/deployments/NAME/scale.
  static std::string ScaleOf(const std::string& target) {
    const size_t end = target.rfind('/');
    const size_t begin = target.rfind('/', end - 1) + 1;
    const std::string name = target.substr(begin, end - begin);
    return fmt::format(
        R"({{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{{"name":"{0}",
          "resourceVersion":"1"}},"spec":{{"replicas":{1}}},"status":{{"replicas":{1},
          "selector":"app.kubernetes.io/instance=production,app.kubernetes.io/name={0}"}}}})",
        name, kPodsOfHpa);
  }

  const std::function<void(const std::string&)> on_status_;
};

class NoCustomMetrics final : public autoscaler::CustomMetricsReader {
 public:
  asio::awaitable<autoscaler::MetricReading> Read(std::string_view, std::string_view,
                                                  const autoscaler::MetricQuery&) override {
    co_return std::monostate();
  }
};

// Counts reconciles on their way to the program's own observer.
class CountingObserver final : public autoscaler::ReconcileObserver,
                               public autoscaler::HpaEventSink {
 public:
  CountingObserver(autoscaler::ReconcileObserver& next) : next_(next) {}

  void Registered(const autoscaler::Hpa& hpa) override { next_.Registered(hpa); }
  void Forgotten(const autoscaler::Hpa& hpa) override { next_.Forgotten(hpa); }
  void Reconciled(const autoscaler::Hpa& hpa, const autoscaler::Outcome& outcome,
                  int64_t duration_ns, int64_t fetch_ns, int64_t now_ns) override {
    next_.Reconciled(hpa, outcome, duration_ns, fetch_ns, now_ns);
    ++reconciled;
    failed += outcome.error.empty() ? 0 : 1;
  }
  void Record(const autoscaler::Hpa&, const autoscaler::HpaEvent&) override {}

  size_t reconciled = 0;
  size_t failed = 0;

 private:
  autoscaler::ReconcileObserver& next_;
};

// The pods of the cluster, and what they use: 60 % of what they request, so that nothing is scaled.
struct Pods {
  Pods() {
    std::vector<testing::PodUsageLiteral> usage;
    for (int hpa = 0; hpa < kHpas; ++hpa) {
      auto shape = shapes.Share(ShapeOf(hpa));
      for (int pod = 0; pod < kPodsOfHpa; ++pod) {
        index.Add(std::make_shared<const autoscaler::Pod>(
            autoscaler::Pod{.name = PodOf(hpa, pod),
                            .shape = shape,
                            .start_ns = kStarted,
                            .ready_transition_ns = kStarted + 20 * kSecond,
                            .phase = autoscaler::PodPhase::kRunning,
                            .ready = autoscaler::ReadyStatus::kTrue}));
        const testing::UsageLiteral used{
            .cpu_nanocores = 60'000'000, .working_set_bytes = 60'000'000, .timestamp_ns = kNow};
        usage.push_back({NamespaceOf(hpa), PodOf(hpa, pod), {}, {{"app", used}, {"proxy", used}}});
      }
    }
    published.Set(testing::MakeSnapshot({{"node", {}, {}}}, usage));
  }

  static autoscaler::PodShape ShapeOf(int hpa) {
    autoscaler::PodShape shape{.namespace_name = NamespaceOf(hpa),
                               .labels = {{"app.kubernetes.io/instance", "production"},
                                          {"app.kubernetes.io/name", NameOf(hpa)},
                                          {"pod-template-hash", "65847cf6ff"},
                                          {"team", "payments"}}};
    for (const char* name : {"app", "proxy"}) {
      shape.containers.push_back({.name = name, .requests = {}});
      shape.containers.back().requests.Set("cpu", 100);
      shape.containers.back().requests.Set("memory", 100'000'000'000);
    }
    return shape;
  }

  static constexpr int64_t kNow = 1'767'225'600 * kSecond;
  static constexpr int64_t kStarted = kNow - 3600 * kSecond;

  autoscaler::PodShapes shapes;
  autoscaler::PodIndex index;
  apiservice::PublishedSnapshot published{scraper::EmptySnapshot()};
};

Pods& AllPods() {
  static Pods pods;
  return pods;
}

// The controller as the program runs it, but for the election and the watches.
class Autoscaler {
 public:
  explicit Autoscaler(Pods& pods) : usage_(pods.published), pods_(pods) {
    hpas_.SetHandlers(
        {.added = {},
         .updated = [this](const auto& before,
                           const auto& after) { term_->controller->Updated(before, after); },
         .deleted = {}});
    hpas_.BeginList();
    for (int hpa = 0; hpa < kHpas; ++hpa) {
      if (!hpas_.AddListed({kube::WireFormat::kJson, HpaBody(hpa)}).ok()) std::abort();
    }
    term_.emplace(io_.get_executor(), ReconcilerParts(), ControllerParts(), autoscaler::Tuning(),
                  autoscaler::Cadence());
    hpas_.CommitList();
    term_->controller->Begin(hpas_.Objects());
    asio::co_spawn(io_, term_->controller->Run(), asio::detached);
  }
  ~Autoscaler() {
    term_->controller->Stop();
    io_.restart();
    io_.poll();
  }

  // Until each HPA was looked at once more.
  void Pass() {
    for (const size_t end = observer_.reconciled + kHpas; observer_.reconciled < end;) {
      io_.restart();
      io_.poll();
      if (observer_.reconciled < end) sleeper_.PassToNext();
    }
    if (observer_.failed > 0) std::abort();
  }

  // What of a pass are API calls.
  void ReadScales() {
    for (const auto& hpa : hpas_.Objects()) {
      asio::co_spawn(io_, scales_.Read(*hpa, autoscaler::TargetScales::From::kApi), asio::detached);
      io_.restart();
      io_.poll();
    }
  }

 private:
  autoscaler::Reconciler::Parts ReconcilerParts() {
    return {.scales = scales_,
            .pods = pods_.index,
            .resource_metrics = usage_,
            .custom_metrics = custom_,
            .statuses = statuses_,
            .events = observer_,
            .clock = clock_,
            .log = log_};
  }
  autoscaler::Controller::Parts ControllerParts() {
    return {.observer = observer_,
            .clock = clock_,
            .sleeper = sleeper_,
            .log = log_,
            .find = [this](auto namespace_name, auto name) {
              return hpas_.Find({namespace_name, name});
            }};
  }
  void Store(const std::string& hpa) {
    if (!hpas_.Apply(kube::WatchEventType::kModified, {kube::WireFormat::kJson, hpa}).ok()) {
      std::abort();
    }
    hpas_.EndBatch();
  }

  asio::io_context io_;
  testing::ManualClock clock_{Pods::kNow};
  testing::PendingSleeper sleeper_{clock_};
  testing::ConstantRandom random_;
  spdlog::logger log_{"bench", std::make_shared<spdlog::sinks::null_sink_st>()};
  Api api_{[this](const std::string& hpa) { Store(hpa); }};
  kube::RestMapper mapper_{io_.get_executor(), api_, clock_};
  kube::ScaleClient scale_client_{api_, mapper_, sleeper_, random_};
  autoscaler::TargetScales scales_{mapper_, scale_client_};
  autoscaler::StatusWriter statuses_{api_, {}};
  SnapshotMetricsReader usage_;
  NoCustomMetrics custom_;
  Pods& pods_;
  MetricsRegistry registry_;
  HpaMetrics metrics_{registry_, ""};
  autoscaler::DecisionLog decisions_;
  HpaObserver program_observer_{metrics_, decisions_, log_};
  CountingObserver observer_{program_observer_};
  kube::ObjectCache<autoscaler::HpaKind> hpas_;
  std::optional<HpaTerm> term_;
};

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / kSecond;
}

// Scale reads and all else that a reconcile does are in it; no status changes.
void BM_PassOverAllHpas(benchmark::State& state) {
  Autoscaler autoscaler(AllPods());
  for (int pass = 0; pass < kPassesUntilNothingIsWritten; ++pass) autoscaler.Pass();
  for (auto _ : state) {
    const double began = CpuSeconds();
    autoscaler.Pass();
    const double seconds = CpuSeconds() - began;
    state.SetIterationTime(seconds);
    if (seconds > 1) state.SetLabel("more than the second of CPU that it may take");
  }
}
BENCHMARK(BM_PassOverAllHpas)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(5);

void BM_ScaleReadsOfAPass(benchmark::State& state) {
  Autoscaler autoscaler(AllPods());
  autoscaler.Pass();
  for (auto _ : state) {
    const double began = CpuSeconds();
    autoscaler.ReadScales();
    state.SetIterationTime(CpuSeconds() - began);
  }
}
BENCHMARK(BM_ScaleReadsOfAPass)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(5);

// Everything that is kept for an HPA: the object, its history, its schedule, its selector, its
// metrics and its last decision.
void BM_MemoryOfAnHpa(benchmark::State& state) {
  Pods& pods = AllPods();
  for (auto _ : state) {
    const size_t before = HeapBytesInUse();
    Autoscaler autoscaler(pods);
    for (int pass = 0; pass < kPassesUntilNothingGrows; ++pass) autoscaler.Pass();
    const size_t bytes = (HeapBytesInUse() - before) / kHpas;
    state.counters["heap_bytes/hpa"] = static_cast<double>(bytes);
    if (bytes > 4096) state.SetLabel("more than the 4 KB that an HPA may take");
  }
}
BENCHMARK(BM_MemoryOfAnHpa)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace kubegauge::server
