#include "server/autoscaler/hpa_observer.h"

#include <string>
#include <string_view>

#include "autoscaler/shorten.h"

namespace kubegauge::server {

void HpaObserver::Registered(const autoscaler::Hpa&) { metrics_.Registered(); }

void HpaObserver::Forgotten(const autoscaler::Hpa& hpa) {
  metrics_.Forgotten(hpa);
  decisions_.Forget(hpa.meta.namespace_name, hpa.meta.name);
}

void HpaObserver::Reconciled(const autoscaler::Hpa& hpa, const autoscaler::Outcome& outcome,
                             int64_t duration_ns, int64_t fetch_ns, int64_t now_ns) {
  metrics_.Reconciled(hpa, outcome, duration_ns, fetch_ns);
  const autoscaler::DecisionRecordPtr before = decisions_.Record(hpa, outcome, now_ns);
  LogChange(hpa, outcome, before == nullptr ? "" : before->error);
}

void HpaObserver::LogChange(const autoscaler::Hpa& hpa, const autoscaler::Outcome& outcome,
                            std::string_view before) {
  const std::string& namespace_name = hpa.meta.namespace_name;
  const std::string& name = hpa.meta.name;
  if (outcome.scaled_to) {
    log_.info("Rescaled hpa=\"{}/{}\" from={} to={}", namespace_name, name,
              outcome.current_replicas, *outcome.scaled_to);
  }
  const std::string error = autoscaler::Shorten(outcome.error);
  if (!error.empty() && error != before) {
    log_.warn("Could not reconcile an HPA hpa=\"{}/{}\" error=\"{}\"", namespace_name, name, error);
  } else if (error.empty() && !before.empty()) {
    log_.info("Reconciled an HPA that had failed hpa=\"{}/{}\"", namespace_name, name);
  }
}

}  // namespace kubegauge::server
