#include "scraper/scrape_turns.h"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tests/fakes/manual_clock.h"

namespace kubegauge::scraper {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ScrapeTurnsTest : public ::testing::Test {
 protected:
  // Tells that it began, and then does what the test wants.
  class Scrape final : public RecurringScrape {
   public:
    Scrape(int number, std::vector<int>& began) : number_(number), began_(began) {}
    void Begin() override {
      began_.push_back(number_);
      if (then) then();
    }
    std::function<void()> then;

   private:
    const int number_;
    std::vector<int>& began_;
  };

  int64_t In(int64_t milliseconds) { return clock_.MonotonicNs() + milliseconds * 1'000'000; }

  boost::asio::io_context io_;
  ::kubegauge::testing::ManualClock clock_;
  std::vector<int> began_;
  std::optional<ScrapeTurns> turns_{std::in_place, io_.get_executor(), clock_};
  std::unique_ptr<Scrape> first_ = std::make_unique<Scrape>(1, began_);
  std::unique_ptr<Scrape> second_ = std::make_unique<Scrape>(2, began_);
  std::unique_ptr<Scrape> third_ = std::make_unique<Scrape>(3, began_);
};

TEST_F(ScrapeTurnsTest, ScrapesOfOneTimeBeginTogether) {
  turns_->Await(*third_, In(20));
  turns_->Await(*first_, In(5));
  turns_->Await(*second_, In(5));
  io_.run_one();
  EXPECT_THAT(began_, ElementsAre(1, 2));
  io_.run_one();
  EXPECT_THAT(began_, ElementsAre(1, 2, 3));
}

TEST_F(ScrapeTurnsTest, ATimeThatHasPassedIsAtOnce) {
  turns_->Await(*first_, In(-5));
  io_.run_one();
  EXPECT_THAT(began_, ElementsAre(1));
}

TEST_F(ScrapeTurnsTest, ComeAgainForWhoAsksAgain) {
  int more = 2;
  first_->then = [&] {
    if (more-- > 0) turns_->Await(*first_, In(1));
  };
  turns_->Await(*first_, In(1));
  io_.run();
  EXPECT_THAT(began_, ElementsAre(1, 1, 1));
}

TEST_F(ScrapeTurnsTest, WhoIsGoneHasNone) {
  turns_->Await(*first_, In(1));
  turns_->Await(*second_, In(1));
  turns_->Await(*third_, In(1));
  first_.reset();
  second_->unlink();
  io_.run();
  EXPECT_THAT(began_, ElementsAre(3));
}

TEST_F(ScrapeTurnsTest, WhoGoesWhileOthersOfItsTurnBeginHasNone) {
  first_->then = [&] { second_.reset(); };
  turns_->Await(*first_, In(1));
  turns_->Await(*second_, In(1));
  turns_->Await(*third_, In(1));
  io_.run();
  EXPECT_THAT(began_, ElementsAre(1, 3));
}

TEST_F(ScrapeTurnsTest, MayEndBeforeTheScrapes) {
  turns_->Await(*first_, In(1));
  turns_.reset();
  first_.reset();
  io_.run();
  EXPECT_THAT(began_, IsEmpty());
}

}  // namespace
}  // namespace kubegauge::scraper
