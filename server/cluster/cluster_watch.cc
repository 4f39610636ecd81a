#include "server/cluster/cluster_watch.h"

#include <chrono>
#include <utility>

#include "server/background.h"

namespace kubegauge::server {
namespace {

constexpr std::chrono::seconds kLongestWaitForPods(5);

}  // namespace

ClusterWatch::ClusterWatch(boost::asio::any_io_executor executor,
                           const kube::ReflectorEnvironment& environment,
                           kube::LabelSelector node_selector, Consumers consumers)
    : executor_(executor),
      consumers_(std::move(consumers)),
      sleeper_(environment.sleeper),
      nodes_(environment),
      pods_(environment),
      feed_(executor, std::move(node_selector),
            {.read =
                 [this] {
                   return ClusterObjects{nodes_.Nodes(), pods_.Pods()};
                 },
             .take_nodes = consumers_.take_nodes,
             .take_catalog = consumers_.take_catalog,
             .clock = environment.clock,
             .sleeper = environment.sleeper}) {
  nodes_.SetOnChange([this] {
    consumers_.health.nodes_synced = true;
    if (!waits_for_pods_) feed_.Poke();
  });
  pods_.SetOnChange([this] {
    consumers_.health.pods_synced = true;
    waits_for_pods_ = false;
    feed_.Poke();
  });
}

void ClusterWatch::Start() {
  RunInBackground(executor_, nodes_.Run());
  RunInBackground(executor_, pods_.Run());
  RunInBackground(executor_, feed_.Run());
  RunInBackground(executor_, WaitForPods());
}

boost::asio::awaitable<void> ClusterWatch::WaitForPods() {
  co_await sleeper_.SleepFor(kLongestWaitForPods);
  waits_for_pods_ = false;
  if (consumers_.health.nodes_synced) feed_.Poke();
}

}  // namespace kubegauge::server
