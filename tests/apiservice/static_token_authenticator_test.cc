#include "apiservice/static_token_authenticator.h"

#include <gtest/gtest.h>

#include "tests/apiservice/run_awaitable.h"

namespace kubegauge::apiservice {
namespace {

using testing::RunAwaitable;

Request WithAuthorization(const std::string& value) {
  Request request;
  request.headers.Add("authorization", value);
  return request;
}

TEST(BearerToken, IsReadAsUpstreamDoes) {
  struct Row {
    const char* authorization;
    const char* token;
  };
  const Row rows[] = {
      {"Bearer t", "t"},
      {"bearer t", "t"},
      {"BEARER t", "t"},
      {"  Bearer t \t", "t"},
      {"Bearer a.b-c_d~e+f/g=", "a.b-c_d~e+f/g="},
      {"Bearer t more", "t"},
      {"Bearer  t", ""},  // the token stands between the first two spaces: it is empty
      {"Bearer ", ""},
      {"Bearer", ""},
      {"Bearert", ""},
      {"Bearer\tt", ""},
      {"Basic dXNlcjpwYXNz", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(BearerToken(WithAuthorization(row.authorization).headers), row.token)
        << '"' << row.authorization << '"';
  }
  EXPECT_EQ(BearerToken(Headers()), "");
}

TEST(StaticTokenAuthenticator, KnowsItsTokensAndNoOthers) {
  StaticTokenAuthenticator authenticator({
      {"jane-token", {.name = "jane", .uid = "1", .groups = {"ops"}, .extra = {}}},
      {"", {.name = "nobody", .uid = "", .groups = {}, .extra = {}}},
      {"joe-token", {.name = "joe", .uid = "2", .groups = {}, .extra = {}}},
  });
  const auto authenticate = [&](const std::string& authorization) {
    const Request request = WithAuthorization(authorization);
    return RunAwaitable(authenticator.Authenticate(request));
  };

  const auto jane = authenticate("Bearer jane-token");
  ASSERT_TRUE(jane.ok() && jane->has_value());
  EXPECT_EQ((*jane)->name, "jane");
  EXPECT_EQ((*jane)->uid, "1");
  EXPECT_EQ((*jane)->groups, std::vector<std::string>{"ops"});
  EXPECT_EQ((*authenticate("bearer joe-token"))->name, "joe");

  for (const char* wrong : {"Bearer jane-toke", "Bearer jane-token2", "Bearer x"}) {
    const auto refused = authenticate(wrong);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnauthenticated) << wrong;
    EXPECT_EQ(std::string(refused.status().message()), "invalid bearer token");
  }
  for (const char* none : {"Basic amFuZTp4", "Bearer ", ""}) {
    const auto ignored = authenticate(none);
    ASSERT_TRUE(ignored.ok()) << none;
    EXPECT_FALSE(ignored->has_value()) << none;
  }
}

}  // namespace
}  // namespace kubegauge::apiservice
