#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "apiservice/keyed_digest.h"

namespace kubegauge::apiservice {

// Does a piece of work once for all who ask for it at the same time. The work runs for itself, on
// the executor of who asked first: whoever is cancelled leaves the others their result. Must
// outlive the work. Thread-safe.
template <class Value>
class SingleFlight {
 public:
  using Result = absl::StatusOr<std::shared_ptr<const Value>>;
  using Work = std::function<boost::asio::awaitable<Result>()>;

  // The result of `work`, or of the work that another has under way for `key`. What `work` throws
  // is an error. `work` keeps what it needs: it may outlive the caller.
  boost::asio::awaitable<Result> Do(KeyedDigest::Value key, Work work) {
    const auto executor = co_await boost::asio::this_coro::executor;
    auto landing = std::make_shared<Landing>(executor, 1);
    const auto [flight, is_first] = Join(key, landing);
    if (is_first) {
      boost::asio::co_spawn(executor, Fly(key, flight, std::move(work)), boost::asio::detached);
    }
    co_await landing->async_receive(boost::asio::use_awaitable);
    co_return flight->result;
  }

 private:
  using Landing = boost::asio::experimental::concurrent_channel<void(boost::system::error_code)>;
  struct Flight {
    std::vector<std::shared_ptr<Landing>> landings;                 // guarded by mutex_
    Result result = absl::InternalError("the work has not ended");  // set before any landing
  };

  std::pair<std::shared_ptr<Flight>, bool> Join(const KeyedDigest::Value& key,
                                                std::shared_ptr<Landing> landing) {
    const std::lock_guard lock(mutex_);
    const auto [entry, is_first] = flights_.try_emplace(key);
    if (is_first) entry->second = std::make_shared<Flight>();
    entry->second->landings.push_back(std::move(landing));
    return {entry->second, is_first};
  }

  boost::asio::awaitable<void> Fly(KeyedDigest::Value key, std::shared_ptr<Flight> flight,
                                   Work work) {
    try {
      flight->result = co_await work();
    } catch (const std::exception& error) {
      flight->result = absl::InternalError(error.what());
    }
    std::vector<std::shared_ptr<Landing>> landings;
    {
      const std::lock_guard lock(mutex_);
      landings = std::move(flight->landings);
      flights_.erase(key);
    }
    for (const auto& landing : landings) landing->try_send(boost::system::error_code());
  }

  std::mutex mutex_;
  boost::unordered_flat_map<KeyedDigest::Value, std::shared_ptr<Flight>, DigestHash> flights_;
};

}  // namespace kubegauge::apiservice
