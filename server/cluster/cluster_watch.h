#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "kube/label_selector.h"
#include "kube/node_cache.h"
#include "kube/pod_meta_cache.h"
#include "kube/reflector.h"
#include "server/cluster/catalog_feed.h"
#include "server/health_checks.h"

namespace kubegauge::server {

// The nodes and running pods of the cluster, followed in the API server and handed on as they
// change. Belongs to one thread's executor; keeps references.
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
  const boost::asio::any_io_executor executor_;
  const Consumers consumers_;
  kube::NodeCache nodes_;
  kube::PodMetaCache pods_;
  CatalogFeed feed_;
};

}  // namespace kubegauge::server
