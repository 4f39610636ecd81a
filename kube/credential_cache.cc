#include "kube/credential_cache.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <optional>
#include <utility>

namespace kubegauge::kube {

namespace asio = boost::asio;

class CredentialCache::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::any_io_executor executor, asio::any_io_executor loading_executor,
       std::unique_ptr<CredentialLoader> loader, const Clock& clock)
      : strand_(asio::make_strand(std::move(executor))),
        loading_executor_(std::move(loading_executor)),
        loader_(std::move(loader)),
        clock_(clock) {}

  // One load, and those who wait for it. `done` and `result` belong to the strand.
  struct Round {
    explicit Round(const asio::strand<asio::any_io_executor>& strand)
        : done(strand, asio::steady_timer::time_point::max()) {}

    asio::steady_timer done;
    std::optional<absl::StatusOr<CredentialsPtr>> result;
  };

  // Credentials that are good, or the round that will bring some.
  std::pair<CredentialsPtr, std::shared_ptr<Round>> GetOrJoin() {
    const std::lock_guard lock(mutex_);
    if (IsGood()) return {current_, nullptr};
    if (round_ == nullptr) {
      round_ = std::make_shared<Round>(strand_);
      asio::post(loading_executor_, [self = shared_from_this(), reason = reason_] {
        self->Finish(self->loader_->Load(reason));
      });
    }
    return {nullptr, round_};
  }

  asio::awaitable<absl::StatusOr<CredentialsPtr>> Await(std::shared_ptr<Round> round) {
    return asio::co_spawn(strand_, AwaitOnStrand(std::move(round)), asio::use_awaitable);
  }

  void Refuse(const CredentialsPtr& refused) {
    const std::lock_guard lock(mutex_);
    if (refused == nullptr || refused != current_) return;  // newer ones have come since
    reason_ = LoadReason::kRefused;
  }

  void Stop() { loader_->Stop(); }

 private:
  // Static, so that a waiter does not need the cache.
  static asio::awaitable<absl::StatusOr<CredentialsPtr>> AwaitOnStrand(
      std::shared_ptr<Round> round) {
    boost::system::error_code ignored;
    if (!round->result) {
      co_await round->done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (!round->result) co_return absl::CancelledError("cancelled while credentials were loaded");
    co_return *round->result;
  }

  bool IsGood() const {
    return current_ != nullptr && reason_ != LoadReason::kRefused &&
           clock_.MonotonicNs() < stale_at_monotonic_ns_ && clock_.WallNs() < expires_at_wall_ns_;
  }

  // On the loading thread.
  void Finish(absl::StatusOr<LoadedCredentials> loaded) {
    std::shared_ptr<Round> round;
    absl::StatusOr<CredentialsPtr> result(nullptr);
    {
      const std::lock_guard lock(mutex_);
      round = std::exchange(round_, nullptr);
      if (loaded.ok()) {
        current_ = std::make_shared<const Credentials>(std::move(loaded->credentials));
        stale_at_monotonic_ns_ = loaded->stale_at_monotonic_ns;
        expires_at_wall_ns_ = loaded->expires_at_wall_ns;
        reason_ = LoadReason::kStale;
        result = current_;
      } else {
        result = loaded.status();
      }
    }
    asio::post(strand_, [round = std::move(round), result = std::move(result)]() mutable {
      round->result = std::move(result);
      round->done.cancel();
    });
  }

  const asio::strand<asio::any_io_executor> strand_;
  const asio::any_io_executor loading_executor_;
  const std::unique_ptr<CredentialLoader> loader_;
  const Clock& clock_;
  std::mutex mutex_;
  CredentialsPtr current_;
  int64_t stale_at_monotonic_ns_ = 0;
  int64_t expires_at_wall_ns_ = 0;
  LoadReason reason_ = LoadReason::kStale;  // of the next load
  std::shared_ptr<Round> round_;            // the load that goes on
};

CredentialCache::CredentialCache(asio::any_io_executor executor,
                                 std::unique_ptr<CredentialLoader> loader, const Clock& clock)
    : core_(std::make_shared<Core>(std::move(executor), loading_thread_.get_executor(),
                                   std::move(loader), clock)) {}

CredentialCache::~CredentialCache() { Stop(); }

void CredentialCache::Stop() {
  core_->Stop();
  loading_thread_.join();
}

asio::awaitable<absl::StatusOr<CredentialsPtr>> CredentialCache::Get() {
  // As soon as the load has begun the cache may go: what follows needs the core alone.
  const std::shared_ptr<Core> core = core_;
  auto [good, round] = core->GetOrJoin();
  if (good != nullptr) co_return std::move(good);
  co_return co_await core->Await(std::move(round));
}

void CredentialCache::Refuse(const CredentialsPtr& refused) { core_->Refuse(refused); }

}  // namespace kubegauge::kube
