#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
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

// What all work under way of one SingleFlight may keep, and what each takes beside what it says.
inline constexpr size_t kMaxFlightBytes = 32 << 20;
inline constexpr size_t kFlightOverheadBytes = 64 * 1024;  // its transfer among it

// Does a piece of work once for all who ask for it at the same time. The work runs for itself, on
// the executor of who asked first: whoever is cancelled leaves the others their result. As work may
// so outlive all who wait for it, there is no more of it than kMaxFlightBytes hold. Must outlive
// the work. Thread-safe.
template <class Value>
class SingleFlight {
 public:
  using Result = absl::StatusOr<std::shared_ptr<const Value>>;
  using Work = std::function<boost::asio::awaitable<Result>()>;

  // The result of `work`, or of the work that another has under way for `key`. What `work` throws
  // is an error. `work` keeps what it needs, `bytes` of it: it may outlive the caller.
  // ResourceExhausted when there is no room for it.
  boost::asio::awaitable<Result> Do(KeyedDigest::Value key, size_t bytes, Work work) {
    const auto executor = co_await boost::asio::this_coro::executor;
    auto landing = std::make_shared<Landing>(executor, 1);
    const auto [flight, is_first] = Join(key, bytes + kFlightOverheadBytes, landing);
    if (flight == nullptr) {
      co_return absl::ResourceExhaustedError("too many questions are under way already");
    }
    if (is_first) {
      boost::asio::co_spawn(executor, Fly(key, flight, std::move(work)), boost::asio::detached);
    }
    const Passenger passenger{*this, *flight, landing};
    co_await landing->async_receive(boost::asio::use_awaitable);
    co_return flight->result;
  }

 private:
  using Landing = boost::asio::experimental::concurrent_channel<void(boost::system::error_code)>;
  struct Flight {
    size_t bytes = 0;
    std::vector<std::shared_ptr<Landing>> landings;                 // guarded by mutex_
    Result result = absl::InternalError("the work has not ended");  // set before any landing
  };
  using FlightPtr = std::shared_ptr<Flight>;

  // Gets off when its owner no longer waits.
  struct Passenger {
    ~Passenger() {
      const std::lock_guard lock(flights.mutex_);
      std::erase(flight.landings, landing);
    }
    SingleFlight& flights;
    Flight& flight;
    const std::shared_ptr<Landing>& landing;
  };

  // The flight, and whether it is new; null when it would be and there is no room.
  std::pair<FlightPtr, bool> Join(const KeyedDigest::Value& key, size_t bytes,
                                  std::shared_ptr<Landing> landing) {
    const std::lock_guard lock(mutex_);
    auto entry = flights_.find(key);
    const bool is_first = entry == flights_.end();
    if (is_first) {
      if (bytes > kMaxFlightBytes - bytes_) return {nullptr, false};
      bytes_ += bytes;
      entry = flights_.emplace(key, std::make_shared<Flight>()).first;
      entry->second->bytes = bytes;
    }
    entry->second->landings.push_back(std::move(landing));
    return {entry->second, is_first};
  }

  boost::asio::awaitable<void> Fly(KeyedDigest::Value key, FlightPtr flight, Work work) {
    try {
      flight->result = co_await work();
    } catch (const std::exception& error) {
      flight->result = absl::InternalError(error.what());
    }
    std::vector<std::shared_ptr<Landing>> landings;
    {
      const std::lock_guard lock(mutex_);
      landings = std::move(flight->landings);
      flight->landings.clear();
      bytes_ -= flight->bytes;
      flights_.erase(key);
    }
    for (const auto& landing : landings) landing->try_send(boost::system::error_code());
  }

  std::mutex mutex_;
  size_t bytes_ = 0;  // of flights_
  boost::unordered_flat_map<KeyedDigest::Value, FlightPtr, DigestHash> flights_;
};

}  // namespace kubegauge::apiservice
