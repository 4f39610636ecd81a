#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

namespace kubegauge::testing {

// Runs a coroutine to its end on this thread.
template <class T>
T RunAwaitable(boost::asio::awaitable<T> awaitable) {
  boost::asio::io_context io(1);
  auto result = boost::asio::co_spawn(io, std::move(awaitable), boost::asio::use_future);
  io.run();
  return result.get();
}

}  // namespace kubegauge::testing
