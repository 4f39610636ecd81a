#include "scraper/scrape_slots.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <vector>

namespace kubegauge::scraper {
namespace {

using ::testing::ElementsAre;

class ScrapeSlotsTest : public ::testing::Test {
 protected:
  void Ask(int who) {
    boost::asio::co_spawn(*io_, Take(who), boost::asio::detached);
    io_->restart();
    io_->poll();
  }
  void GiveBackFirst() {
    held_.erase(held_.begin());
    io_->restart();
    io_->poll();
  }

  std::unique_ptr<boost::asio::io_context> io_ = std::make_unique<boost::asio::io_context>(1);
  ScrapeSlots slots_{io_->get_executor(), 2};
  std::vector<int> took_;
  std::vector<ScrapeSlots::Slot> held_;

 private:
  boost::asio::awaitable<void> Take(int who) {
    held_.push_back(co_await slots_.Take());
    took_.push_back(who);
  }
};

TEST_F(ScrapeSlotsTest, AreGivenInTheOrderOfTheCalls) {
  for (const int who : {1, 2, 3, 4}) Ask(who);
  EXPECT_THAT(took_, ElementsAre(1, 2));
  GiveBackFirst();
  EXPECT_THAT(took_, ElementsAre(1, 2, 3));
  GiveBackFirst();
  GiveBackFirst();
  GiveBackFirst();
  EXPECT_THAT(took_, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(slots_.free_slots(), 2u);
}

TEST_F(ScrapeSlotsTest, AreGivenBackOnce) {
  for (const int who : {1, 2}) Ask(who);
  held_[0].Release();
  held_[0].Release();
  EXPECT_EQ(slots_.free_slots(), 1u);
  held_.clear();
  EXPECT_EQ(slots_.free_slots(), 2u);
}

TEST_F(ScrapeSlotsTest, ForgetThoseWhoNoLongerWait) {
  for (const int who : {1, 2, 3}) Ask(who);
  io_.reset();  // ends the coroutine that waits
  held_.clear();
  EXPECT_EQ(slots_.free_slots(), 2u);
  EXPECT_THAT(took_, ElementsAre(1, 2));
}

}  // namespace
}  // namespace kubegauge::scraper
