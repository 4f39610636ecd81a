#include "scraper/answer_ticks.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace kubegauge::scraper {
namespace {

class AnswerTicksTest : public ::testing::Test {
 protected:
  // Sets `ticked` at the next tick of one that has missed so many.
  void WaitForTick(int missed, bool& ticked) {
    io_.restart();
    boost::asio::co_spawn(
        io_,
        [this, missed, &ticked]() -> boost::asio::awaitable<void> {
          co_await ticks_.Next(missed);
          ticked = true;
        },
        boost::asio::detached);
    io_.poll();
  }
  void RunUntil(const bool& done) {
    while (!done && io_.run_one() > 0) continue;
    ASSERT_TRUE(done);
    io_.poll();
  }

  boost::asio::io_context io_;
  AnswerTicks ticks_{io_.get_executor()};
};

TEST_F(AnswerTicksTest, AreTheSameForAllThatCameBefore) {
  bool first = false;
  bool second = false;
  WaitForTick(0, first);
  WaitForTick(7, second);
  EXPECT_FALSE(first);
  EXPECT_FALSE(second);
  RunUntil(first);
  EXPECT_TRUE(second);
}

TEST_F(AnswerTicksTest, ComeAgain) {
  for (int missed = 0; missed < 3; ++missed) {
    bool ticked = false;
    WaitForTick(missed, ticked);
    EXPECT_FALSE(ticked);
    RunUntil(ticked);
  }
}

TEST_F(AnswerTicksTest, ComeLessOftenToWhoHasMissedMany) {
  bool slow = false;
  WaitForTick(8, slow);
  for (int missed = 0; missed < 3; ++missed) {
    bool ticked = false;
    WaitForTick(missed, ticked);
    RunUntil(ticked);
    EXPECT_FALSE(slow) << missed;
  }
  RunUntil(slow);
}

}  // namespace
}  // namespace kubegauge::scraper
