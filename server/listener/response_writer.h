#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "apiservice/http.h"
#include "kube/clock.h"
#include "server/listener/connection_control.h"
#include "server/listener/date_text.h"
#include "server/listener/listener_limits.h"
#include "server/listener/tls_stream.h"

namespace kubegauge::server {

// What the request says of how its answer is to be sent.
struct Framing {
  bool is_http_1_1 = true;
  bool keep_alive = false;
  bool is_head = false;
};

// Sends the answers of one connection. A small one goes out as a single TLS record; a streamed one
// part by part, the next being made when the one before is in the kernel. To be used on the
// connection's executor.
class ResponseWriter {
 public:
  // Keeps references.
  ResponseWriter(TlsStream& stream, ConnectionControl& control, const ListenerLimits& limits,
                 const kube::Clock& clock);

  // Sends `response` where that needs no waiting. True: the connection can take another request. No
  // value: the rest is for SendRest. Errors are those of TlsStream.
  std::optional<absl::StatusOr<bool>> SendAtOnce(const apiservice::Response& response,
                                                 const Framing& framing);
  // Sends what SendAtOnce, just called, has left of the same. Likewise; kInternal when a streamed
  // body failed halfway: the client has to see the connection end.
  boost::asio::awaitable<absl::StatusOr<bool>> SendRest(apiservice::Response response,
                                                        Framing framing);

 private:
  // Appends what of `body` travels with the head.
  void AppendStart(const std::string& body);
  // Sends what is left of out_, and `body` behind its start.
  boost::asio::awaitable<absl::Status> SendBody(const std::string& body);
  boost::asio::awaitable<absl::Status> SendStream(apiservice::BodyStream& stream, bool chunked);
  // Sends events as they come. kUnavailable when the client has gone.
  boost::asio::awaitable<absl::Status> SendEvents(apiservice::EventStream& events, bool chunked);
  boost::asio::awaitable<absl::Status> Write(boost::asio::const_buffer data);
  void ReleaseOut();
  // Lets the other connections of the thread have their turn, as a large body takes long.
  boost::asio::awaitable<void> GiveWay();

  TlsStream& stream_;
  ConnectionControl& control_;
  const ListenerLimits& limits_;
  DateText date_;
  std::string out_;  // the header and what of the body travels with it; each part of a stream
  boost::asio::const_buffer unsent_;  // of out_
  size_t begun_ = 0;                  // how much of the body travels with the header
  bool keep_alive_ = false;
};

}  // namespace kubegauge::server
