#include "scraper/kubelet_exchange.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "scraper/kubelet_connection.h"
#include "tests/scraper/kubelet_fixture.h"

namespace kubegauge::scraper {
namespace {

using ::kubegauge::testing::FakeKubelet;
using ::kubegauge::testing::FakeKubeletReply;

TEST(KubeletExchangeTest, WritesARequest) {
  EXPECT_EQ(GetRequestText("h:1", "/p?a=b", "kubegauge/1 (linux)", "").value(),
            "GET /p?a=b HTTP/1.1\r\nHost: h:1\r\nUser-Agent: kubegauge/1 (linux)\r\n\r\n");
}

TEST(KubeletExchangeTest, WritesNoMoreThanOneRequest) {
  const std::string end = " HTTP/1.1\r\n\r\nDELETE /";
  const auto is_refused = [](const absl::StatusOr<std::string>& request) {
    return absl::IsInvalidArgument(request.status());
  };
  EXPECT_TRUE(is_refused(GetRequestText("h" + end, "/", "a", "Bearer b")));
  EXPECT_TRUE(is_refused(GetRequestText("h", "/" + end, "a", "Bearer b")));
  for (const char c : {' ', '\0', '\t', '\n', '\r', '\x7f'}) {
    EXPECT_TRUE(is_refused(GetRequestText("h", std::string("/") + c, "a", "b")));
  }
}

class KubeletConnectionTest : public ::kubegauge::testing::KubeletFixture {};

TEST_F(KubeletConnectionTest, TrustsNoKubeletWhoseCertificateCannotBeForItsAddress) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(),
                      [](const auto&) { return FakeKubeletReply(); });
  KubeletTarget target = TargetOf(kubelet);
  HostResolver names(io_.get_executor());
  AnswerTicks ticks(io_.get_executor());
  KubeletConnection connection(io_.get_executor(), names, ticks, std::chrono::seconds(1));
  const auto trust = *KubeletTrust::Create(credentials_.current(), false);
  ASSERT_TRUE(Run(connection.Open(target, trust)).ok());
  // Asio connects to it, while OpenSSL takes it for no address.
  target.host = "::ffff:127.0.0.1%0";
  EXPECT_FALSE(Run(connection.Open(target, trust)).ok());
  EXPECT_FALSE(connection.IsOpen());
}

}  // namespace
}  // namespace kubegauge::scraper
