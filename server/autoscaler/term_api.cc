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

TermApi::TermApi(const Parts& parts, const std::function<bool()>& lasts)
    : fenced(parts.client, lasts),
      retrying(fenced, parts.sleeper),
      client(retrying, parts.rate),
      scale_client(client, parts.mapper, parts.sleeper, parts.random),
      scales(parts.mapper, scale_client, parts.watched_scales),
      statuses(client, parts.api),
      events(parts.recorder, parts.api, lasts) {}

}  // namespace kubegauge::server
