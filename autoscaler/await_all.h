#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>
#include <vector>

namespace kubegauge::autoscaler {

// Runs all tasks at the same time, on the executor of the coroutine that awaits them, until all
// have ended. An exception of one of them is rethrown then.
inline boost::asio::awaitable<void> AwaitAll(std::vector<boost::asio::awaitable<void>> tasks) {
  namespace asio = boost::asio;
  const auto executor = co_await asio::this_coro::executor;
  std::vector<decltype(asio::co_spawn(executor, std::move(tasks.front()), asio::deferred))> begun;
  begun.reserve(tasks.size());
  for (auto& task : tasks)
    begun.push_back(asio::co_spawn(executor, std::move(task), asio::deferred));
  if (begun.empty()) co_return;
  auto [order, exceptions] =
      co_await asio::experimental::make_parallel_group(std::move(begun))
          .async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
  for (const std::exception_ptr& exception : exceptions) {
    if (exception) std::rethrow_exception(exception);
  }
}

}  // namespace kubegauge::autoscaler
