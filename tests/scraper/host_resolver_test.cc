#include "scraper/host_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace kubegauge::scraper {
namespace {

using ::testing::ElementsAre;
using Answer = std::shared_ptr<HostResolver::Answer>;

HostAddresses Loopback() { return {boost::asio::ip::make_address("127.0.0.1")}; }

class HostResolverTest : public ::testing::Test {
 protected:
  // A lookup of a name that begins with "hangs" takes until the end of the test.
  HostResolver::LookUp LookUp() {
    return [lookups = lookups_, ended = end_.get_future().share()](const std::string& host) {
      ++*lookups;
      if (host.starts_with("hangs")) ended.wait();
      return Loopback();
    };
  }
  void RunUntilAnswered(const Answer& answer) {
    boost::asio::co_spawn(
        io_,
        [answer]() -> boost::asio::awaitable<void> {
          while (!answer->result()) co_await answer->Wait();
        },
        boost::asio::detached);
    io_.restart();
    io_.run_for(std::chrono::seconds(20));
    ASSERT_TRUE(answer->result());
  }

  std::promise<void> end_;
  const std::shared_ptr<std::atomic<int>> lookups_ = std::make_shared<std::atomic<int>>(0);
  boost::asio::io_context io_{1};
};

TEST_F(HostResolverTest, ResolvesAsTheSystemDoes) {
  HostResolver resolver(io_.get_executor());
  const Answer answer = resolver.Resolve("127.0.0.1");
  RunUntilAnswered(answer);
  ASSERT_TRUE(answer->result()->ok()) << answer->result()->status().ToString();
  EXPECT_THAT(**answer->result(), ElementsAre(boost::asio::ip::make_address("127.0.0.1")));
}

TEST_F(HostResolverTest, TellsWhyThereIsNoAddress) {
  HostResolver resolver(io_.get_executor());
  const Answer answer = resolver.Resolve("no such name");
  RunUntilAnswered(answer);
  EXPECT_TRUE(absl::IsUnavailable(answer->result()->status()));
}

TEST_F(HostResolverTest, NamesThatHangHoldUpNoOther) {
  HostResolver resolver(io_.get_executor(), LookUp());
  for (int i = 0; i < 60; ++i) resolver.Resolve("hangs-" + std::to_string(i));
  for (int i = 0; i < 10; ++i) RunUntilAnswered(resolver.Resolve("node-" + std::to_string(i)));
  end_.set_value();
}

TEST_F(HostResolverTest, LooksANameUpOnceForAllWhoWait) {
  HostResolver resolver(io_.get_executor(), LookUp());
  const Answer first = resolver.Resolve("hangs");
  EXPECT_EQ(resolver.Resolve("hangs"), first);
  end_.set_value();
  RunUntilAnswered(first);
  EXPECT_EQ(*lookups_, 1);
  EXPECT_NE(resolver.Resolve("hangs"), first);
}

TEST_F(HostResolverTest, NamesBeyondTheThreadsWaitForOne) {
  HostResolver resolver(io_.get_executor(), LookUp());
  std::vector<Answer> answers;
  for (int i = 0; i < 200; ++i) answers.push_back(resolver.Resolve("hangs-" + std::to_string(i)));
  end_.set_value();
  for (const Answer& answer : answers) RunUntilAnswered(answer);
  EXPECT_EQ(*lookups_, 200);
}

TEST_F(HostResolverTest, EndsWhileNamesHang) {
  auto resolver = std::make_unique<HostResolver>(io_.get_executor(), LookUp());
  const Answer answer = resolver->Resolve("hangs");
  resolver.reset();
  end_.set_value();
  EXPECT_FALSE(answer->result());
}

}  // namespace
}  // namespace kubegauge::scraper
