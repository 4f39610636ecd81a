#include "server/listener/response_writer.h"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <exception>

#include "server/listener/response_head.h"

namespace kubegauge::server {
namespace asio = boost::asio;
using apiservice::BodyStream;
using apiservice::EventStream;
using apiservice::Response;
using Phase = ConnectionControl::Phase;

namespace {

constexpr size_t kRecordBytes = 16 * 1024;
constexpr size_t kSliceBytes = 16 * kRecordBytes;  // of a body, under one deadline
constexpr size_t kKeptBufferBytes = 4 * 1024;
constexpr std::string_view kChunkHead = "00000000\r\n";  // the size of a chunk, put in afterwards
constexpr std::string_view kLastChunk = "0\r\n\r\n";

void WriteChunkSize(size_t size, char* digits) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (int digit = 7; digit >= 0; --digit, size >>= 4) digits[digit] = kHex[size & 0xf];
}

// The part of a body that is appended to `out` between construction and Close, framed as a chunk
// when it is to be.
class Part {
 public:
  Part(bool chunked, std::string& out) : chunked_(chunked), out_(out), head_(out.size()) {
    if (chunked_) out_.append(kChunkHead);
  }
  void Close(bool last) {
    if (!chunked_) return;
    const size_t size = out_.size() - head_ - kChunkHead.size();
    if (size == 0) {
      out_.resize(head_);  // an empty chunk would end the body
    } else {
      WriteChunkSize(size, out_.data() + head_);
      out_.append("\r\n");
    }
    if (last) out_.append(kLastChunk);
  }

 private:
  const bool chunked_;
  std::string& out_;
  const size_t head_;
};

// Appends the next part of `stream`; gives whether it was the last.
bool AppendPart(BodyStream& stream, bool chunked, std::string& out) {
  Part part(chunked, out);
  const bool last = !stream.Next(out);
  part.Close(last);
  return last;
}

bool HasBody(const Response& response, const Framing& framing) {
  return MayHaveBody(response.status) && !framing.is_head;
}

bool IsStreamed(const Response& response) {
  return response.stream != nullptr || response.events != nullptr;
}

}  // namespace

ResponseWriter::ResponseWriter(TlsStream& stream, ConnectionControl& control,
                               const ListenerLimits& limits, const kube::Clock& clock)
    : stream_(stream), control_(control), limits_(limits), date_(clock) {}

std::optional<absl::StatusOr<bool>> ResponseWriter::SendAtOnce(const Response& response,
                                                               const Framing& framing) {
  const bool has_body = HasBody(response, framing);
  const bool is_streamed = has_body && IsStreamed(response);
  const bool until_close = is_streamed && !framing.is_http_1_1;
  keep_alive_ =
      framing.keep_alive && !until_close && !control_.draining() && !AsksToClose(response);
  out_.clear();
  begun_ = 0;
  AppendResponseHead(
      response,
      {.is_http_1_1 = framing.is_http_1_1, .keep_alive = keep_alive_, .date = date_.Now()}, out_);
  if (is_streamed) return std::nullopt;
  if (has_body) AppendStart(response.body);
  unsent_ = asio::buffer(out_);
  absl::Status written = stream_.WriteAtOnce(unsent_);
  if (!written.ok()) return written;
  if (unsent_.size() > 0 || (has_body && begun_ < response.body.size())) return std::nullopt;
  ReleaseOut();
  return keep_alive_;
}

asio::awaitable<absl::StatusOr<bool>> ResponseWriter::SendRest(Response response, Framing framing) {
  absl::Status sent;
  if (!HasBody(response, framing)) {
    sent = co_await Write(unsent_);
  } else if (response.stream != nullptr) {
    sent = co_await SendStream(*response.stream, framing.is_http_1_1);
  } else if (response.events != nullptr) {
    sent = co_await SendEvents(*response.events, framing.is_http_1_1);
    if (control_.draining()) keep_alive_ = false;
  } else {
    sent = co_await SendBody(response.body);
  }
  ReleaseOut();
  if (!sent.ok()) co_return sent;
  co_return keep_alive_;
}

void ResponseWriter::ReleaseOut() {
  if (out_.capacity() > kKeptBufferBytes) out_ = std::string();
}

void ResponseWriter::AppendStart(const std::string& body) {
  const size_t room = out_.size() < kRecordBytes ? kRecordBytes - out_.size() : 0;
  begun_ = std::min(body.size(), room);
  out_.append(body, 0, begun_);
}

asio::awaitable<absl::Status> ResponseWriter::SendBody(const std::string& body) {
  absl::Status sent;
  if (unsent_.size() > 0) sent = co_await Write(unsent_);
  for (size_t at = begun_; sent.ok() && at < body.size(); at += kSliceBytes) {
    co_await GiveWay();
    sent = co_await Write(asio::buffer(body.data() + at, std::min(kSliceBytes, body.size() - at)));
  }
  co_return sent;
}

asio::awaitable<absl::Status> ResponseWriter::SendStream(BodyStream& stream, bool chunked) {
  for (bool last = false; !last; out_.clear()) {
    try {
      last = AppendPart(stream, chunked, out_);
    } catch (const std::exception& e) {
      co_return absl::InternalError(e.what());
    }
    if (!out_.empty()) {
      absl::Status sent = co_await Write(asio::buffer(out_));
      if (!sent.ok()) co_return sent;
    }
    if (!last) co_await GiveWay();
  }
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> ResponseWriter::SendEvents(EventStream& events, bool chunked) {
  using asio::experimental::awaitable_operators::operator||;
  // The client has the header before the first event, which may be long in coming.
  absl::Status sent = co_await Write(asio::buffer(out_));
  for (bool last = false; sent.ok() && !last;) {
    out_.clear();
    Part part(chunked, out_);
    control_.EnterWithoutLimit(Phase::kBusy);
    const auto next =
        co_await (events.Next(out_) || stream_.UntilClientGone() || control_.UntilDrain());
    if (next.index() == 1) co_return absl::UnavailableError("the client has gone");
    last = next.index() == 2 || !std::get<0>(next);
    part.Close(last);
    if (!out_.empty()) sent = co_await Write(asio::buffer(out_));
  }
  co_return sent;
}

asio::awaitable<absl::Status> ResponseWriter::Write(asio::const_buffer data) {
  control_.Enter(Phase::kBusy, limits_.write_timeout);
  return stream_.Write(data);
}

asio::awaitable<void> ResponseWriter::GiveWay() {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

}  // namespace kubegauge::server
