#pragma once

#include <memory>
#include <string>

#include "scraper/kubelet_client.h"
#include "tests/scraper/kubelet_fixture.h"

namespace kubegauge::scraper::kubelet_client_testing {

using ::kubegauge::testing::FakeKubelet;
using ::kubegauge::testing::FakeKubeletReply;
using ::kubegauge::testing::FakeKubeletRequest;
using Framing = FakeKubeletReply::Framing;
using Then = FakeKubeletReply::Then;

class KubeletClientTest : public ::kubegauge::testing::KubeletFixture {
 protected:
  KubeletClient& client() {
    if (client_ == nullptr) {
      access_ = std::make_unique<KubeletAccess>(
          io_.get_executor(), plain_ ? nullptr : &credentials_, options_, log_, look_up_);
      client_ = std::make_unique<KubeletClient>(io_.get_executor(), *access_);
    }
    return *client_;
  }
  absl::StatusOr<ExchangeAnswer> Get(const KubeletTarget& target) {
    const auto lease = [this]() -> ExchangeBuffers& { return buffers_; };
    return Run(client().Get(target, "/metrics/resource", lease));
  }
  absl::StatusOr<ExchangeAnswer> Get(const FakeKubelet& kubelet) { return Get(TargetOf(kubelet)); }
  std::string ErrorOf(const absl::StatusOr<ExchangeAnswer>& answer) {
    return std::string(answer.status().message());
  }

  KubeletClientOptions options_{.user_agent = "kubegauge/test"};
  bool plain_ = false;
  HostResolver::LookUp look_up_ = &LookUpHost;
  ExchangeBuffers buffers_;
  std::unique_ptr<KubeletAccess> access_;
  std::unique_ptr<KubeletClient> client_;
};

inline FakeKubelet::Answer Always(FakeKubeletReply reply) {
  return [reply](const FakeKubeletRequest&) { return reply; };
}

}  // namespace kubegauge::scraper::kubelet_client_testing
