#include "server/response_writer.h"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <exception>

#include "server/response_head.h"

namespace kubegauge::server {
namespace asio = boost::asio;
using apiservice::BodyStream;
using apiservice::Response;
using Phase = ConnectionControl::Phase;

namespace {

constexpr size_t kRecordBytes = 16 * 1024;
constexpr size_t kSliceBytes = 16 * kRecordBytes;  // of a body, under one deadline
constexpr size_t kYieldBytes = 4 * kSliceBytes;    // then other connections get their turn
constexpr size_t kKeptBufferBytes = 4 * 1024;
constexpr std::string_view kChunkHead = "00000000\r\n";  // the size of a chunk, put in afterwards
constexpr std::string_view kLastChunk = "0\r\n\r\n";

void WriteChunkSize(size_t size, char* digits) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (int digit = 7; digit >= 0; --digit, size >>= 4) digits[digit] = kHex[size & 0xf];
}

// Appends the next part of `stream`, framed as a chunk when it is to be; gives whether it was the
// last.
bool AppendPart(BodyStream& stream, bool chunked, std::string& out) {
  if (!chunked) return !stream.Next(out);
  const size_t head = out.size();
  out.append(kChunkHead);
  const bool last = !stream.Next(out);
  const size_t part = out.size() - head - kChunkHead.size();
  if (part == 0) {
    out.resize(head);  // an empty chunk would end the body
  } else {
    WriteChunkSize(part, out.data() + head);
    out.append("\r\n");
  }
  if (last) out.append(kLastChunk);
  return last;
}

}  // namespace

ResponseWriter::ResponseWriter(TlsStream& stream, ConnectionControl& control,
                               const ListenerLimits& limits)
    : stream_(stream), control_(control), limits_(limits) {}

asio::awaitable<absl::StatusOr<bool>> ResponseWriter::Send(Response response, Framing framing) {
  const bool has_body = MayHaveBody(response.status) && !framing.is_head;
  const bool until_close = response.stream != nullptr && !framing.is_http_1_1 && has_body;
  const bool keep_alive =
      framing.keep_alive && !until_close && !control_.draining() && !AsksToClose(response);
  out_.clear();
  AppendResponseHead(response, framing.is_http_1_1, keep_alive, out_);
  absl::Status sent;
  if (!has_body) {
    sent = co_await Write(asio::buffer(out_));
  } else if (response.stream != nullptr) {
    sent = co_await SendStream(*response.stream, framing.is_http_1_1);
  } else {
    sent = co_await SendBody(response.body);
  }
  if (out_.capacity() > kKeptBufferBytes) out_ = std::string();
  if (!sent.ok()) co_return sent;
  co_return keep_alive;
}

asio::awaitable<absl::Status> ResponseWriter::SendBody(const std::string& body) {
  const size_t room = out_.size() < kRecordBytes ? kRecordBytes - out_.size() : 0;
  const size_t with_head = std::min(body.size(), room);
  out_.append(body, 0, with_head);
  absl::Status sent = co_await Write(asio::buffer(out_));
  for (size_t at = with_head; sent.ok() && at < body.size(); at += kSliceBytes) {
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
    if (out_.empty()) continue;
    absl::Status sent = co_await Write(asio::buffer(out_));
    if (!sent.ok()) co_return sent;
  }
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> ResponseWriter::Write(asio::const_buffer data) {
  control_.Enter(Phase::kBusy, limits_.write_timeout);
  absl::Status written = co_await stream_.Write(data);
  if (!written.ok()) co_return written;
  sent_since_yield_ += data.size();
  if (sent_since_yield_ >= kYieldBytes) {
    sent_since_yield_ = 0;
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
  co_return absl::OkStatus();
}

}  // namespace kubegauge::server
