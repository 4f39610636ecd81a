#include "server/cluster/catalog_feed.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace kubegauge::server {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kShortestRest(100);
constexpr int kRestsForWork = 20;

}  // namespace

CatalogFeed::CatalogFeed(asio::any_io_executor executor, kube::LabelSelector node_selector,
                         Parts parts)
    : node_selector_(std::move(node_selector)),
      parts_(std::move(parts)),
      poked_(executor, asio::steady_timer::time_point::max()) {}

void CatalogFeed::Poke() {
  changed_ = true;
  poked_.cancel();
}

asio::awaitable<void> CatalogFeed::Run() {
  for (;;) {
    while (!changed_) {
      boost::system::error_code poked;
      co_await poked_.async_wait(asio::redirect_error(asio::use_awaitable, poked));
    }
    changed_ = false;
    const int64_t began_ns = parts_.clock.MonotonicNs();
    Publish();
    const std::chrono::nanoseconds work(parts_.clock.MonotonicNs() - began_ns);
    co_await parts_.sleeper.SleepFor(
        std::max<std::chrono::nanoseconds>(kShortestRest, kRestsForWork * work));
  }
}

void CatalogFeed::Publish() {
  ClusterObjects objects = parts_.read();
  if (objects.nodes != seen_nodes_) {
    seen_nodes_ = objects.nodes;
    selected_nodes_ = SelectNodes(objects.nodes, node_selector_);
    unselected_nodes_.clear();
    if (selected_nodes_ != objects.nodes) {
      for (const auto& node : *objects.nodes) {
        if (!node_selector_.Matches(*node->meta)) unselected_nodes_.push_back(node->meta);
      }
    }
    parts_.take_nodes(selected_nodes_);
  }
  std::vector<kube::ObjectMetaRef> node_metas;
  node_metas.reserve(selected_nodes_->size());
  for (const auto& node : *selected_nodes_) node_metas.push_back(node->meta);
  parts_.take_catalog(std::make_shared<const scraper::Catalog>(
      std::move(node_metas), std::move(objects.pods), unselected_nodes_));
}

std::shared_ptr<const kube::NodeList> SelectNodes(
    const std::shared_ptr<const kube::NodeList>& nodes, const kube::LabelSelector& selector) {
  auto selected = std::make_shared<kube::NodeList>();
  std::ranges::copy_if(*nodes, std::back_inserter(*selected),
                       [&](const auto& node) { return selector.Matches(*node->meta); });
  return selected->size() == nodes->size() ? nodes : selected;
}

}  // namespace kubegauge::server
