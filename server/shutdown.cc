#include "server/shutdown.h"

#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/cli/command_line.h"

namespace kubegauge::server {

namespace asio = boost::asio;

asio::awaitable<void> ServeUntilSignal(asio::signal_set& signals, HttpsListener& listener,
                                       HealthState& health, ShutdownTimes times,
                                       spdlog::logger& log, std::function<void()> on_signal) {
  const int signal = co_await signals.async_wait(asio::use_awaitable);
  health.shutting_down = true;
  signals.async_wait([](const boost::system::error_code& error, int) {
    if (!error) _exit(kExitFailure);
  });
  if (on_signal) on_signal();
  if (times.delay.count() > 0) {
    log.info("Ending soon signal={} delay_ms={}", signal,
             std::chrono::duration_cast<std::chrono::milliseconds>(times.delay).count());
    asio::steady_timer timer(signals.get_executor(), times.delay);
    co_await timer.async_wait(asio::use_awaitable);
  }
  log.info("Draining signal={} connections={}", signal, listener.connections());
  co_await listener.Drain(times.grace);
}

}  // namespace kubegauge::server
