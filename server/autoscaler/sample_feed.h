#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <vector>

#include "apiservice/metrics_handler.h"
#include "kube/object_meta.h"
#include "kube/sleeper.h"
#include "scraper/snapshot.h"

namespace kubegauge::server {

// The pods of the nodes that have said something new between two snapshots.
std::vector<kube::ObjectMetaRef> FreshPods(const scraper::Snapshot& before,
                                           const scraper::Snapshot& now);

// Tells which pods have new samples, soon after a snapshot of them was published, until it is
// cancelled. Whoever publishes need not know of it. References are kept.
boost::asio::awaitable<void> FollowSamples(
    const apiservice::PublishedSnapshot& published, kube::Sleeper& sleeper,
    std::function<void(std::vector<kube::ObjectMetaRef> pods)> tell);

}  // namespace kubegauge::server
