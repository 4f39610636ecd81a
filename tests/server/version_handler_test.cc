#include "server/version_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

apiservice::Response Ask(const std::string& method) {
  const apiservice::Request request{.method = method, .path = "/version"};
  const apiservice::RequestInfo info = ParseRequestInfo(request);
  return VersionHandler().Handle({request, info, apiservice::UserInfo()});
}

TEST(VersionHandler, SaysTheKubernetesThatIsKeptCompatibleWith) {
  const apiservice::Response response = Ask("GET");
  EXPECT_EQ(response.status, 200u);
  EXPECT_THAT(response.body,
              ::testing::StartsWith("{\n  \"major\": \"1\",\n  \"minor\": \"36\",\n"));
  EXPECT_FALSE(response.body.ends_with('\n'));
}

TEST(VersionHandler, RefusesOtherMethods) { EXPECT_EQ(Ask("PUT").status, 405u); }

}  // namespace
}  // namespace kubegauge::server
