#include "scraper/scrape_state_log.h"

#include <string>

namespace kubegauge::scraper {

void ScrapeStateLog::Scraped(const KubeletTarget& target) {
  if (failing_) {
    log_.log(failing_->ready ? spdlog::level::info : spdlog::level::debug,
             "Kubelet is scraped again node={}", target.node);
  }
  failing_.reset();
}

void ScrapeStateLog::Failed(const KubeletTarget& target, const absl::Status& status) {
  const Failure failure{status.code(), target.ready};
  if (failing_ == failure) return;
  failing_ = failure;
  log_.log(target.ready ? spdlog::level::err : spdlog::level::debug,
           "Kubelet cannot be scraped node={} address=\"{}\" error=\"{}\"", target.node,
           AuthorityOf(target), std::string(status.message()));
}

}  // namespace kubegauge::scraper
