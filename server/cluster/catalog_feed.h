#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "kube/clock.h"
#include "kube/label_selector.h"
#include "kube/node_info.h"
#include "kube/sleeper.h"
#include "scraper/catalog.h"

namespace kubegauge::server {

// What is known of a cluster at one instant.
struct ClusterObjects {
  std::shared_ptr<const kube::NodeList> nodes;
  std::vector<kube::ObjectMetaRef> pods;
};

// Turns the changes of the nodes and pods of a cluster into catalogs. Changes that come close
// together make one catalog, and at 150,000 pods, where it takes tens of milliseconds, one is made
// no oftener than takes a twentieth of a processor. For one executor's thread; keeps references.
class CatalogFeed {
 public:
  struct Parts {
    std::function<ClusterObjects()> read;
    // The nodes that the selector leaves, before the catalog that has them.
    std::function<void(std::shared_ptr<const kube::NodeList> nodes)> take_nodes;
    std::function<void(std::shared_ptr<const scraper::Catalog> catalog)> take_catalog;
    const kube::Clock& clock;
    kube::Sleeper& sleeper;
  };

  CatalogFeed(boost::asio::any_io_executor executor, kube::LabelSelector node_selector,
              Parts parts);

  // Something has changed.
  void Poke();
  // Until cancelled.
  boost::asio::awaitable<void> Run();

 private:
  void Publish();

  const kube::LabelSelector node_selector_;
  const Parts parts_;
  boost::asio::steady_timer poked_;
  bool changed_ = false;
  std::shared_ptr<const kube::NodeList> seen_nodes_;
  std::shared_ptr<const kube::NodeList> selected_nodes_;
  std::vector<kube::ObjectMetaRef> unselected_nodes_;
};

// The nodes whose labels the selector matches; `nodes` itself when it matches all.
std::shared_ptr<const kube::NodeList> SelectNodes(
    const std::shared_ptr<const kube::NodeList>& nodes, const kube::LabelSelector& selector);

}  // namespace kubegauge::server
