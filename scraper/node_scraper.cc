#include "scraper/node_scraper.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <functional>
#include <utility>

#include "kube/time_units.h"
#include "scraper/instantaneous_history.h"

namespace kubegauge::scraper {

namespace asio = boost::asio;

namespace {

// A scrape takes milliseconds; one that takes longer waits for its kubelet and needs no slot.
constexpr int64_t kSlotHoldNs = int64_t{200} * 1'000'000;

// How many times in a resolution scrapes begin. Those of one turn are answered and read together.
constexpr int64_t kTurns = 15;

// Waits between the first scrapes. A kubelet that reads its containers when it is asked tells a
// second reading at once; others read every 10 to 15 s, and scrapes that far apart in all find it.
// They go on though the node's own usage is known: that of its containers may come later.
constexpr std::array<int64_t, 4> kHastyWaitsNs = {kube::kNsPerSecond, 4 * kube::kNsPerSecond,
                                                  5 * kube::kNsPerSecond, 5 * kube::kNsPerSecond};

}  // namespace

int64_t NextDueNs(std::string_view node, int64_t scraped_at_ns, int64_t now_ns,
                  int64_t resolution_ns) {
  const auto turn = static_cast<int64_t>(std::hash<std::string_view>()(node) % kTurns);
  const int64_t phase_ns = turn * (resolution_ns / kTurns);
  const int64_t earliest_ns = std::max(scraped_at_ns + resolution_ns / 2, now_ns);
  const int64_t periods = (earliest_ns - phase_ns + resolution_ns - 1) / resolution_ns;
  return phase_ns + periods * resolution_ns;
}

std::optional<int64_t> HastyDueNs(size_t hasty_scrapes, int64_t scraped_at_ns, int64_t now_ns,
                                  int64_t resolution_ns) {
  if (hasty_scrapes >= kHastyWaitsNs.size()) return std::nullopt;
  const int64_t wait_ns = std::min(kHastyWaitsNs[hasty_scrapes], resolution_ns / 3);
  return std::max(scraped_at_ns + wait_ns, now_ns);
}

NodeScraper::NodeScraper(asio::any_io_executor executor, KubeletTarget target,
                         std::shared_ptr<ScrapeEnvironment> environment)
    : executor_(executor),
      environment_(std::move(environment)),
      target_(std::move(target)),
      source_(executor, environment_->access, environment_->settings.source, environment_->clock),
      log_(environment_->log, environment_->clock) {}

void NodeScraper::Begin() {
  asio::co_spawn(
      executor_, [self = shared_from_this()] { return self->Run(); },
      [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
      });
}

void NodeScraper::Stop() {
  stopped_ = true;
  unlink();
  slot_.Release();
  source_.Cancel();
}

void NodeScraper::SweepRunning(ScrapeEnvironment& environment) {
  const int64_t now_ns = environment.clock.MonotonicNs();
  for (RecurringScrape& running : environment.running) {
    const int64_t taken_ns = now_ns - running.began_at_ns;
    if (taken_ns <= kSlotHoldNs) return;
    auto& scraper = static_cast<NodeScraper&>(running);
    scraper.slot_.Release();
    if (taken_ns <= environment.settings.timeout_ns) continue;
    scraper.overdue_ = true;
    scraper.source_.Cancel();
  }
}

asio::awaitable<void> NodeScraper::Run() {
  if (!source_.IsConnected()) slot_ = co_await environment_->slots.Take();
  if (!stopped_) co_await ScrapeOnce();
  slot_.Release();
  if (!stopped_) AwaitTurn();
}

void NodeScraper::AwaitTurn() {
  const int64_t now_ns = environment_->clock.MonotonicNs();
  const int64_t resolution_ns = environment_->settings.resolution_ns;
  int64_t due_ns = NextDueNs(target_.node, began_at_ns, now_ns, resolution_ns);
  if (is_hasty_) {
    const auto hasty_ns = HastyDueNs(hasty_scrapes_++, began_at_ns, now_ns, resolution_ns);
    due_ns = std::min(due_ns, hasty_ns.value_or(due_ns));
    is_hasty_ = hasty_ns.has_value();
  }
  environment_->turns.Await(*this, due_ns);
}

asio::awaitable<void> NodeScraper::ScrapeOnce() {
  const int64_t at_unix_ns = environment_->clock.WallNs();
  overdue_ = false;
  began_at_ns = environment_->clock.MonotonicNs();
  environment_->running.push_back(*this);
  absl::Status status = co_await CollectAndApply();
  if (stopped_) co_return;
  unlink();
  if (overdue_ && !status.ok()) {
    status = absl::DeadlineExceededError(
        fmt::format("the kubelet did not answer within {} ms; see --kubelet-request-timeout",
                    environment_->settings.timeout_ns / 1'000'000));
  }
  const int64_t duration_ns = environment_->clock.MonotonicNs() - began_at_ns;
  environment_->observer.OnScrape(target_.node, duration_ns, status.ok(), at_unix_ns);
  if (status.ok()) {
    log_.Scraped(target_);
  } else {
    log_.Failed(target_, status);
  }
}

asio::awaitable<absl::Status> NodeScraper::CollectAndApply() {
  ScrapeKits::Lease kit(environment_->kits);
  const absl::StatusOr<const Sample*> sample = co_await source_.Collect(target_, kit);
  if (!sample.ok()) co_return sample.status();
  // A kubelet whose runtime does not answer it says nothing, which is no reason to forget what was.
  const bool says_nothing =
      !(*sample)->node && (*sample)->pods.empty() && (*sample)->damage.empty();
  if (says_nothing) co_return absl::OkStatus();
  const bool is_first = !std::exchange(scraped_before_, true);
  const Sample* rates = nullptr;
  if (is_first) rates = co_await CollectFirstRates(**sample, kit);
  if (stopped_) co_return absl::OkStatus();
  Sample& history = kit.Get().history;
  history.Clear();
  if (rates != nullptr) FillInstantaneousHistory(**sample, *rates, history);
  const bool has_history = history.node || !history.pods.empty();
  if (is_first) is_hasty_ = !has_history;
  source_.SetLayout(environment_->apply(target_.node, has_history ? &history : nullptr, **sample));
  if (!(*sample)->damage.empty()) co_return absl::DataLossError((*sample)->damage);
  co_return absl::OkStatus();
}

asio::awaitable<const Sample*> NodeScraper::CollectFirstRates(const Sample& sample,
                                                              ScrapeKits::Lease& kit) {
  if (!source_.MayHaveRates()) co_return &sample;
  const absl::StatusOr<const Sample*> rates = co_await source_.CollectRates(target_, kit);
  if (rates.ok()) co_return *rates;
  environment_->log.debug("No usage before the second scrape node={} error=\"{}\"", target_.node,
                          std::string(rates.status().message()));
  co_return nullptr;
}

}  // namespace kubegauge::scraper
