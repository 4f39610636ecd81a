// How a connection does not come about, for a while or at all.

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <list>
#include <optional>

#include "tests/scraper/kubelet_client_fixture.h"

namespace kubegauge::scraper::kubelet_client_testing {
namespace {

using boost::asio::ip::tcp;

// Credentials that are there when the test says so.
class SlowCredentials final : public kube::CredentialSource {
 public:
  SlowCredentials(boost::asio::any_io_executor executor, kube::CredentialSource& source)
      : source_(source), given_(executor, boost::asio::steady_timer::time_point::max()) {}

  boost::asio::awaitable<absl::StatusOr<kube::CredentialsPtr>> Get() override {
    is_asked_ = true;
    boost::system::error_code given;
    co_await given_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, given));
    co_return co_await source_.Get();
  }
  void Refuse(const kube::CredentialsPtr& refused) override { source_.Refuse(refused); }

  bool is_asked() const { return is_asked_; }
  void Give() { given_.cancel(); }

 private:
  kube::CredentialSource& source_;
  boost::asio::steady_timer given_;
  bool is_asked_ = false;
};

// Listens on an address and accepts nobody: who connects waits without an answer.
class FullListener {
 public:
  FullListener(boost::asio::any_io_executor executor, const char* address, uint16_t port)
      : listener_(executor) {
    const tcp::endpoint here(boost::asio::ip::make_address(address), port);
    listener_.open(here.protocol());
    listener_.bind(here);
    listener_.listen(0);
    for (int i = 0; i < 8; ++i) {
      waiting_.emplace_back(executor);
      waiting_.back().async_connect(here, [](boost::system::error_code) {});
    }
  }

 private:
  tcp::acceptor listener_;
  std::list<tcp::socket> waiting_;
};

TEST_F(KubeletClientTest, GivesUpAnAddressThatTakesNoPackets) {
  FakeKubelet kubelet(io_.get_executor(), {}, Always({.body = "metrics"}));
  plain_ = true;
  options_.address_patience = std::chrono::milliseconds(20);
  const FullListener silent(io_.get_executor(), "127.0.0.2", kubelet.port());
  look_up_ = [](const std::string&) {
    return HostAddresses{boost::asio::ip::make_address("127.0.0.2"),
                         boost::asio::ip::make_address("127.0.0.1")};
  };
  EXPECT_TRUE(Get({.node = "n", .host = "node-1", .port = kubelet.port(), .tls = false}).ok());
}

TEST_F(KubeletClientTest, ConnectsToNobodyAfterItWasCancelledBeforeItHadCredentials) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = "metrics"}));
  SlowCredentials slow(io_.get_executor(), credentials_);
  KubeletAccess access(io_.get_executor(), &slow, options_, log_, look_up_);
  KubeletClient client(io_.get_executor(), access);
  std::optional<absl::Status> ended;
  const auto lease = [this]() -> ExchangeBuffers& { return buffers_; };
  boost::asio::co_spawn(io_, client.Get(TargetOf(kubelet), "/metrics/resource", lease),
                        [&](std::exception_ptr, const auto& answer) { ended = answer.status(); });
  ASSERT_TRUE(RunUntil([&] { return slow.is_asked(); }));
  client.Cancel();
  slow.Give();
  ASSERT_TRUE(RunUntil([&] { return ended.has_value(); }));
  EXPECT_TRUE(absl::IsCancelled(*ended));
  EXPECT_EQ(kubelet.record().connections, 0u);
}

}  // namespace
}  // namespace kubegauge::scraper::kubelet_client_testing
