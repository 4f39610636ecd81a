#include "server/autoscaler/term_api.h"

#include <string>

namespace kubegauge::server {

void TermEvents::Record(const autoscaler::Hpa& hpa, const autoscaler::HpaEvent& event) {
  if (!lasts_()) return;
  recorder_.Record({.kind = std::string(autoscaler::HpaApi::kKind),
                    .namespace_name = hpa.meta.namespace_name,
                    .name = hpa.meta.name,
                    .uid = hpa.meta.uid,
                    .api_version = api_.version.ToString(),
                    .resource_version = hpa.meta.resource_version},
                   event.warning ? kube::EventType::kWarning : kube::EventType::kNormal,
                   event.reason, event.message);
}

TermApi::TermApi(const Environment& environment, const std::function<bool()>& lasts)
    : fenced(environment.client, lasts),
      retrying(fenced, environment.sleeper),
      client(retrying, environment.rate),
      scale_client(client, environment.mapper, environment.sleeper, environment.random),
      scales(environment.mapper, scale_client, environment.watched_scales),
      statuses(client, environment.api),
      events(environment.recorder, environment.api, lasts) {}

}  // namespace kubegauge::server
