#include "server/cluster/catalog_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using Names = std::vector<std::string>;

std::shared_ptr<const kube::NodeInfo> Node(std::string_view name, std::string_view pool) {
  const std::vector<kube::Label> labels = {{"pool", pool}};
  return std::make_shared<const kube::NodeInfo>(
      kube::NodeInfo{.meta = kube::ObjectMeta::Create("", name, labels)});
}

Names NamesOf(const std::vector<kube::ObjectMetaRef>& metas) {
  Names names;
  for (const kube::ObjectMetaRef& meta : metas) names.emplace_back(meta->name());
  return names;
}

class CatalogFeedTest : public ::testing::Test {
 protected:
  void Start(const std::string& selector) {
    feed_ = std::make_unique<CatalogFeed>(
        io_.get_executor(), *kube::LabelSelector::Parse(selector),
        CatalogFeed::Parts{
            .read =
                [this] {
                  ++reads_;
                  clock_.Advance(work_ns_);
                  return ClusterObjects{nodes_, pods_};
                },
            .take_nodes = [this](const auto& nodes) { taken_nodes_.push_back(nodes); },
            .take_catalog = [this](const auto& catalog) { catalogs_.push_back(catalog); },
            .clock = clock_,
            .sleeper = sleeper_});
    boost::asio::co_spawn(io_, feed_->Run(), boost::asio::detached);
  }

  testing::ManualClock clock_;
  testing::ManualSleeper sleeper_{clock_};
  boost::asio::io_context io_{1};
  std::unique_ptr<CatalogFeed> feed_;
  std::shared_ptr<const kube::NodeList> nodes_ =
      std::make_shared<const kube::NodeList>(kube::NodeList{Node("n1", "a"), Node("n2", "b")});
  std::vector<kube::ObjectMetaRef> pods_ = {kube::ObjectMeta::Create("d", "p")};
  int64_t work_ns_ = 0;
  int reads_ = 0;
  std::vector<std::shared_ptr<const kube::NodeList>> taken_nodes_;
  std::vector<std::shared_ptr<const scraper::Catalog>> catalogs_;
};

TEST_F(CatalogFeedTest, MakesOneCatalogOfChangesThatComeTogether) {
  Start("");
  io_.poll();
  EXPECT_EQ(reads_, 0);
  for (int i = 0; i < 100; ++i) feed_->Poke();
  io_.poll();
  ASSERT_EQ(catalogs_.size(), 1u);
  EXPECT_THAT(NamesOf(catalogs_[0]->nodes()), ElementsAre("n1", "n2"));
  EXPECT_THAT(NamesOf(catalogs_[0]->pods()), ElementsAre("p"));
  EXPECT_EQ(taken_nodes_[0], nodes_);
}

TEST_F(CatalogFeedTest, LeavesOutNodesThatTheSelectorDoesNotMatch) {
  Start("pool=b");
  feed_->Poke();
  io_.poll();
  EXPECT_THAT(NamesOf(catalogs_.at(0)->nodes()), ElementsAre("n2"));
  EXPECT_EQ(taken_nodes_.at(0)->size(), 1u);
}

TEST_F(CatalogFeedTest, TellsThatNodesExistThatTheSelectorDoesNotMatch) {
  Start("pool=b");
  feed_->Poke();
  io_.poll();
  pods_.push_back(kube::ObjectMeta::Create("d", "q"));
  feed_->Poke();
  io_.poll();
  ASSERT_EQ(catalogs_.size(), 2u);
  for (const auto& catalog : catalogs_) {
    EXPECT_TRUE(catalog->HasNode("n1"));
    EXPECT_TRUE(catalog->HasNode("n2"));
    EXPECT_FALSE(catalog->HasNode("n3"));
  }
  nodes_ = std::make_shared<const kube::NodeList>(kube::NodeList{Node("n2", "b")});
  feed_->Poke();
  io_.poll();
  EXPECT_FALSE(catalogs_.back()->HasNode("n1"));
}

TEST_F(CatalogFeedTest, TellsOfNodesOnlyWhenTheyChanged) {
  Start("");
  feed_->Poke();
  io_.poll();
  pods_.push_back(kube::ObjectMeta::Create("d", "q"));
  feed_->Poke();
  io_.poll();
  EXPECT_EQ(catalogs_.size(), 2u);
  EXPECT_EQ(taken_nodes_.size(), 1u);
}

TEST_F(CatalogFeedTest, RestsTwentyTimesAsLongAsItWorked) {
  work_ns_ = 40'000'000;
  Start("");
  feed_->Poke();
  io_.poll();
  EXPECT_THAT(sleeper_.slept(), ElementsAre(std::chrono::milliseconds(800)));
}

}  // namespace
}  // namespace kubegauge::server
