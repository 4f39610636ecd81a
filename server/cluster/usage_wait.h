#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>

#include "apiservice/snapshot_feed.h"
#include "kube/clock.h"
#include "kube/sleeper.h"
#include "server/health_checks.h"

namespace kubegauge::server {

// Ends when a client that is sent here misses nothing that it could have elsewhere: every node has
// usage, or a resolution has passed since the first had, as a node may be dead. Says so in
// `health.usage_complete`, so that a probe need not look at the nodes. Keeps references.
boost::asio::awaitable<void> AwaitUsage(const apiservice::PublishedSnapshot& published,
                                        const kube::Clock& clock, kube::Sleeper& sleeper,
                                        int64_t resolution_ns, HealthState& health);

}  // namespace kubegauge::server
