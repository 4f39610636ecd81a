#include "kube/curl_transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "kube/ascii_text.h"
#include "kube/curl_error.h"
#include "kube/status_context.h"

namespace kubegauge::kube {
namespace {

namespace asio = boost::asio;

constexpr size_t kMaxHeadBytes = 256 * 1024;
constexpr size_t kUsualHeaders = 8;  // of an API server
// Content-Length is only the server's word.
constexpr curl_off_t kMaxReservedBytes = 16 << 20;
// simdjson wants so much behind a text, which then need not be copied to be parsed.
constexpr size_t kRoomBehindBody = 64;
// A leader hears of its Lease every 2 s. Too short a silence costs a handshake, no more.
constexpr std::chrono::seconds kSilence{3};
// Of requests with less time: half of it, as something may come when a connection is new, and as
// long at least.
constexpr std::chrono::milliseconds kShortestSilence{500};

}  // namespace

std::chrono::steady_clock::time_point SteadyDeadline(std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kYear = std::chrono::hours(24 * 365);
  return std::chrono::steady_clock::now() + std::min(patience, kYear);
}

CurlTransfer::CurlTransfer(std::shared_ptr<CurlEngine> engine,
                           std::shared_ptr<const CurlEndpoint> endpoint,
                           std::shared_ptr<const ApiRequest> request, CredentialsPtr credentials,
                           const CurlBodyLimits& limits)
    : engine_(std::move(engine)),
      endpoint_(std::move(endpoint)),
      request_(std::move(request)),
      credentials_(std::move(credentials)),
      limits_(limits),
      changed_(engine_->strand()) {}

CurlTransfer::~CurlTransfer() {
  if (curl_.easy == nullptr) return;
  engine_->Remove(curl_.easy.get());
  engine_->KeepHandle(std::move(curl_));
}

absl::Status CurlTransfer::Start() {
  // A stream that is not read must hold up nobody else, so it does not share a connection: libcurl
  // stops all of an HTTP/2 connection when one of its streams is paused.
  const HttpVersion version = limits_.max_bytes == 0 ? HttpVersion::kHttp1 : HttpVersion::kBest;
  curl_ = engine_->TakeHandle();
  const absl::Status ready = SetUpRequest(*endpoint_, *request_, credentials_, version, curl_);
  if (!ready.ok()) return WithContext(ready, Description());
  CURL* const easy = curl_.easy.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, static_cast<CurlTransferListener*>(this));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, curl_.error_text->data());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &CurlTransfer::OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  begun_at_ = std::chrono::steady_clock::now();
  if (!engine_->Add(easy)) return absl::CancelledError(Describe("the client was closed"));
  return absl::OkStatus();
}

asio::awaitable<absl::Status> CurlTransfer::AwaitHead(TimePoint deadline) {
  while (!has_head_ && !done_) {
    const absl::Status waited = co_await Wait(deadline, "no response in time");
    if (!waited.ok()) co_return waited;
  }
  co_return has_head_ ? absl::OkStatus() : end_;
}

asio::awaitable<absl::Status> CurlTransfer::AwaitEnd(TimePoint deadline) {
  while (!done_) {
    const absl::Status waited = co_await Wait(deadline, "no response in time");
    if (!waited.ok()) co_return waited;
  }
  co_return end_;
}

asio::awaitable<absl::StatusOr<std::string>> CurlTransfer::Read(
    std::chrono::milliseconds patience) {
  const TimePoint deadline = SteadyDeadline(patience);
  while (body_.empty() && !done_) {
    const absl::Status waited = co_await Wait(deadline, "nothing came in time");
    if (!waited.ok()) co_return waited;
  }
  std::string part = std::exchange(body_, {});
  if (part.empty() && !end_.ok()) co_return end_;
  if (std::exchange(paused_, false)) curl_easy_pause(curl_.easy.get(), CURLPAUSE_CONT);
  co_return part;
}

asio::awaitable<absl::Status> CurlTransfer::Wait(TimePoint deadline, std::string_view what) {
  boost::system::error_code woken;
  changed_.expires_at(deadline);
  co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    Fail(absl::CancelledError(Describe("cancelled")));
    co_return end_;
  }
  const TimePoint now = std::chrono::steady_clock::now();
  if (!woken && !done_ && now >= deadline) {
    met_silence_ = IsInSilence(now);
    Fail(absl::DeadlineExceededError(
        fmt::format("{} ({}); check that the server is not overloaded and that no firewall or "
                    "NetworkPolicy is in the way",
                    Describe(what), Phase())));
    co_return end_;
  }
  co_return absl::OkStatus();
}

