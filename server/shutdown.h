#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <functional>

#include "server/health_checks.h"
#include "server/listener/https_listener.h"

namespace kubegauge::server {

struct ShutdownTimes {
  // How long to go on serving with /readyz failing, so that clients turn elsewhere.
  std::chrono::nanoseconds delay{0};
  // How long requests in flight may take after that.
  std::chrono::milliseconds grace = std::chrono::seconds(60);
};

// Serves until one of `signals` comes, then ends as upstream does (wire.md F): /readyz fails at
// once, the delay passes, the listener drains. A second signal ends the process with exit code 1.
// `on_signal` may be empty; it is called when /readyz has begun to fail.
boost::asio::awaitable<void> ServeUntilSignal(boost::asio::signal_set& signals,
                                              HttpsListener& listener, HealthState& health,
                                              ShutdownTimes times, spdlog::logger& log,
                                              std::function<void()> on_signal = {});

}  // namespace kubegauge::server
