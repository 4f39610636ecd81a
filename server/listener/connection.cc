#include "server/listener/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "apiservice/status.h"
#include "server/listener/http2_connection.h"

namespace kubegauge::server {
namespace asio = boost::asio;
using apiservice::Request;
using apiservice::Response;
using Phase = ConnectionControl::Phase;

namespace {

constexpr std::string_view kPlainHttpAnswer =
    "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<const TlsContext> tls,
                       std::shared_ptr<const ConnectionEnvironment> environment)
    : environment_(std::move(environment)),
      control_(std::make_shared<ConnectionControl>(socket.get_executor(), environment_->clock,
                                                   environment_->limits.handshake_timeout)),
      stream_(std::move(socket), std::move(tls)),
      reader_(stream_, *control_, environment_->limits, environment_->request_memory),
      writer_(stream_, *control_, environment_->limits, environment_->clock) {}

asio::awaitable<void> Connection::Run() {
  try {
    Report(co_await Serve());
  } catch (const std::exception& e) {
    // Asio's way of telling a coroutine that it was cancelled.
    Report(control_->cancelled() ? absl::CancelledError(e.what()) : absl::InternalError(e.what()));
  }
  stream_.Close();
  control_->Finish();
}

asio::awaitable<absl::Status> Connection::Serve() {
  absl::Status handshake = co_await stream_.Handshake();
  if (!handshake.ok()) co_return co_await RefuseHandshake(std::move(handshake));
  client_certificate_ = stream_.PeerCertificate();
  if (stream_.speaks_http2()) co_return co_await ServeHttp2();
  co_return co_await ServeHttp1();
}

// Most requests and answers need no waiting but for the first byte: what they pass on their way is
// no coroutine, each of which would cost them more than its work.
asio::awaitable<absl::Status> Connection::ServeHttp1() {
  while (true) {
    const absl::StatusOr<bool> begun = co_await reader_.AwaitRequest();
    if (!begun.ok()) co_return begun.status();
    if (!*begun) co_return absl::OkStatus();
    std::optional<Received> received = reader_.ReceiveAtOnce();
    if (!received.has_value()) {
      absl::StatusOr<Received> waited_for = co_await reader_.Receive();
      if (!waited_for.ok()) co_return waited_for.status();
      received = *std::move(waited_for);
    }
    if (received->refusal.has_value()) {
      co_return co_await Refuse(*std::move(received->refusal), received->is_http_1_1);
    }
    if (!received->request.has_value()) co_return absl::OkStatus();
    const Framing framing{.is_http_1_1 = received->is_http_1_1,
                          .keep_alive = received->keep_alive,
                          .is_head = received->request->method == "HEAD"};
    received->request->client_certificate = client_certificate_;
    std::optional<Response> response = AnswerAtOnce(*received->request, *environment_);
    if (!response.has_value()) response = co_await Answer(*std::move(received->request));
    received.reset();  // with its place in the budget
    reader_.ForgetRequest();
    std::optional<absl::StatusOr<bool>> reusable = writer_.SendAtOnce(*response, framing);
    if (!reusable.has_value()) reusable = co_await writer_.SendRest(*std::move(response), framing);
    if (!reusable->ok()) co_return reusable->status();
    if (!**reusable) break;
    // A client that sends request on request would keep the thread to itself.
    if (reader_.has_buffered()) {
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
  }
  co_await Linger();
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> Connection::ServeHttp2() {
  auto http2 =
      std::make_unique<Http2Connection>(stream_, *control_, *environment_, client_certificate_);
  const absl::StatusOr<bool> in_order = co_await http2->Run();
  if (!in_order.ok()) co_return in_order.status();
  http2.reset();
  if (*in_order) co_await Linger();
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> Connection::RefuseHandshake(absl::Status error) {
  if (stream_.ClientSpokePlainHttp()) co_await Linger(asio::buffer(kPlainHttpAnswer));
  if (absl::IsInvalidArgument(error)) {
    environment_->log.Write(spdlog::level::info, "TLS handshake failed",
                            std::string(error.message()));
  }
  co_return absl::OkStatus();
}

asio::awaitable<Response> Connection::Answer(Request request) {
  Response response;
  try {
    response = co_await environment_->service.Serve(std::move(request));
  } catch (const std::exception& e) {
    if (control_->cancelled()) throw;
    response = AnswerAfter(e, *environment_);
  }
  co_return response;
}

asio::awaitable<absl::Status> Connection::Refuse(apiservice::Status refusal, bool is_http_1_1) {
  const Framing framing{.is_http_1_1 = is_http_1_1, .keep_alive = false, .is_head = false};
  Response response = apiservice::StatusResponse(refusal);
  std::optional<absl::StatusOr<bool>> sent = writer_.SendAtOnce(response, framing);
  if (!sent.has_value()) sent = co_await writer_.SendRest(std::move(response), framing);
  if (!sent->ok()) co_return sent->status();
  co_await Linger();
  co_return absl::OkStatus();
}

asio::awaitable<void> Connection::Linger(asio::const_buffer farewell) {
  control_->Enter(Phase::kBusy, environment_->limits.linger_timeout);
  co_await stream_.Linger(farewell);
}

// What a client does is no error of ours: only what an operator can act on is written.
void Connection::Report(const absl::Status& end) {
  if (end.ok() || absl::IsCancelled(end) || absl::IsUnavailable(end)) return;
  const std::string error(end.message());
  if (absl::IsInvalidArgument(end)) {
    environment_->log.Write(spdlog::level::debug, "A client broke the TLS protocol", error);
  } else {
    environment_->log.Write(spdlog::level::err, "A connection failed", error);
  }
}

}  // namespace kubegauge::server
