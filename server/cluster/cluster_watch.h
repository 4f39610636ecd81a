#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

#include "kube/label_selector.h"
#include "kube/node_cache.h"
#include "kube/pod_meta_cache.h"
#include "kube/reflector.h"
#include "kube/sleeper.h"
#include "server/cluster/catalog_feed.h"
#include "server/health_checks.h"

namespace kubegauge::server {

// The nodes and running pods of the cluster, followed in the API server and handed on as they
// change: from when both are known, or the pods some seconds late. Nodes that are scraped before
// their pods are known need a record for each pod that is soon thrown away, and the heap of a large
// cluster stays full of the holes. Belongs to one thread's executor; keeps references.
class ClusterWatch {
 public:
  struct Consumers {
    std::function<void(std::shared_ptr<const kube::NodeList> nodes)> take_nodes;
    std::function<void(std::shared_ptr<const scraper::Catalog> catalog)> take_catalog;
    HealthState& health;
  };

  ClusterWatch(boost::asio::any_io_executor executor, const kube::ReflectorEnvironment& environment,
               kube::LabelSelector node_selector, Consumers consumers);

  // Begins to follow nodes and pods, for as long as the executor runs.
  void Start();

 private:
  boost::asio::awaitable<void> WaitForPods();

  const boost::asio::any_io_executor executor_;
  const Consumers consumers_;
  kube::Sleeper& sleeper_;
  kube::NodeCache nodes_;
  kube::PodMetaCache pods_;
  CatalogFeed feed_;
  bool waits_for_pods_ = true;
};

}  // namespace kubegauge::server
