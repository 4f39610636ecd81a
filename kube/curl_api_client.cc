#include "kube/curl_api_client.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "kube/curl_engines.h"
#include "kube/curl_transfer.h"

namespace kubegauge::kube {

namespace asio = boost::asio;

namespace {

constexpr unsigned kUnauthorized = 401;

#if defined(__x86_64__)
constexpr std::string_view kArchitecture = "amd64";
#elif defined(__aarch64__)
constexpr std::string_view kArchitecture = "arm64";
#else
constexpr std::string_view kArchitecture = "unknown";
#endif

class CurlApiStream final : public ApiStream {
 public:
  CurlApiStream(CurlEngine::Strand strand, std::shared_ptr<CurlTransfer> transfer)
      : strand_(std::move(strand)), head_(transfer->head()), transfer_(std::move(transfer)) {}
  ~CurlApiStream() override {
    asio::post(strand_, [transfer = std::move(transfer_)]() mutable { transfer.reset(); });
  }

  const ApiResponseHead& head() const override { return head_; }

  asio::awaitable<absl::StatusOr<std::string>> Read(std::chrono::milliseconds patience) override {
    return asio::co_spawn(strand_, ReadOnStrand(transfer_, patience), asio::use_awaitable);
  }

 private:
  static asio::awaitable<absl::StatusOr<std::string>> ReadOnStrand(
      std::shared_ptr<CurlTransfer> transfer, std::chrono::milliseconds patience) {
    co_return co_await transfer->Read(patience);
  }

  const CurlEngine::Strand strand_;
  const ApiResponseHead head_;
  std::shared_ptr<CurlTransfer> transfer_;  // touched on the strand only
};

unsigned StatusOf(const ApiResponse& response) { return response.head.status; }
unsigned StatusOf(const std::unique_ptr<ApiStream>& stream) { return stream->head().status; }

}  // namespace

struct CurlApiClient::Core {
  using TimePoint = CurlTransfer::TimePoint;

  // Apart: libcurl 7.88 takes all connections to a server for HTTP/2 once one is, and sends a
  // request into an HTTP/1.1 connection that is busy with a stream, where it waits for the stream
  // to end.
  std::unique_ptr<CurlEngines> sends;
  std::unique_ptr<CurlEngines> streams;
  std::shared_ptr<const CurlEndpoint> endpoint;
  CredentialSource& credentials;
  CurlBodyLimits whole_body;
  CurlBodyLimits streamed_body;

  // Each runs on the strand of `engine`.
  static asio::awaitable<absl::StatusOr<ApiResponse>> SendOnce(
      std::shared_ptr<const Core> core, std::shared_ptr<CurlEngine> engine,
      std::shared_ptr<const ApiRequest> request, CredentialsPtr credentials, TimePoint deadline) {
    CurlTransfer transfer(engine, core->endpoint, std::move(request), std::move(credentials),
                          core->whole_body);
    if (const absl::Status started = transfer.Start(); !started.ok()) co_return started;
    const absl::Status ended = co_await transfer.AwaitEnd(deadline);
    if (transfer.met_silence()) core->sends->Replace(engine);
    if (!ended.ok()) co_return ended;
    co_return transfer.TakeResponse();
  }

  static asio::awaitable<absl::StatusOr<std::unique_ptr<ApiStream>>> OpenOnce(
      std::shared_ptr<const Core> core, std::shared_ptr<CurlEngine> engine,
      std::shared_ptr<const ApiRequest> request, CredentialsPtr credentials, TimePoint deadline) {
    auto transfer = std::make_shared<CurlTransfer>(engine, core->endpoint, std::move(request),
                                                   std::move(credentials), core->streamed_body);
    if (const absl::Status started = transfer->Start(); !started.ok()) co_return started;
    const absl::Status has_head = co_await transfer->AwaitHead(deadline);
    if (!has_head.ok()) co_return has_head;
    co_return std::make_unique<CurlApiStream>(engine->strand(), std::move(transfer));
  }

