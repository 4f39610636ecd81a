#include "server/listener/request_reader.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <string_view>
#include <utility>

#include "server/listener/request_checks.h"

namespace kubegauge::server {
namespace asio = boost::asio;
using Phase = ConnectionControl::Phase;

namespace {

constexpr size_t kReadBytes = 16 * 1024;  // a TLS record
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

void SkipEmptyLines(boost::beast::flat_buffer& buffer) {
  while (buffer.size() > 0) {
    const char first = *static_cast<const char*>(buffer.data().data());
    if (first != '\r' && first != '\n') return;
    buffer.consume(1);
  }
}

}  // namespace

RequestReader::RequestReader(TlsStream& stream, ConnectionControl& control,
                             const ListenerLimits& limits, apiservice::ByteBudget& budget)
    : stream_(stream),
      control_(control),
      limits_(limits),
      memory_(budget),
      buffer_(limits.header_bytes + kReadBytes) {}

std::optional<Received> RequestReader::ReceiveAtOnce() {
  header_bytes_ = 0;
  continue_sent_ = false;
  parser_ = std::make_unique<RequestParser>(limits_);
  std::optional<Received> received = Advance();
  if (!received.has_value()) control_.Enter(Phase::kReading, limits_.header_timeout);
  return received;
}

asio::awaitable<absl::StatusOr<Received>> RequestReader::Receive() {
  bool reading_body = false;
  while (true) {
    if (parser_->is_header_done() && !reading_body) {
      reading_body = true;
      control_.Enter(Phase::kReading, limits_.body_timeout);
    }
    if (IsContinueDue()) {
      continue_sent_ = true;
      absl::Status sent = co_await stream_.Write(asio::buffer(kContinue));
      if (!sent.ok()) co_return sent;
    }
    if (buffer_.size() >= buffer_.max_size()) {  // by a chunk's header or a trailer without end
      co_return Received{.request = std::nullopt,
                         .refusal = HeaderTooLarge(limits_),
                         .is_http_1_1 = parser_->is_http_1_1()};
    }
    const absl::StatusOr<size_t> read = co_await Fill();
    if (!read.ok()) co_return read.status();
    if (*read == 0) co_return Received();
    if (std::optional<Received> received = Advance()) co_return *std::move(received);
  }
}

std::optional<Received> RequestReader::Advance() {
  std::optional<Received> received(std::in_place);
  const Progress progress = Parse(*received);
  received->is_http_1_1 = parser_->is_http_1_1();
  if (progress == Progress::kRefused || !TakeShare(*received)) return received;
  if (progress == Progress::kDone) {
    control_.EnterWithoutLimit(Phase::kBusy);
    served_any_ = true;
    received->keep_alive = parser_->keep_alive();
    received->request = parser_->TakeRequest();
  } else {
    received.reset();
  }
  return received;
}

void RequestReader::ForgetRequest() {
  parser_.reset();
  memory_.Release();
  if (buffer_.size() == 0) buffer_.shrink_to_fit();
}

asio::awaitable<absl::StatusOr<bool>> RequestReader::AwaitRequest() {
  SkipEmptyLines(buffer_);
  if (buffer_.size() == 0 && served_any_) {
    if (control_.draining()) co_return false;
    control_.Enter(Phase::kIdle, limits_.idle_timeout);
  } else if (!served_any_) {
    control_.Enter(Phase::kNew, limits_.header_timeout);
  }
  while (buffer_.size() == 0) {
    buffer_.shrink_to_fit();
    if (!stream_.has_pending()) {
      absl::Status readable = co_await stream_.WaitReadable();
      if (!readable.ok()) co_return readable;
    }
    std::optional<absl::StatusOr<size_t>> read = FillAtOnce();
    if (!read) read = co_await Fill();
    if (!read->ok()) co_return read->status();
    if (**read == 0) co_return false;
    SkipEmptyLines(buffer_);
  }
  co_return true;
}

asio::awaitable<absl::StatusOr<size_t>> RequestReader::Fill() {
  const size_t room = std::min(kReadBytes, buffer_.max_size() - buffer_.size());
  absl::StatusOr<size_t> read = co_await stream_.ReadSome(buffer_.prepare(room));
  if (read.ok()) buffer_.commit(*read);
  co_return read;
}

// Most requests are much smaller than a record: the buffer need not have room for one.
std::optional<absl::StatusOr<size_t>> RequestReader::FillAtOnce() {
  std::array<char, kReadBytes> record;
  std::optional<absl::StatusOr<size_t>> read = stream_.ReadAtOnce(asio::buffer(record));
  if (read && read->ok()) {
    buffer_.commit(asio::buffer_copy(buffer_.prepare(**read), asio::buffer(record)));
  }
  return read;
}

RequestReader::Progress RequestReader::Parse(Received& received) {
  RequestParser& parser = *parser_;
  while (buffer_.size() > 0) {
    const bool in_header = !parser.is_header_done();
    boost::system::error_code error;
    const size_t consumed = parser.put(buffer_.data(), error);
    buffer_.consume(consumed);
    if (in_header) header_bytes_ += consumed;
    const bool need_more = error == boost::beast::http::error::need_more;
    if (error && !need_more) {
      received.refusal = parser.Refusal(error);
      return Progress::kRefused;
    }
    const size_t header_bytes =
        parser.is_header_done() ? header_bytes_ : header_bytes_ + buffer_.size();
    if (in_header && header_bytes > limits_.header_bytes) {
      received.refusal = HeaderTooLarge(limits_);
      return Progress::kRefused;
    }
    if (need_more) return Progress::kNeedMore;
    if (parser.is_done()) return Progress::kDone;
  }
  return Progress::kNeedMore;
}

// Of what all connections may hold together: what is held now, and what the next read may add.
bool RequestReader::TakeShare(Received& received) {
  const size_t held =
      buffer_.size() + header_bytes_ + parser_->field_bytes() + parser_->body_bytes() + kReadBytes;
  if (held <= kFreeRequestBytes + kReadBytes || memory_.GrowTo(held)) return true;
  received.refusal = TooBusy();
  return false;
}

bool RequestReader::IsContinueDue() const {
  return parser_->is_header_done() && parser_->expects_continue() && !continue_sent_ &&
         buffer_.size() == 0 && parser_->body_bytes() == 0;
}

}  // namespace kubegauge::server
