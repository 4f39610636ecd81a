#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace kubegauge::server {

// Runs a task that goes on for as long as the executor does. A task that ends by an exception is a
// bug: the exception leaves the executor's run(), as it is better to have no process than one that
// serves old numbers.
void RunInBackground(boost::asio::any_io_executor executor, boost::asio::awaitable<void> task);

}  // namespace kubegauge::server
