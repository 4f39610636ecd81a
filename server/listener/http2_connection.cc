#include "server/listener/http2_connection.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string_view>
#include <utility>

#include "apiservice/status.h"
#include "server/listener/response_head.h"

namespace kubegauge::server {
namespace asio = boost::asio;
using apiservice::Request;
using apiservice::Response;
using boost::system::error_code;
using Phase = ConnectionControl::Phase;

namespace {

constexpr size_t kHttp2ReadBytes = 16 * 1024;
constexpr int kHttp2ReadsAtOnce = 16;
constexpr size_t kHttp2KeptBytes = 4 * 1024;

absl::Status CannotGoOn() { return absl::InternalError("nghttp2 could not make a frame"); }

}  // namespace

Http2Connection::Http2Connection(
    TlsStream& stream, ConnectionControl& control, const ConnectionEnvironment& environment,
    std::shared_ptr<const apiservice::ClientCertificate> client_certificate)
    : stream_(stream),
      control_(control),
      environment_(environment),
      client_certificate_(std::move(client_certificate)),
      executor_(stream.get_executor()),
      date_(environment.clock),
      session_(environment.limits, environment.request_memory, environment.clock.MonotonicNs()),
      woken_(executor_, asio::steady_timer::time_point::max()) {}

int64_t Http2Connection::In(std::chrono::milliseconds time) const {
  return environment_.clock.MonotonicNs() + std::chrono::nanoseconds(time).count();
}

asio::awaitable<absl::StatusOr<bool>> Http2Connection::Run() {
  using asio::experimental::awaitable_operators::operator||;
  if (!stream_.is_fit_for_http2()) session_.Terminate(NGHTTP2_INADEQUATE_SECURITY);
  control_.SetMultiplexed(this);
  UpdatePhase();
  absl::Status end;
  std::exception_ptr failure;
  try {
    const auto ended = co_await (Read() || Write());
    end = ended.index() == 0 ? std::get<0>(ended) : std::get<1>(ended);
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  control_.SetMultiplexed(nullptr);
  // What is served refers to this connection, so that no cancellation cuts the wait short.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await UntilNothingIsServed();
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  if (failure) std::rethrow_exception(failure);
  if (!end.ok()) co_return end;
  co_return session_.has_said_all() && !control_.cancelled();
}

asio::awaitable<void> Http2Connection::UntilNothingIsServed() {
  is_winding_down_ = true;
  session_.Abandon();
  React();
  while (being_served_ > 0) co_await UntilWoken();
}

asio::awaitable<absl::Status> Http2Connection::Read() {
  while (true) {
    if (!stream_.has_pending()) {
      absl::Status readable = co_await stream_.WaitReadable();
      if (!readable.ok()) co_return readable;
    }
    const std::optional<absl::StatusOr<size_t>> read = ReadAtOnce();
    if (!read.has_value()) {
      absl::Status readable = co_await stream_.AwaitRetry();
      if (!readable.ok()) co_return readable;
      continue;
    }
    if (!read->ok()) co_return read->status();
    if (**read == 0) co_return absl::OkStatus();
    writes_soon_ = true;
    React();
    writes_soon_ = false;
    if (!WriteAtOnce()) co_return CannotGoOn();
    if (stream_.has_pending()) co_await GiveWay();
  }
}

std::optional<absl::StatusOr<size_t>> Http2Connection::ReadAtOnce() {
  std::array<char, kHttp2ReadBytes> record;
  const int64_t now_ns = environment_.clock.MonotonicNs();
  ReleaseServed();
  size_t total = 0;
  for (int records = 0; records < kHttp2ReadsAtOnce; ++records) {
    const std::optional<absl::StatusOr<size_t>> read = stream_.ReadAtOnce(asio::buffer(record));
    if (!read.has_value()) break;
    if (!read->ok() || **read == 0) return read;
    if (!session_.Receive({record.data(), **read}, now_ns)) {
      return absl::UnavailableError("the client broke the HTTP/2 protocol");
    }
    total += **read;
    if (!stream_.has_pending()) break;
  }
  if (total == 0) return std::nullopt;
  return total;
}

asio::awaitable<absl::Status> Http2Connection::Write() {
  while (true) {
    session_.ResumeStarved();
    if (unsent_.size() == 0 && !Fill()) co_return CannotGoOn();
    if (unsent_.size() > 0) {
      is_writing_ = true;
      write_deadline_ns_ = In(environment_.limits.write_timeout);
      UpdatePhase();
      absl::Status written = co_await stream_.Write(unsent_);
      is_writing_ = false;
      write_deadline_ns_ = Http2Stream::kNever;
      if (!written.ok()) co_return written;
      unsent_ = {};
    }
    React();
    if (session_.has_said_all()) co_return absl::OkStatus();
    if (session_.wants_to_send() || session_.has_starved()) {
      co_await GiveWay();
    } else {
      ReleaseOut();
      co_await UntilWoken();
    }
  }
}

bool Http2Connection::WriteAtOnce() {
  if (is_writing_) return true;
  if (unsent_.size() == 0 && !Fill()) return false;
  // A failure is found again by the writer.
  stream_.WriteAtOnce(unsent_).IgnoreError();
  React();
  if (unsent_.size() > 0 || session_.wants_to_send() || session_.has_starved() ||
      session_.has_said_all()) {
    Wake();
  }
  return true;
}

bool Http2Connection::Fill() {
  out_.clear();
  const bool is_fine = session_.Send(environment_.clock.MonotonicNs(), out_);
  unsent_ = asio::buffer(out_);
  return is_fine;
}

void Http2Connection::ReleaseOut() {
  if (out_.capacity() > kHttp2KeptBytes) out_ = std::string();
}

asio::awaitable<void> Http2Connection::UntilWoken() {
  error_code ignored;  // always "cancelled"
  co_await woken_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> Http2Connection::GiveWay() {
  co_await asio::post(executor_, asio::use_awaitable);
}

void Http2Connection::React() {
  ReleaseServed();
  for (Http2Stream* stream : session_.TakeClosed()) {
    stream->cancel.emit(asio::cancellation_type::terminal);
  }
  for (Http2Stream* stream : session_.TakeRequests()) Begin(*stream);
  for (const std::string& failure : session_.TakeFailures()) {
    environment_.log.Write(spdlog::level::err, "An answer failed", failure);
  }
  if (session_.is_flooded()) WindDown();
  UpdatePhase();
}

void Http2Connection::Begin(Http2Stream& stream) {
  if (control_.draining()) WindDown();
  if (!stream.is_open) return session_.Release(stream);
  if (stream.request.refusal().has_value()) {
    Respond(stream, apiservice::StatusResponse(*stream.request.refusal()));
    return session_.Release(stream);
  }
  Request request = stream.request.TakeRequest();
  request.client_certificate = client_certificate_;
  request.is_http2 = true;
  std::optional<Response> response = AnswerAtOnce(request, environment_);
  if (response.has_value() && response->events == nullptr) {
    Finish(stream, *std::move(response));
    return session_.Release(stream);
  }
  ++being_served_;
  asio::co_spawn(executor_, Serve(stream, std::move(request), std::move(response)),
                 asio::bind_cancellation_slot(stream.cancel.slot(),
                                              [this, &stream](const std::exception_ptr& error) {
                                                OnServed(stream, error);
                                              }));
}

asio::awaitable<void> Http2Connection::Serve(Http2Stream& stream, Request request,
                                             std::optional<Response> response) {
  if (response.has_value()) {
    request = {};  // with its place in the budget, which Finish gives back
  } else {
    response = co_await Answer(stream, std::move(request));
  }
  Finish(stream, *std::move(response));
  const Http2Body& body = stream.body;
  const bool has_events = body.events() != nullptr && MayHaveBody(body.response().status);
  if (has_events && !stream.request.is_head()) co_await SendEvents(stream);
}

asio::awaitable<Response> Http2Connection::Answer(const Http2Stream& stream, Request request) {
  Response response;
  try {
    response = co_await environment_.service.Serve(std::move(request));
  } catch (const std::exception& e) {
    if (!stream.is_open) throw;
    response = AnswerAfter(e, environment_);
  }
  co_return response;
}

void Http2Connection::Finish(Http2Stream& stream, Response response) {
  session_.ForgetRequest(stream);
  if (AsksToClose(response)) BeginShutDown();
  Respond(stream, std::move(response));
}

void Http2Connection::Respond(Http2Stream& stream, Response response) {
  session_.Respond(stream, std::move(response), date_.Now(), environment_.clock.MonotonicNs());
  if (!writes_soon_) Wake();
}

asio::awaitable<void> Http2Connection::SendEvents(Http2Stream& stream) {
  const auto sent =
      std::make_shared<asio::steady_timer>(executor_, asio::steady_timer::time_point::max());
  stream.on_part_sent = [sent] { sent->cancel(); };
  watched_.push_back(&stream);
  for (bool is_last = false; stream.is_open && !is_last;) {
    std::string part;
    // WindDown may have come while the client had no room: then nothing may be awaited any more.
    is_last = is_winding_down_ || !co_await NextEvents(stream, part);
    if (part.empty() && !is_last) continue;
    session_.SendPart(stream, part, is_last, environment_.clock.MonotonicNs());
    Wake();
    error_code ignored;  // always "cancelled"
    if (!is_last) co_await sent->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

asio::awaitable<bool> Http2Connection::NextEvents(Http2Stream& stream, std::string& out) {
  try {
    co_return co_await stream.body.events()->Next(out);
  } catch (const std::exception&) {
    if (!is_winding_down_ || !stream.is_open) throw;
  }
  co_return false;
}

void Http2Connection::OnServed(Http2Stream& stream, const std::exception_ptr& error) {
  --being_served_;
  std::erase(watched_, &stream);
  if (error && stream.is_open) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      environment_.log.Write(spdlog::level::err, "An answer failed", e.what());
    }
    session_.Reset(stream, NGHTTP2_INTERNAL_ERROR);
    Wake();
  }
  if (stream.is_open) {
    session_.Release(stream);
  } else {
    // It goes itself a little later: the signal is part of it that this was bound to.
    stream.body = {};
    served_.push_back(&stream);
  }
  UpdatePhase();
  if (being_served_ == 0 && is_winding_down_) Wake();
}

void Http2Connection::ReleaseServed() {
  for (Http2Stream* stream : std::exchange(served_, {})) session_.Release(*stream);
}

void Http2Connection::UpdatePhase() {
  const size_t busy = session_.streams() - session_.owed() - served_.size();
  const Phase phase = busy > 0               ? Phase::kBusy
                      : session_.owed() > 0  ? Phase::kReading
                      : session_.has_begun() ? Phase::kIdle
                                             : Phase::kNew;
  if (phase != phase_) {
    phase_ = phase;
    phase_deadline_ns_ = phase == Phase::kNew    ? In(environment_.limits.header_timeout)
                         : phase == Phase::kIdle ? In(environment_.limits.idle_timeout)
                                                 : Http2Stream::kNever;
    if (phase == Phase::kIdle && unsent_.size() == 0) ReleaseOut();
    if (phase == Phase::kIdle && control_.draining()) WindDown();
  }
  control_.EnterUntil(phase, std::min({phase_deadline_ns_, write_deadline_ns_,
                                       shut_down_deadline_ns_, session_.earliest_deadline_ns()}));
  if (phase == Phase::kReading) control_.SetSilentSince(session_.owed_since_ns());
}

bool Http2Connection::OnOverdue(int64_t now_ns) {
  if (write_deadline_ns_ <= now_ns || phase_ == Phase::kNew || !session_.Expire(now_ns)) {
    return false;
  }
  if (shut_down_deadline_ns_ <= now_ns) {
    session_.FinishShutDown();
    shut_down_deadline_ns_ = Http2Stream::kNever;
  }
  if (phase_deadline_ns_ <= now_ns) WindDown();
  Wake();
  UpdatePhase();
  return true;
}

void Http2Connection::BeginShutDown() {
  if (session_.is_shutting_down()) return;
  session_.BeginShutDown();
  shut_down_deadline_ns_ = In(environment_.limits.linger_timeout);
}

void Http2Connection::SayFarewell() {
  session_.FinishShutDown();
  WriteAtOnce();
}

void Http2Connection::WindDown() {
  if (is_winding_down_) return;
  is_winding_down_ = true;
  BeginShutDown();
  for (Http2Stream* stream : watched_) stream->cancel.emit(asio::cancellation_type::terminal);
  if (!writes_soon_) Wake();
}

}  // namespace kubegauge::server
