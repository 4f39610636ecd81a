// Requests of one connection ask about its certificate while the authorities are replaced.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "apiservice/certificate_authority.h"
#include "apiservice/certificate_verifier.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

TEST(CertificateVerifierThreads, AskWhileAuthoritiesAreReplaced) {
  constexpr int kReplacements = 20;
  const testing::ManualClock clock;
  const CertificateAuthority authority = *CertificateAuthority::Create("right", clock.WallNs());
  const CertificateAuthority other = *CertificateAuthority::Create("wrong", clock.WallNs());
  const auto pair = *authority.IssueClient({"user", {}}, clock.WallNs());
  const ClientCertificate certificate(*ParseCertificates(pair.certificate));
  CertificateVerifier verifier(clock);
  ASSERT_TRUE(verifier.ReplaceAuthorities(authority.pem().certificate).ok());
  std::atomic<bool> is_over{false};
  std::atomic<int> trusted{0};
  std::atomic<int> distrusted{0};
  std::vector<std::jthread> requests;
  for (int i = 0; i < 3; ++i) {
    requests.emplace_back([&] {
      while (!is_over) ++(verifier.Verify(certificate).ok() ? trusted : distrusted);
    });
  }
  for (int i = 0; i < kReplacements; ++i) {
    for (const CertificateAuthority* now : {&other, &authority}) {
      const int seen = now == &authority ? trusted : distrusted;
      EXPECT_TRUE(verifier.ReplaceAuthorities(now->pem().certificate).ok());
      while ((now == &authority ? trusted : distrusted) == seen) std::this_thread::yield();
    }
  }
  is_over = true;
  requests.clear();
  EXPECT_TRUE(verifier.Verify(certificate).ok());
}

}  // namespace
}  // namespace kubegauge::apiservice
