#pragma once

#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "apiservice/http.h"
#include "kube/clock.h"
#include "server/listener_limits.h"
#include "server/tls_context.h"

namespace kubegauge::server {

struct ListenAddress {
  std::string ip = "0.0.0.0";  // an address, not a name; "::" takes IPv4 too
  uint16_t port = 443;         // 0: any free one
  bool share_port = false;     // SO_REUSEPORT
};

// Serves HTTP/1.1 and 1.0 over TLS. Each connection is a coroutine on a strand of its own, so that
// the executor may be run by any number of threads. A client gets an answer to whatever it sends:
// what is no valid request is refused with a Kubernetes Status of the right code. Thread-safe.
//
// Keeps references to `tls`, `service`, `clock` and `log`. Before it is destroyed, Drain has to
// have completed or the executor's context must no longer run.
class HttpsListener {
 public:
  // Binds and listens; connections queue up in the kernel until Start.
  static absl::StatusOr<std::unique_ptr<HttpsListener>> Bind(
      boost::asio::any_io_executor executor, const ListenAddress& address, const ServingTls& tls,
      apiservice::HttpService& service, const ListenerLimits& limits, const kube::Clock& clock,
      spdlog::logger& log);
  ~HttpsListener();

  uint16_t bound_port() const;

  // Begins to accept. Called once.
  void Start();

  // Open connections, those in their handshake included.
  size_t connections() const;

  // Stops accepting; closes idle connections at once; lets requests in flight finish, the answer
  // saying `Connection: close`; after `grace` cancels what is left. Completes when every connection
  // has ended, for which the service must heed cancellation. Called once, after Start.
  boost::asio::awaitable<void> Drain(std::chrono::milliseconds grace);

 private:
  class Core;

  explicit HttpsListener(std::shared_ptr<Core> core);

  std::shared_ptr<Core> core_;
};

}  // namespace kubegauge::server
