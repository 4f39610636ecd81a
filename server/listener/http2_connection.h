#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "apiservice/client_certificate.h"
#include "server/listener/connection_control.h"
#include "server/listener/connection_environment.h"
#include "server/listener/date_text.h"
#include "server/listener/http2_session.h"
#include "server/listener/tls_stream.h"

namespace kubegauge::server {

// Serves a client that has chosen HTTP/2, from the end of the handshake on: a coroutine reads,
// another writes, and each request has one of its own, all on the connection's executor. What a
// batch of reading answers at once goes out in one write, without waking the writer.
//
// The end in order: WindDown tells the client to go elsewhere and ends the watches. When it has
// heard that, or has had the time to, a second GOAWAY names its last stream; when the last answer
// is in out_, the session has said all; when out_ has been written, and only then, the writer ends
// the connection, and Linger lets the client read the rest. The reader goes on to the last: the
// client may have to open windows.
class Http2Connection final : private ConnectionControl::Multiplexed {
 public:
  // Keeps references.
  Http2Connection(TlsStream& stream, ConnectionControl& control,
                  const ConnectionEnvironment& environment,
                  std::shared_ptr<const apiservice::ClientCertificate> client_certificate);
  Http2Connection(const Http2Connection&) = delete;
  Http2Connection& operator=(const Http2Connection&) = delete;

  // Until the connection has ended and nothing works for it any more. True: it ended in order, the
  // client may still have to read the last of it. Errors are those of TlsStream.
  boost::asio::awaitable<absl::StatusOr<bool>> Run();

 private:
  bool OnOverdue(int64_t now_ns) override;
  void WindDown() override;
  void SayFarewell() override;
  // Lets clients go elsewhere; watches go on.
  void BeginShutDown();

  boost::asio::awaitable<absl::Status> Read();
  // Takes what has come, without waiting; nothing when nothing has. 0: the client has ended.
  std::optional<absl::StatusOr<size_t>> ReadAtOnce();
  boost::asio::awaitable<absl::Status> Write();
  // Writes what needs no waiting; the rest is the writer's. False: there is no going on.
  bool WriteAtOnce();
  bool Fill();
  void ReleaseOut();
  void Wake() { woken_.cancel(); }
  boost::asio::awaitable<void> UntilWoken();
  boost::asio::awaitable<void> GiveWay();

  // Acts on what the session has to tell.
  void React();
  void Begin(Http2Stream& stream);
  // Makes the answer, where there is none yet, and says it.
  boost::asio::awaitable<void> Serve(Http2Stream& stream, apiservice::Request request,
                                     std::optional<apiservice::Response> response);
  boost::asio::awaitable<apiservice::Response> Answer(const Http2Stream& stream,
                                                      apiservice::Request request);
  // Says what has been answered.
  void Finish(Http2Stream& stream, apiservice::Response response);
  void Respond(Http2Stream& stream, apiservice::Response response);
  boost::asio::awaitable<void> SendEvents(Http2Stream& stream);
  boost::asio::awaitable<bool> NextEvents(Http2Stream& stream, std::string& out);
  void OnServed(Http2Stream& stream, const std::exception_ptr& error);
  void ReleaseServed();
  void UpdatePhase();
  boost::asio::awaitable<void> UntilNothingIsServed();
  int64_t In(std::chrono::milliseconds time) const;

  TlsStream& stream_;
  ConnectionControl& control_;
  const ConnectionEnvironment& environment_;
  const std::shared_ptr<const apiservice::ClientCertificate> client_certificate_;
  const boost::asio::any_io_executor executor_;
  DateText date_;
  Http2Session session_;

  std::string out_;
  boost::asio::const_buffer unsent_;  // of it
  bool is_writing_ = false;           // by the writer, which waits for the client
  bool writes_soon_ = false;          // what is answered now
  boost::asio::steady_timer woken_;   // of the writer

  std::vector<Http2Stream*> watched_;  // that events are sent for
  std::vector<Http2Stream*> served_;   // closed, and of no more use
  size_t being_served_ = 0;
  bool is_winding_down_ = false;

  ConnectionControl::Phase phase_ = ConnectionControl::Phase::kBusy;
  int64_t phase_deadline_ns_ = Http2Stream::kNever;
  int64_t write_deadline_ns_ = Http2Stream::kNever;
  int64_t shut_down_deadline_ns_ = Http2Stream::kNever;  // of the ping in between
};

}  // namespace kubegauge::server
