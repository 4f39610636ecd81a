#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/credentials.h"
#include "kube/curl_engine.h"
#include "kube/curl_request.h"

namespace kubegauge::kube {

// When `patience` is over that begins now. At most a year, which is as good as never.
std::chrono::steady_clock::time_point SteadyDeadline(std::chrono::milliseconds patience);

// How the body of a response is taken.
struct CurlBodyLimits {
  size_t max_bytes = 0;     // a whole body must not be larger; 0: it is a stream without end
  size_t buffer_bytes = 0;  // of a stream: more than that is not taken from the connection
};

// One exchange: a request that is sent and its response as it comes. All members, the destructor
// included, are for the engine's strand, one coroutine at a time; the destructor may instead run
// when the executor's context no longer does.
class CurlTransfer final : public CurlTransferListener {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  CurlTransfer(std::shared_ptr<CurlEngine> engine, std::shared_ptr<const CurlEndpoint> endpoint,
               std::shared_ptr<const ApiRequest> request, CredentialsPtr credentials,
               const CurlBodyLimits& limits);
  ~CurlTransfer() override;
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  absl::Status Start();

  // Wait for the head, or for the whole response. An error when the exchange failed, when
  // `deadline` passed and when the coroutine was cancelled; the exchange is over then.
  boost::asio::awaitable<absl::Status> AwaitHead(TimePoint deadline);
  boost::asio::awaitable<absl::Status> AwaitEnd(TimePoint deadline);

  // See ApiStream::Read.
  boost::asio::awaitable<absl::StatusOr<std::string>> Read(std::chrono::milliseconds patience);

  // Whether it was given up on because its time was over, and the server has not only left it
  // unanswered, but said nothing on any of the engine's connections: they may be dead.
  bool met_silence() const { return met_silence_; }

  const ApiResponseHead& head() const { return head_; }
  ApiResponse TakeResponse() { return {std::move(head_), std::move(body_)}; }

  void OnDone(CURLcode result) override;
  void OnClosed() override;

 private:
  static size_t OnHeader(char* data, size_t size, size_t count, void* transfer);
  static size_t OnBody(char* data, size_t size, size_t count, void* transfer);
  bool TakeHeaderLine(std::string_view line);
  size_t TakeBody(std::string_view part);
  void ReserveBody();

  // Until something happens, `deadline` passes or the coroutine is cancelled.
  boost::asio::awaitable<absl::Status> Wait(TimePoint deadline, std::string_view what);
  void Fail(absl::Status status);
  bool WasSent() const;
  bool IsInSilence(TimePoint now) const;
  std::string_view Phase() const;
  std::string Description() const;  // of the request, without its query
  std::string Describe(std::string_view what) const;

  const std::shared_ptr<CurlEngine> engine_;
  const std::shared_ptr<const CurlEndpoint> endpoint_;
  const std::shared_ptr<const ApiRequest> request_;
  const CredentialsPtr credentials_;
  const CurlBodyLimits limits_;
  boost::asio::steady_timer changed_;  // cancelled to wake who waits
  CurlHandle curl_;
  TimePoint begun_at_;

  ApiResponseHead head_;
  size_t head_bytes_ = 0;
  bool has_head_ = false;
  std::string body_;
  bool paused_ = false;
  bool done_ = false;
  bool met_silence_ = false;
  absl::Status end_;  // once `done_`
};

}  // namespace kubegauge::kube
