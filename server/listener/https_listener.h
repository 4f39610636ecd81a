#pragma once

#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/http.h"
#include "kube/clock.h"
#include "server/listener/listener_limits.h"
#include "server/listener/tls_context.h"

namespace kubegauge::server {

struct ListenAddress {
  std::string ip = "0.0.0.0";  // an address, not a name; "::" takes IPv4 too
  uint16_t port = 443;         // 0: any free one
  bool share_port = false;     // SO_REUSEPORT
};

// Serves HTTP/2, 1.1 and 1.0 over TLS. Each connection stays on one of the executors: the one that
// had the fewest when it came. A client gets an answer to whatever it sends: what is no valid
// request is refused with a Kubernetes Status of the right code, or in HTTP/2, where it is no
// message at all, with a reset of its stream.
// Thread-safe.
//
// Keeps references to `tls`, `service`, `clock` and `log`. Before it is destroyed, Drain has to
// have completed or the executors' contexts must no longer run.
class HttpsListener {
 public:
  // Binds and listens; connections queue up in the kernel until Start. Each of `executors` does one
  // thing at a time, as a strand and an io_context of one thread do; the first outlives the others.
  static absl::StatusOr<std::unique_ptr<HttpsListener>> Bind(
      std::vector<boost::asio::any_io_executor> executors, const ListenAddress& address,
      const ServingTls& tls, apiservice::HttpService& service, const ListenerLimits& limits,
      const kube::Clock& clock, spdlog::logger& log);
  ~HttpsListener();

  uint16_t bound_port() const;

  // Begins to accept. Called once.
  void Start();

  // Open connections, those in their handshake included.
  size_t connections() const;

  // Stops accepting; closes idle connections at once; lets requests in flight finish, the answer
  // saying `Connection: close`, or in HTTP/2 a GOAWAY before it; after `grace` cancels what is
  // left. Completes when every connection has ended, for which the service must heed cancellation.
  // Called once, after Start.
  boost::asio::awaitable<void> Drain(std::chrono::milliseconds grace);

 private:
  class Core;

  explicit HttpsListener(std::shared_ptr<Core> core);

  std::shared_ptr<Core> core_;
};

}  // namespace kubegauge::server
