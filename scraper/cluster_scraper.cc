#include "scraper/cluster_scraper.h"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <set>
#include <utility>

namespace kubegauge::scraper {

namespace asio = boost::asio;

namespace {

constexpr size_t kScrapesAtOnce = 32;
// How often it is looked whether there is something to publish or to end.
constexpr std::chrono::milliseconds kSweepInterval(200);
// A snapshot costs more the more nodes there are, so it waits one sweep more for each so many.
constexpr size_t kNodesPerSweep = 250;
constexpr size_t kMaxSweepsWaited = 4;
constexpr int64_t kContestLogIntervalNs = int64_t{60} * 1'000'000'000;
constexpr size_t kMaxContestLogKeys = 100;

}  // namespace

class ClusterScraper::TickObserver final : public ScrapeObserver {
 public:
  explicit TickObserver(ScrapeObserver& next) : next_(next) {}

  void OnScrape(const std::string& node, int64_t duration_ns, bool success,
                int64_t at_unix_ns) override {
    longest_ns_ = std::max(longest_ns_, duration_ns);
    next_.OnScrape(node, duration_ns, success, at_unix_ns);
  }
  void OnTick(int64_t) override { next_.OnTick(std::exchange(longest_ns_, 0)); }
  void OnNodeGone(const std::string& node) override { next_.OnNodeGone(node); }

 private:
  ScrapeObserver& next_;
  int64_t longest_ns_ = 0;
};

ClusterScraper::ClusterScraper(asio::any_io_executor executor, ClusterScraperOptions options,
                               kube::CredentialSource* credentials, Published<Snapshot>& snapshot,
                               ScrapeObserver& observer, const kube::Clock& clock,
                               spdlog::logger& log)
    : executor_(executor),
      options_(std::move(options)),
      snapshot_(snapshot),
      clock_(clock),
      log_(log),
      store_(StoreOptions::ForResolution(options_.resolution_ns), clock),
      observer_(std::make_unique<TickObserver>(observer)),
      environment_(new ScrapeEnvironment{
          .settings = {.source = options_.source,
                       .resolution_ns = options_.resolution_ns,
                       .timeout_ns = options_.timeout_ns},
          .access = {executor, credentials, options_.client, log},
          .clock = clock,
          .observer = *observer_,
          .log = log,
          .apply = [this](const std::string& node, const Sample* history,
                          const Sample& sample) { return Apply(node, history, sample); },
          .slots = {executor, kScrapesAtOnce},
          .turns = {executor, clock}}),
      contest_limiter_(kContestLogIntervalNs, kMaxContestLogKeys, clock) {}

ClusterScraper::~ClusterScraper() {
  for (const auto& [name, node] : nodes_) node->Stop();
}

void ClusterScraper::SetNodes(const kube::NodeList& nodes) {
  std::set<std::string, std::less<>> scraped;
  Reasons unresolved;
  for (const std::shared_ptr<const kube::NodeInfo>& node : nodes) {
    std::string name(node->meta->name());
    absl::StatusOr<KubeletTarget> target = ResolveKubelet(*node, options_.addressing);
    if (target.ok()) {
      SetTarget(name, *std::move(target));
      scraped.insert(std::move(name));
      continue;
    }
    std::string reason(target.status().message());
    const auto logged = unresolved_.find(name);
    if (logged == unresolved_.end() || logged->second != reason) {
      log_.error("Node cannot be scraped node={} error=\"{}\"", name, reason);
    }
    unresolved.emplace(std::move(name), std::move(reason));
  }
  unresolved_ = std::move(unresolved);
  std::erase_if(nodes_, [&](const auto& entry) {
    if (scraped.contains(entry.first)) return false;
    entry.second->Stop();
    observer_->OnNodeGone(entry.first);
    return true;
  });
}

void ClusterScraper::SetTarget(const std::string& name, KubeletTarget target) {
  std::shared_ptr<NodeScraper>& scraper = nodes_[name];
  if (scraper != nullptr) {
    scraper->SetTarget(std::move(target));
    return;
  }
  scraper = std::make_shared<NodeScraper>(executor_, std::move(target), environment_);
  scraper->Begin();
}

void ClusterScraper::SetCatalog(std::shared_ptr<const Catalog> catalog) {
  store_.SetCatalog(std::move(catalog));
  urgent_ = true;
}

std::shared_ptr<const NodeLayout> ClusterScraper::Apply(const std::string& node,
                                                        const Sample* history,
                                                        const Sample& sample) {
  // A node that could not be scraped for some seconds has its own history, of all its containers.
  if (history != nullptr && !store_.HasFreshPoints(node)) store_.Apply(node, *history);
  Store::Applied applied = store_.Apply(node, sample);
  urgent_ = urgent_ || applied.is_first_usage || history != nullptr;
  changed_ = true;
  return std::move(applied.layout);
}

bool ClusterScraper::IsPublishingDue() const {
  const size_t wait = std::min(nodes_.size() / kNodesPerSweep, kMaxSweepsWaited);
  return urgent_ || (changed_ && sweeps_waited_ >= wait);
}

void ClusterScraper::Publish() {
  snapshot_.Set(store_.MakeSnapshot());
  LogContests();
  changed_ = false;
  urgent_ = false;
  sweeps_waited_ = 0;
}

void ClusterScraper::LogContests() {
  for (const PodContest& contest : store_.contests()) {
    const auto held_back = contest_limiter_.Admit(contest.challenger->name());
    if (!held_back) continue;
    log_.warn(
        "Two kubelets tell of one pod; the usage of one is served pod={}/{} node={} "
        "other_node={} held_back={}",
        contest.pod->namespace_name(), contest.pod->name(), contest.holder->name(),
        contest.challenger->name(), *held_back);
  }
}

void ClusterScraper::BeginTick(std::atomic<int64_t>& tick_began_ns) {
  const int64_t now_ns = clock_.MonotonicNs();
  if (now_ns < tick_due_ns_) return;
  if (tick_due_ns_ != 0) observer_->OnTick(0);
  tick_due_ns_ = now_ns + options_.resolution_ns;
  tick_began_ns = now_ns;
  urgent_ = true;  // what has become stale has to go
}

asio::awaitable<void> ClusterScraper::Run(std::atomic<int64_t>& tick_began_ns) {
  asio::steady_timer timer(executor_);
  for (;;) {
    BeginTick(tick_began_ns);
    NodeScraper::SweepRunning(*environment_);
    if (IsPublishingDue()) {
      Publish();
    } else {
      ++sweeps_waited_;
    }
    timer.expires_after(kSweepInterval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace kubegauge::scraper