void CurlTransfer::Fail(absl::Status status) {
  if (done_) return;
  engine_->Remove(curl_.easy.get());
  done_ = true;
  end_ = std::move(status);
}

void CurlTransfer::OnDone(CURLcode result) {
  done_ = true;
  changed_.cancel();
  if (result == CURLE_OK || !end_.ok()) return;
  CurlFailure failure{.code = result,
                      .detail = curl_.error_text->data(),
                      .request = Description(),
                      .uses_proxy = !endpoint_->proxy_url.empty()};
  curl_easy_getinfo(curl_.easy.get(), CURLINFO_OS_ERRNO, &failure.os_error);
  long proxy_answer = 0;
  curl_easy_getinfo(curl_.easy.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_answer);
  // libcurl gives CURLE_RECV_ERROR for it.
  if (proxy_answer >= 300) failure.code = CURLE_PROXY;
  end_ = CurlFailureStatus(failure);
}

void CurlTransfer::OnClosed() {
  done_ = true;
  end_ = absl::CancelledError(Describe("the client was closed"));
  changed_.cancel();
}

size_t CurlTransfer::OnHeader(char* data, size_t size, size_t count, void* transfer) {
  const size_t bytes = size * count;
  const bool taken = static_cast<CurlTransfer*>(transfer)->TakeHeaderLine({data, bytes});
  return taken ? bytes : 0;
}

size_t CurlTransfer::OnBody(char* data, size_t size, size_t count, void* transfer) {
  return static_cast<CurlTransfer*>(transfer)->TakeBody({data, size * count});
}

bool CurlTransfer::TakeHeaderLine(std::string_view line) {
  if (has_head_) return true;  // trailers
  head_bytes_ += line.size();
  if (head_bytes_ > kMaxHeadBytes) {
    end_ = absl::ResourceExhaustedError(Describe("the response's head is too large"));
    return false;
  }
  const std::string_view text = TrimAsciiSpace(line);
  if (text.starts_with("HTTP/")) {
    head_ = {};
    head_.headers.reserve(kUsualHeaders);
    return true;
  }
  if (!text.empty()) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return true;
    head_.headers.emplace_back(AsciiLower(text.substr(0, colon)),
                               std::string(TrimAsciiSpace(text.substr(colon + 1))));
    return true;
  }
  long status = 0;
  curl_easy_getinfo(curl_.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < 200) return true;  // an interim response, another follows
  head_.status = static_cast<unsigned>(status);
  has_head_ = true;
  changed_.cancel();
  return true;
}

size_t CurlTransfer::TakeBody(std::string_view part) {
  if (limits_.max_bytes == 0) {
    if (body_.size() >= limits_.buffer_bytes) {
      paused_ = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    if (body_.empty()) changed_.cancel();
  } else if (part.size() > limits_.max_bytes - body_.size()) {
    end_ = absl::ResourceExhaustedError(fmt::format(
        "{}; ask for less at once, such as with limit=500",
        Describe(fmt::format("the response is larger than {} bytes", limits_.max_bytes))));
    return 0;
  } else if (body_.empty()) {
    ReserveBody();
  }
  body_.append(part);
  return part.size();
}

void CurlTransfer::ReserveBody() {
  curl_off_t length = -1;
  curl_easy_getinfo(curl_.easy.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  const auto most = static_cast<curl_off_t>(limits_.max_bytes);
  if (length <= 0) return;
  body_.reserve(static_cast<size_t>(std::min({length, kMaxReservedBytes, most})) + kRoomBehindBody);
}

bool CurlTransfer::WasSent() const {
  curl_off_t connected_us = 0;
  curl_easy_getinfo(curl_.easy.get(), CURLINFO_PRETRANSFER_TIME_T, &connected_us);
  return connected_us > 0;
}

bool CurlTransfer::IsInSilence(TimePoint now) const {
  const auto needed =
      std::clamp<TimePoint::duration>((now - begun_at_) / 2, kShortestSilence, kSilence);
  return WasSent() && now - std::max(begun_at_, engine_->heard_at()) >= needed;
}

std::string_view CurlTransfer::Phase() const {
  if (has_head_) return "amid the response";
  return WasSent() ? "after the request was sent" : "while connecting, TLS included";
}

std::string CurlTransfer::Description() const {
  return fmt::format("{} {}{}", request_->method, endpoint_->Origin(),
                     request_->target.substr(0, request_->target.find('?')));
}

std::string CurlTransfer::Describe(std::string_view what) const {
  return fmt::format("{}: {}", Description(), what);
}

}  // namespace kubegauge::kube
