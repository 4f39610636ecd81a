#include "server/background.h"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace kubegauge::server {

void RunInBackground(boost::asio::any_io_executor executor, boost::asio::awaitable<void> task) {
  boost::asio::co_spawn(executor, std::move(task), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
}

}  // namespace kubegauge::server