  // `exchange` is one of the two, `engines` those of its kind, which are `core`'s.
  template <class Answer, class Exchange>
  static asio::awaitable<absl::StatusOr<Answer>> Run(std::shared_ptr<const Core> core,
                                                     CurlEngines& engines, ApiRequest request,
                                                     Exchange exchange) {
    const TimePoint deadline = SteadyDeadline(request.timeout);
    const auto shared_request = std::make_shared<const ApiRequest>(std::move(request));
    CredentialsPtr used;
    while (true) {
      absl::StatusOr<CredentialsPtr> credentials = co_await core->credentials.Get();
      if (!credentials.ok()) co_return credentials.status();
      const bool repeated = used != nullptr;
      used = *std::move(credentials);
      std::shared_ptr<CurlEngine> engine = engines.Current();
      const CurlEngine::Strand strand = engine->strand();
      absl::StatusOr<Answer> answer = co_await asio::co_spawn(
          strand, exchange(core, std::move(engine), shared_request, used, deadline),
          asio::use_awaitable);
      if (!answer.ok() || StatusOf(*answer) != kUnauthorized || repeated) co_return answer;
      core->credentials.Refuse(used);
      const absl::StatusOr<CredentialsPtr> newer = co_await core->credentials.Get();
      // Without newer ones the server's own words say most.
      if (!newer.ok() || **newer == *used) co_return answer;
    }
  }
};

std::string KubernetesUserAgent(std::string_view program, std::string_view version,
                                std::string_view commit) {
  return fmt::format("{}/{} (linux/{}) kubernetes/{}", program, version, kArchitecture, commit);
}

absl::StatusOr<std::unique_ptr<CurlApiClient>> CurlApiClient::Create(
    asio::any_io_executor executor, const ClientConfig& config, CredentialSource& credentials,
    const CurlApiClientOptions& options) {
  std::unique_ptr<CurlEngines> sends = CurlEngines::Create(executor);
  std::unique_ptr<CurlEngines> streams = CurlEngines::Create(std::move(executor));
  if (sends == nullptr || streams == nullptr) {
    return absl::ResourceExhaustedError("libcurl could not be initialized");
  }
  auto endpoint = std::make_shared<const CurlEndpoint>(
      CurlEndpoint{.server = config.server,
                   .tls_server_name = config.tls_server_name,
                   .insecure_skip_tls_verify = config.insecure_skip_tls_verify,
                   .proxy_url = config.proxy_url,
                   .headers = config.impersonation_headers,
                   .user_agent = options.user_agent,
                   .connect_timeout = options.connect_timeout});
  auto core = std::make_shared<const Core>(
      Core{.sends = std::move(sends),
           .streams = std::move(streams),
           .endpoint = std::move(endpoint),
           .credentials = credentials,
           .whole_body = {.max_bytes = options.max_body_bytes, .buffer_bytes = 0},
           .streamed_body = {.max_bytes = 0, .buffer_bytes = options.stream_buffer_bytes}});
  return std::unique_ptr<CurlApiClient>(new CurlApiClient(std::move(core)));
}

CurlApiClient::CurlApiClient(std::shared_ptr<const Core> core) : core_(std::move(core)) {}

CurlApiClient::~CurlApiClient() {
  core_->sends->Close();
  core_->streams->Close();
}

asio::awaitable<absl::StatusOr<ApiResponse>> CurlApiClient::Send(ApiRequest request) {
  return Core::Run<ApiResponse>(core_, *core_->sends, std::move(request), &Core::SendOnce);
}

asio::awaitable<absl::StatusOr<std::unique_ptr<ApiStream>>> CurlApiClient::Open(
    ApiRequest request) {
  return Core::Run<std::unique_ptr<ApiStream>>(core_, *core_->streams, std::move(request),
                                               &Core::OpenOnce);
}

}  // namespace kubegauge::kube
