#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "absl/status/status.h"
#include "apiservice/http.h"
#include "server/listener/connection_control.h"
#include "server/listener/connection_environment.h"
#include "server/listener/request_reader.h"
#include "server/listener/response_writer.h"
#include "server/listener/tls_stream.h"

namespace kubegauge::server {

// One client's connection, from the handshake to the end.
class Connection {
 public:
  Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<const TlsContext> tls,
             std::shared_ptr<const ConnectionEnvironment> environment);

  // Serves the client until either side ends the connection. Runs on the socket's executor;
  // never throws.
  boost::asio::awaitable<void> Run();

  const std::shared_ptr<ConnectionControl>& control() const { return control_; }

 private:
  boost::asio::awaitable<absl::Status> Serve();
  boost::asio::awaitable<absl::Status> ServeHttp1();
  boost::asio::awaitable<absl::Status> ServeHttp2();
  boost::asio::awaitable<absl::Status> RefuseHandshake(absl::Status error);
  // Where AnswerAtOnce gives nothing.
  boost::asio::awaitable<apiservice::Response> Answer(apiservice::Request request);
  // Sends `refusal` as the last answer.
  boost::asio::awaitable<absl::Status> Refuse(apiservice::Status refusal, bool is_http_1_1);
  boost::asio::awaitable<void> Linger(boost::asio::const_buffer farewell = {});
  void Report(const absl::Status& end);

  const std::shared_ptr<const ConnectionEnvironment> environment_;
  std::shared_ptr<ConnectionControl> control_;
  TlsStream stream_;
  RequestReader reader_;
  ResponseWriter writer_;
  std::shared_ptr<const apiservice::ClientCertificate> client_certificate_;
};

}  // namespace kubegauge::server
