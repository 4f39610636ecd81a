// Texts of wire.md A.6.

#include "apiservice/health.h"

#include <gtest/gtest.h>

#include "tests/apiservice/exchange.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::Ask;
using ::kubegauge::testing::MakeRequest;

class HealthTest : public ::testing::Test {
 protected:
  Answer Get(const std::string& target, const std::string& method = "GET") {
    return Ask(endpoint_, MakeRequest(target, {}, method));
  }

  absl::Status storage_ = absl::OkStatus();
  HealthEndpoint endpoint_{"readyz",
                           {{"ping", [] { return absl::OkStatus(); }},
                            {"metric-storage-ready", [this] { return storage_; }}}};
};

TEST_F(HealthTest, SaysOkWithoutANewline) {
  const Answer answer = Get("/readyz");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.body, "ok");
  EXPECT_EQ(answer.Header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(answer.Header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(Get("/readyz", "POST").body, "ok");
}

TEST_F(HealthTest, VerboseListsTheChecksInOrder) {
  EXPECT_EQ(Get("/readyz?verbose").body,
            "[+]ping ok\n[+]metric-storage-ready ok\nreadyz check passed\n");
}

TEST_F(HealthTest, FailureIsAlwaysVerboseAndWithholdsTheReason) {
  storage_ = absl::UnavailableError("no metrics to serve");
  const Answer answer = Get("/readyz");
  EXPECT_EQ(answer.status, 500u);
  EXPECT_EQ(answer.body,
            "[+]ping ok\n[-]metric-storage-ready failed: reason withheld\nreadyz check failed\n");
}

TEST_F(HealthTest, ExcludedChecksDoNotCount) {
  storage_ = absl::UnavailableError("no metrics to serve");
  EXPECT_EQ(Get("/readyz?verbose&exclude=metric-storage-ready&exclude=nope").body,
            "[+]ping ok\n[+]metric-storage-ready excluded: ok\n"
            "warn: some health checks cannot be excluded: no matches for \"nope\"\n"
            "readyz check passed\n");
  EXPECT_EQ(Get("/readyz?exclude=metric-storage-ready").body, "ok");
  storage_ = absl::OkStatus();
  EXPECT_EQ(Get("/readyz?verbose&exclude=b%22&exclude=a").body,
            "[+]ping ok\n[+]metric-storage-ready ok\n"
            "warn: some health checks cannot be excluded: no matches for \"a\",\"b\\\"\"\n"
            "readyz check passed\n");
}

TEST_F(HealthTest, SingleCheckTellsItsReason) {
  EXPECT_EQ(Get("/readyz/ping").body, "ok");
  EXPECT_EQ(Get("/readyz/ping").Header("X-Content-Type-Options"), "");
  storage_ = absl::UnavailableError("no metrics to serve");
  const Answer answer = Get("/readyz/metric-storage-ready");
  EXPECT_EQ(answer.status, 500u);
  EXPECT_EQ(answer.body, "internal server error: no metrics to serve\n");
}

TEST_F(HealthTest, ServesItsRootAndItsChecksAlone) {
  for (const char* path : {"/readyz", "/readyz/ping", "/readyz/metric-storage-ready"}) {
    EXPECT_TRUE(endpoint_.Serves(path)) << path;
  }
  for (const char* path : {"/readyz/", "/readyz/nope", "/readyzz", "/livez/ping", "readyz", "/"}) {
    EXPECT_FALSE(endpoint_.Serves(path)) << path;
  }
}

}  // namespace
}  // namespace kubegauge::apiservice
