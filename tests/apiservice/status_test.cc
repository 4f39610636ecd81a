// Bodies of errors, as in wire.md A.10 and G.7.

#include "apiservice/status.h"

#include <gtest/gtest.h>

namespace kubegauge::apiservice {
namespace {

TEST(Status, IsUpstreamsTextToTheByte) {
  const struct {
    Status status;
    std::string json;
  } kCases[] = {
      {Unauthorized(), R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
                       R"("message":"Unauthorized","reason":"Unauthorized","code":401})"},
      {NotFound("metrics.k8s.io", "podmetrics", "d/p"),
       R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
       R"("message":"podmetrics.metrics.k8s.io \"d/p\" not found","reason":"NotFound",)"
       R"("details":{"name":"d/p","group":"metrics.k8s.io","kind":"podmetrics"},"code":404})"},
      {NotFound("", "pods", "x"),
       R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
       R"("message":"pods \"x\" not found","reason":"NotFound",)"
       R"("details":{"name":"x","kind":"pods"},"code":404})"},
      // Names as Go's %q shows them.
      {NotFound("", "node", "\xff"),
       R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
       R"("message":"node \"\\xff\" not found","reason":"NotFound",)"
       R"("details":{"name":"\ufffd","kind":"node"},"code":404})"},
      {NotFound("", "node", std::string_view("node-1\0", 7)),
       R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
       R"("message":"node \"node-1\\x00\" not found","reason":"NotFound",)"
       R"("details":{"name":"node-1\u0000","kind":"node"},"code":404})"},
      {MethodNotAllowed(),
       R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
       R"("message":"the server does not allow this method on the requested resource",)"
       R"("reason":"MethodNotAllowed","details":{},"code":405})"},
      {BadRequest("<a>"), R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
                          R"("message":"\u003ca\u003e","reason":"BadRequest","code":400})"},
      {InvalidOptions({{"FieldValueForbidden", "Forbidden: no", "a"},
                       {"FieldValueForbidden", "Forbidden: nor this", "b"}}),
       R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
       R"("message":"ListOptions.meta.k8s.io \"\" is invalid: )"
       R"([a: Forbidden: no, b: Forbidden: nor this]","reason":"Invalid",)"
       R"("details":{"group":"meta.k8s.io","kind":"ListOptions","causes":[)"
       R"({"reason":"FieldValueForbidden","message":"Forbidden: no","field":"a"},)"
       R"({"reason":"FieldValueForbidden","message":"Forbidden: nor this","field":"b"}]},)"
       R"("code":422})"},
  };
  for (const auto& test : kCases) EXPECT_EQ(StatusJson(test.status), test.json + "\n");
}

TEST(Status, IndentedHasNoTrailingNewline) {
  EXPECT_EQ(StatusJson(NoneAcceptable("application/json"), true),
            "{\n"
            "  \"kind\": \"Status\",\n"
            "  \"apiVersion\": \"v1\",\n"
            "  \"metadata\": {},\n"
            "  \"status\": \"Failure\",\n"
            "  \"message\": \"only the following media types are accepted: application/json\",\n"
            "  \"reason\": \"NotAcceptable\",\n"
            "  \"code\": 406\n"
            "}");
}

TEST(Status, RetryAfterStandsInTheDetails) {
  Status status{.message = "busy", .reason = "TooManyRequests", .has_details = true, .code = 429};
  status.details.retry_after_seconds = 1;
  EXPECT_NE(StatusJson(status).find(R"("details":{"retryAfterSeconds":1},"code":429)"),
            std::string::npos);
}

}  // namespace
}  // namespace kubegauge::apiservice
