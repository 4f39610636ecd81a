#include "scraper/scrape_state_log.h"

#include <string>
#include <string_view>

#include "kube/time_units.h"

namespace kubegauge::scraper {
namespace {

constexpr int64_t kErrorIntervalNs = 60 * kube::kNsPerSecond;
// Of what a kubelet may have chosen.
constexpr size_t kMaxErrorBytes = 1000;

std::string BeginningOf(std::string_view text) {
  if (text.size() <= kMaxErrorBytes) return std::string(text);
  return std::string(text.substr(0, kMaxErrorBytes)) + "…";
}

}  // namespace

void ScrapeStateLog::Scraped(const KubeletTarget& target) {
  if (logged_) {
    log_.log(logged_->ready ? spdlog::level::info : spdlog::level::debug,
             "Kubelet is scraped again node={}", target.node);
  }
  logged_.reset();
}

void ScrapeStateLog::Failed(const KubeletTarget& target, const absl::Status& status) {
  const Failure failure{status.code(), target.ready};
  if (logged_ == failure) return;
  if (target.ready && !AdmitError()) return;
  logged_ = failure;
  const absl::string_view message = status.message();
  log_.log(target.ready ? spdlog::level::err : spdlog::level::debug,
           "Kubelet cannot be scraped node={} address=\"{}\" error=\"{}\"", target.node,
           AuthorityOf(target), BeginningOf({message.data(), message.size()}));
}

bool ScrapeStateLog::AdmitError() {
  const int64_t now_ns = clock_.MonotonicNs();
  if (error_at_ns_ && now_ns - *error_at_ns_ < kErrorIntervalNs) return false;
  error_at_ns_ = now_ns;
  return true;
}

}  // namespace kubegauge::scraper
