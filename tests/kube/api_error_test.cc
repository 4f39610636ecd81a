#include "kube/api_error.h"

#include <gmock/gmock.h>

#include "tests/kube/api_bodies.h"

namespace kubegauge::kube {
namespace {

ApiResponse Response(unsigned status, std::string content_type, std::string body) {
  ApiResponse response{{status, {}}, std::move(body)};
  if (!content_type.empty()) response.head.headers.emplace_back("content-type", content_type);
  return response;
}

std::string StatusBody(const std::string& reason, const std::string& message) {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":")" + message +
         R"(","reason":")" + reason + R"("})";
}

TEST(ApiErrorTest, HasTheTextOfClientGo) {
  const RequestedResource pods{.group = "metrics.k8s.io", .resource = "pods"};
  const RequestedResource web{.method = "PUT", .resource = "deployments", .name = "web"};
  const struct {
    ApiResponse response;
    RequestedResource requested;
    absl::StatusCode code;
    std::string message;
  } cases[] = {
      {Response(404, "application/json; charset=utf-8",
                StatusBody("NotFound", R"(deployments.apps \"x\" not found)")),
       web, absl::StatusCode::kNotFound, R"(deployments.apps "x" not found)"},
      {Response(404, "text/plain; charset=utf-8", "404 page not found\n"), pods,
       absl::StatusCode::kNotFound,
       "the server could not find the requested resource (get pods.metrics.k8s.io)"},
      {Response(404, "", ""), web, absl::StatusCode::kNotFound,
       "the server could not find the requested resource (put deployments web)"},
      {Response(404, "text/plain", ""),
       {},
       absl::StatusCode::kNotFound,
       "the server could not find the requested resource"},
      {Response(403, "text/plain", " no\n"), {}, absl::StatusCode::kPermissionDenied, "no"},
      {Response(403, "application/xml", "<no/>"),
       {},
       absl::StatusCode::kPermissionDenied,
       "unknown"},
      {Response(409, "application/json", StatusBody("Conflict", "too late")), web,
       absl::StatusCode::kAborted, "too late"},
      {Response(409, "application/json", StatusBody("AlreadyExists", "there is one")), web,
       absl::StatusCode::kAlreadyExists, "there is one"},
      {Response(503, "text/plain", "service unavailable"), pods, absl::StatusCode::kUnavailable,
       "the server is currently unable to handle the request (get pods.metrics.k8s.io)"},
      {Response(500, "text/plain", "a \"bad\" day\n"), pods, absl::StatusCode::kUnavailable,
       R"(an error on the server ("a \"bad\" day") has prevented the request from succeeding)"
       " (get pods.metrics.k8s.io)"},
      {Response(404, "application/vnd.kubernetes.protobuf",
                kubegauge::testing::ProtobufStatus(404, "NotFound", "pods \"x\" not found")),
       web, absl::StatusCode::kNotFound, R"(pods "x" not found)"},
      {Response(418, "application/json", "{}"),
       {},
       absl::StatusCode::kFailedPrecondition,
       "the server responded with the status code 418 but did not return more information"},
  };
  for (const auto& c : cases) {
    const absl::Status error = ApiErrorOf(c.response, c.requested);
    EXPECT_EQ(std::string(error.message()), c.message);
    EXPECT_EQ(error.code(), c.code) << c.message;
  }
}

TEST(ApiErrorTest, SuccessIsWhatClientGoTakesForIt) {
  for (const unsigned status : {200U, 201U, 202U, 206U}) {
    EXPECT_TRUE(IsSuccess(Response(status, "", ""))) << status;
  }
  for (const unsigned status : {101U, 304U, 207U, 404U}) {
    EXPECT_FALSE(IsSuccess(Response(status, "", ""))) << status;
  }
}

}  // namespace
}  // namespace kubegauge::kube
