#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "apiservice/byte_budget.h"
#include "apiservice/http.h"
#include "apiservice/status.h"
#include "server/listener/connection_control.h"
#include "server/listener/listener_limits.h"
#include "server/listener/request_parser.h"
#include "server/listener/tls_stream.h"

namespace kubegauge::server {

// What came of a request. Neither a request nor a refusal: the client has ended the connection.
struct Received {
  std::optional<apiservice::Request> request;
  std::optional<apiservice::Status> refusal;  // to be answered; the connection is of no use after
  bool is_http_1_1 = true;
  bool keep_alive = false;
};

// Takes the requests of one connection off its stream, in order; requests sent ahead (pipelined)
// stay in the buffer until their turn. Sets the deadlines of reading. To be used on the
// connection's executor.
class RequestReader {
 public:
  // Keeps references.
  RequestReader(TlsStream& stream, ConnectionControl& control, const ListenerLimits& limits,
                apiservice::ByteBudget& budget);

  // Waits for the next request to begin. False: the client has ended the connection, or it is to be
  // ended because it was idle in a drain. Errors are those of TlsStream.
  boost::asio::awaitable<absl::StatusOr<bool>> AwaitRequest();
  // The request that has begun, where that needs no waiting: all of it is here, or it is refused.
  std::optional<Received> ReceiveAtOnce();
  // Likewise, after ReceiveAtOnce gave nothing: waits for the rest. Errors are those of TlsStream.
  boost::asio::awaitable<absl::StatusOr<Received>> Receive();

  // The last request is needed no more: gives back the memory that it was received with, which the
  // answer, if it is a watch, would hold for long.
  void ForgetRequest();

  // Whether bytes of a further request are here already.
  bool has_buffered() const { return buffer_.size() > 0; }

 private:
  enum class Progress { kNeedMore, kDone, kRefused };

  // Reads at least one byte into the buffer. 0: the client has ended its side.
  boost::asio::awaitable<absl::StatusOr<size_t>> Fill();
  // The same; no value where it would have to wait.
  std::optional<absl::StatusOr<size_t>> FillAtOnce();
  // What has come of the request with what is buffered; nothing when there has to be more.
  std::optional<Received> Advance();
  // Feeds the parser what is buffered.
  Progress Parse(Received& received);
  bool TakeShare(Received& received);
  bool IsContinueDue() const;

  TlsStream& stream_;
  ConnectionControl& control_;
  const ListenerLimits& limits_;
  apiservice::BudgetShare memory_;
  boost::beast::flat_buffer buffer_;
  std::unique_ptr<RequestParser> parser_;  // of the current request; null while there is none
  size_t header_bytes_ = 0;                // of the current request, taken from the buffer so far
  bool served_any_ = false;
  bool continue_sent_ = false;
};

}  // namespace kubegauge::server
