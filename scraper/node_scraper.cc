#include "scraper/node_scraper.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <string_view>
#include <utility>

#include "scraper/instantaneous_history.h"

namespace kubegauge::scraper {

namespace asio = boost::asio;

namespace {

// A scrape takes milliseconds; one that takes longer waits for its kubelet and needs no slot.
constexpr int64_t kSlotHoldNs = int64_t{500} * 1'000'000;

}  // namespace

int64_t NextDueNs(std::string_view node, int64_t now_ns, int64_t resolution_ns) {
  const auto phase = static_cast<int64_t>(std::hash<std::string_view>()(node) %
                                          static_cast<size_t>(resolution_ns));
  const int64_t earliest_ns = now_ns + resolution_ns / 2;
  const int64_t since_phase_ns = earliest_ns - phase;
  const int64_t periods = (since_phase_ns + resolution_ns - 1) / resolution_ns;
  return phase + periods * resolution_ns;
}

NodeScraper::NodeScraper(asio::any_io_executor executor, KubeletTarget target,
                         const ScrapeEnvironment& environment)
    : executor_(executor),
      environment_(environment),
      target_(std::move(target)),
      source_(executor, environment.access, environment.source_options, environment.clock),
      log_(environment.log),
      timer_(executor) {}

void NodeScraper::Start() {
  asio::co_spawn(
      executor_, [self = shared_from_this()] { return self->Run(); },
      [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
      });
}

void NodeScraper::Stop() {
  stopped_ = true;
  timer_.cancel();
  source_.Cancel();
}

void NodeScraper::Sweep(int64_t now_ns) {
  if (began_at_ns_ == 0) return;
  const int64_t taken_ns = now_ns - began_at_ns_;
  if (taken_ns > kSlotHoldNs) slot_.Release();
  if (taken_ns > environment_.timeout_ns && !overdue_) {
    overdue_ = true;
    source_.Cancel();
  }
}

asio::awaitable<void> NodeScraper::Run() {
  while (!stopped_) {
    slot_ = co_await environment_.slots.Take();
    if (stopped_) break;
    co_await ScrapeOnce();
    slot_.Release();
    if (!stopped_) co_await WaitUntilDue();
  }
  slot_.Release();
}

asio::awaitable<void> NodeScraper::WaitUntilDue() {
  const int64_t now_ns = environment_.clock.MonotonicNs();
  const int64_t due_ns = NextDueNs(target_.node, now_ns, environment_.resolution_ns);
  timer_.expires_after(std::chrono::nanoseconds(due_ns - now_ns));
  boost::system::error_code stopped;
  co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, stopped));
}

asio::awaitable<void> NodeScraper::ScrapeOnce() {
  const int64_t at_unix_ns = environment_.clock.WallNs();
  overdue_ = false;
  began_at_ns_ = environment_.clock.MonotonicNs();
  absl::Status status = co_await CollectAndApply();
  const int64_t duration_ns = environment_.clock.MonotonicNs() - began_at_ns_;
  began_at_ns_ = 0;
  if (stopped_) co_return;
  if (overdue_) {
    status = absl::DeadlineExceededError(
        "the kubelet did not answer in time; see "
        "--kubelet-request-timeout");
  }
  environment_.observer.OnScrape(target_.node, duration_ns, status.ok(), at_unix_ns);
  if (status.ok()) {
    log_.Scraped(target_);
  } else {
    log_.Failed(target_, status);
  }
}

asio::awaitable<absl::Status> NodeScraper::CollectAndApply() {
  const ScrapeKits::Lease kit = environment_.kits.Take();
  const absl::StatusOr<const Sample*> sample = co_await source_.Collect(target_, *kit);
  if (!sample.ok()) co_return sample.status();
  const Sample* rates = nullptr;
  if (!std::exchange(scraped_before_, true)) {
    rates = source_.endpoint() == KubeletEndpoint::kResource
                ? co_await source_.CollectRates(target_, *kit)
                : *sample;
  }
  if (stopped_) co_return absl::OkStatus();
  if (rates != nullptr) FillInstantaneousHistory(**sample, *rates, kit->history);
  environment_.apply(target_.node, rates == nullptr ? nullptr : &kit->history, **sample);
  co_return absl::OkStatus();
}

}  // namespace kubegauge::scraper
