#include "tests/server/listener/listener_fixture.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>

namespace kubegauge::testing {
namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 20s;

apiservice::CertificateAuthority NewAuthority(int64_t wall_ns) {
  auto authority = apiservice::CertificateAuthority::Create("test authority", wall_ns);
  EXPECT_TRUE(authority.ok()) << authority.status().ToString();
  return *std::move(authority);
}

}  // namespace

apiservice::Response TextResponse(std::string body) {
  return {.status = 200,
          .headers = {{"Content-Type", "text/plain"}},
          .body = std::move(body),
          .stream = nullptr};
}

asio::awaitable<apiservice::Response> ScriptedService::Serve(apiservice::Request request) {
  return answer(std::move(request));
}

std::optional<apiservice::Response> ScriptedService::ServeAtOnce(
    const apiservice::Request& request) {
  if (answer_at_once) return answer_at_once(request);
  if (answer) return std::nullopt;
  std::string echo = request.method + " " + request.path;
  if (!request.query.empty()) echo += "?" + request.query;
  if (!request.body.empty()) echo += " " + request.body;
  return TextResponse(std::move(echo));
}

bool CountedStream::Next(std::string& out) {
  const size_t part = std::min(left_, apiservice::kBodyPartBytes);
  out.append(part, 'x');
  left_ -= part;
  counts_.made += part;
  return left_ > 0;
}

asio::awaitable<void> Hold::Wait() {
  ++waiting_;
  while (!released_) co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  --waiting_;
}

ListenerFixture::ListenerFixture()
    : authority_(NewAuthority(wall_ns_)),
      log_("test", log_sink_),
      tls_(NewContext(NewMaterial("localhost"))) {
  limits_.sweep_interval = 2ms;
  log_.set_level(spdlog::level::debug);
}

ListenerFixture::~ListenerFixture() {
  if (listener_ != nullptr && !drained_) Drain(0s).get();
  serving_.Stop();
  if (thread_.joinable()) thread_.join();
}

void ListenerFixture::Start(const server::ListenAddress& address) {
  auto listener = server::HttpsListener::Bind(serving_.executors(), address, tls_, service_,
                                              limits_, clock_, log_);
  ASSERT_TRUE(listener.ok()) << listener.status().ToString();
  listener_ = *std::move(listener);
  listener_->Start();
  thread_ = std::thread([this] { serving_.Run(); });
}

HttpsClient ListenerFixture::Connect(ClientOptions options) const {
  return HttpsClient(port(), options);
}

std::optional<HttpAnswer> ListenerFixture::AskOnce(std::string_view request) const {
  return Connect().Ask(request);
}

std::future<void> ListenerFixture::Drain(std::chrono::milliseconds grace) {
  drained_ = true;
  return asio::co_spawn(serving_.first(), listener_->Drain(grace), asio::use_future);
}

void ListenerFixture::Advance(std::chrono::milliseconds time) {
  clock_.Advance(std::chrono::nanoseconds(time).count());
}

bool ListenerFixture::Eventually(const std::function<bool()>& condition) const {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

server::TlsMaterial ListenerFixture::NewMaterial(const std::string& common_name) const {
  auto pair = authority_.IssueServing(
      {.common_name = common_name, .dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1"}},
      wall_ns_);
  EXPECT_TRUE(pair.ok()) << pair.status().ToString();
  return {.certificate_chain = pair->certificate,
          .private_key = pair->private_key,
          .client_authorities = authority_.pem().certificate};
}

std::shared_ptr<const server::TlsContext> ListenerFixture::NewContext(
    const server::TlsMaterial& material) const {
  auto context = server::TlsContext::FromPem(material);
  EXPECT_TRUE(context.ok()) << context.status().ToString();
  return *std::move(context);
}

}  // namespace kubegauge::testing
