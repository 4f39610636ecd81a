#include "kube/credential_cache.h"

#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/fakes/manual_clock.h"

namespace kubegauge::kube {
namespace {

namespace asio = boost::asio;
using kubegauge::testing::ManualClock;
using ::testing::ElementsAre;

// Gives `Bearer 1`, `Bearer 2` and so on, each good for a minute; or an error. May be held up.
class CountingLoader final : public CredentialLoader {
 public:
  struct Control {
    std::mutex mutex;
    std::condition_variable changed;
    bool held = false;
    bool stopped = false;
    bool failing = false;
    std::vector<LoadReason> loads;
  };
  CountingLoader(Control& control, const Clock& clock) : control_(control), clock_(clock) {}

  absl::StatusOr<LoadedCredentials> Load(LoadReason reason) override {
    std::unique_lock lock(control_.mutex);
    control_.loads.push_back(reason);
    control_.changed.notify_all();
    control_.changed.wait(lock, [this] { return !control_.held || control_.stopped; });
    if (control_.stopped) return absl::CancelledError("stopped");
    if (control_.failing) return absl::UnavailableError("no credentials");
    LoadedCredentials loaded;
    loaded.credentials.authorization = "Bearer " + std::to_string(++made_);
    loaded.stale_at_monotonic_ns = clock_.MonotonicNs() + 60;
    loaded.expires_at_wall_ns = clock_.WallNs() + 90;
    return loaded;
  }
  void Stop() override {
    const std::lock_guard lock(control_.mutex);
    control_.stopped = true;
    control_.changed.notify_all();
  }

 private:
  Control& control_;
  const Clock& clock_;
  int made_ = 0;
};

class CredentialCacheTest : public ::testing::Test {
 protected:
  CredentialCacheTest() {
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { io_.run(); });
  }
  ~CredentialCacheTest() override {
    Release();
    work_.reset();
    for (std::thread& thread : threads_) thread.join();
  }

  std::future<absl::StatusOr<CredentialsPtr>> Begin() {
    return asio::co_spawn(io_, cache_->Get(), asio::use_future);
  }
  absl::StatusOr<CredentialsPtr> Get() { return Begin().get(); }
  std::string Authorization() {
    const auto credentials = Get();
    return credentials.ok() ? (*credentials)->authorization : credentials.status().ToString();
  }
  void HoldUp() {
    const std::lock_guard lock(control_.mutex);
    control_.held = true;
  }
  void Release() {
    const std::lock_guard lock(control_.mutex);
    control_.held = false;
    control_.changed.notify_all();
  }
  void AwaitLoads(size_t count) {
    std::unique_lock lock(control_.mutex);
    control_.changed.wait(lock, [&] { return control_.loads.size() >= count; });
  }

  CountingLoader::Control control_;
  ManualClock clock_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::vector<std::thread> threads_;
  std::unique_ptr<CredentialCache> cache_ = std::make_unique<CredentialCache>(
      io_.get_executor(), std::make_unique<CountingLoader>(control_, clock_), clock_);
};

TEST_F(CredentialCacheTest, LoadsAgainWhenStaleOrExpired) {
  EXPECT_EQ(Authorization(), "Bearer 1");
  clock_.Advance(59);
  EXPECT_EQ(Authorization(), "Bearer 1");
  clock_.Advance(1);
  EXPECT_EQ(Authorization(), "Bearer 2");
  clock_.SetWallNs(clock_.WallNs() + 90);
  EXPECT_EQ(Authorization(), "Bearer 3");
}

TEST_F(CredentialCacheTest, LoadsAgainWhenTheNewestWereRefused) {
  const CredentialsPtr first = *Get();
  cache_->Refuse(first);
  EXPECT_EQ(Authorization(), "Bearer 2");
  cache_->Refuse(first);
  cache_->Refuse(nullptr);
  EXPECT_EQ(Authorization(), "Bearer 2") << "those are newer than what was refused";
  EXPECT_THAT(control_.loads, ElementsAre(LoadReason::kStale, LoadReason::kRefused));
}

TEST_F(CredentialCacheTest, LoadsOnceForAllWhoWait) {
  HoldUp();
  std::vector<std::future<absl::StatusOr<CredentialsPtr>>> waiting;
  for (int i = 0; i < 50; ++i) waiting.push_back(Begin());
  AwaitLoads(1);
  Release();
  for (auto& one : waiting) EXPECT_EQ((*one.get())->authorization, "Bearer 1");
  EXPECT_EQ(control_.loads.size(), 1u);
}

TEST_F(CredentialCacheTest, KeepsNoErrors) {
  control_.failing = true;
  EXPECT_EQ(Authorization(), "UNAVAILABLE: no credentials");
  control_.failing = false;
  EXPECT_EQ(Authorization(), "Bearer 1");
}

TEST_F(CredentialCacheTest, LetsOneWaiterGoWithoutTheOthers) {
  HoldUp();
  auto strand = asio::make_strand(io_);
  asio::cancellation_signal signal;
  std::promise<void> ended;
  std::promise<void> begun;
  asio::co_spawn(
      strand,
      [&]() -> asio::awaitable<void> {
        begun.set_value();
        const auto got = co_await cache_->Get();
        EXPECT_TRUE(absl::IsCancelled(got.status()));
      },
      asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended.set_value(); }));
  begun.get_future().get();
  AwaitLoads(1);
  auto other = Begin();
  asio::post(strand, [&] { signal.emit(asio::cancellation_type::terminal); });
  ended.get_future().get();
  Release();
  EXPECT_EQ((*other.get())->authorization, "Bearer 1");
}

TEST_F(CredentialCacheTest, EndsALoadWhenItIsStopped) {
  HoldUp();
  auto waiting = Begin();
  AwaitLoads(1);
  cache_->Stop();
  EXPECT_TRUE(absl::IsCancelled(waiting.get().status()));
}

TEST_F(CredentialCacheTest, AnswersEveryoneWhenItIsDestroyed) {
  HoldUp();
  auto waiting = Begin();
  AwaitLoads(1);
  cache_.reset();
  EXPECT_TRUE(absl::IsCancelled(waiting.get().status()));
}

}  // namespace
}  // namespace kubegauge::kube
