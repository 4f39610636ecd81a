#include "server/standalone/masters_authorizer.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "tests/apiservice/exchange.h"

namespace kubegauge::server {
namespace {

bool Allows(const std::string& target, std::vector<std::string> groups,
            const std::string& method = "GET") {
  MastersAuthorizer authorizer;
  const apiservice::UserInfo user{.name = "u", .uid = "", .groups = std::move(groups), .extra = {}};
  const apiservice::RequestInfo info =
      apiservice::ParseRequestInfo(testing::MakeRequest(target, {}, method));
  boost::asio::io_context context;
  auto decision =
      boost::asio::co_spawn(context, authorizer.Authorize(user, info), boost::asio::use_future);
  context.run();
  return decision.get()->allowed;
}

TEST(MastersAuthorizer, MastersMayDoEverything) {
  for (const char* target : {"/api/v1/nodes", "/metrics", "/readyz/ping", "/"}) {
    EXPECT_TRUE(Allows(target, {"system:masters", "system:authenticated"})) << target;
    EXPECT_TRUE(Allows(target, {"system:masters"}, "DELETE")) << target;
  }
}

TEST(MastersAuthorizer, OthersMaySeeTheHealthRootsOnly) {
  for (const char* target : {"/healthz", "/livez", "/readyz", "/readyz?verbose"}) {
    EXPECT_TRUE(Allows(target, {"system:unauthenticated"})) << target;
  }
  for (const char* target : {"/readyz/ping", "/healthz/", "/metrics", "/api", "/api/v1/healthz",
                             "/apis/metrics.k8s.io/v1beta1/nodes", "/version"}) {
    EXPECT_FALSE(Allows(target, {"system:unauthenticated"})) << target;
    EXPECT_FALSE(Allows(target, {"system:authenticated", "developers"})) << target;
  }
}

}  // namespace
}  // namespace kubegauge::server
