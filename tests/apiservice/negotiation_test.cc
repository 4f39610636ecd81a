// Accept headers and what comes of them; accept_matrix_test.cc has the answers themselves.

#include "apiservice/negotiation.h"

#include <gtest/gtest.h>

#include "tests/apiservice/exchange.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::MakeRequest;

std::string Outcome(const std::string& accept) {
  Negotiated negotiated;
  testing::HeaderLiterals headers;
  if (!accept.empty()) headers.emplace_back("Accept", accept);
  if (const auto status = Negotiate(MakeRequest("/x", headers), Endpoint::kList, negotiated)) {
    return status->message;
  }
  const std::string encoding = negotiated.encoding == Encoding::kProtobuf ? "protobuf"
                               : negotiated.encoding == Encoding::kYaml   ? "YAML"
                                                                          : "JSON";
  const std::string version(negotiated.meta_version);
  switch (negotiated.view) {
    case View::kObject:
      return encoding;
    case View::kTable:
      return encoding == "JSON" ? "Table " + version : encoding + " Table " + version;
    case View::kMetadata:
      return encoding + " metadata " + version;
    case View::kMetadataList:
      break;
  }
  return encoding + " metadata list " + version;
}

TEST(Negotiation, AcceptMatrix) {
  const std::string router =
      "406: Not Acceptable\n\nAvailable representations: "
      "application/json, application/yaml, application/vnd.kubernetes.protobuf, "
      "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
  const std::string refused =
      "only the following media types are accepted: "
      "application/json, application/yaml, application/vnd.kubernetes.protobuf";
  const struct {
    std::string accept;
    std::string outcome;
  } kMatrix[] = {
      {"", "JSON"},
      {"*/*", "JSON"},
      {"application/json, */*", "JSON"},
      {"application/vnd.kubernetes.protobuf, */*", "protobuf"},
      {"*/*, application/vnd.kubernetes.protobuf", "protobuf"},
      {"application/json;q=0.5,application/vnd.kubernetes.protobuf", "protobuf"},
      {"application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "Table v1"},
      {"application/json;as=Table;v=v1beta1;g=meta.k8s.io", "Table v1beta1"},
      {"application/json;as=Table;v=v1beta1;g=meta.k8s.io;q=0.9,application/json;as=Table;v=v1;"
       "g=meta.k8s.io",
       "Table v1"},
      {"application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json", "JSON"},
      {"application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io", refused},
      {"application/json;as=Foo;g=meta.k8s.io;v=v1", refused},
      {"application/json;as=Table;v=v2;g=meta.k8s.io", refused},
      {"application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json",
       "JSON"},
      {"application/yaml", "YAML"},
      {"application/yaml, */*", "YAML"},
      {"application/yaml;as=Table;v=v1;g=meta.k8s.io", "YAML Table v1"},
      {"application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
       "protobuf metadata list v1"},
      {"application/yaml;as=PartialObjectMetadata;g=meta.k8s.io;v=v1beta1",
       "YAML metadata v1beta1"},
      {"application/json;g=meta.k8s.io", refused},
      {"application/json;stream=watch", "JSON"},
      {"application/vnd.kubernetes.protobuf;stream=watch", "protobuf"},
      {"application/json;stream=other", refused},
      {"application/yaml;stream=watch", refused},
      {"application/yaml;stream=watch,application/json;q=0.1", "JSON"},
      {"application/json;sv=v1", "JSON"},
      {"application/json;sv=v2", refused},
      {"application/json;q=x,application/yaml;q=0.1", "YAML"},
      {"application/cbor", router},
      {"application/cbor, application/json", "JSON"},
      {"application/*", router},
      {"text/html", router},
      {"text/html,application/xhtml+xml,*/*;q=0.8", "JSON"},
      {"application/json;charset=utf-8", "JSON"},
      {" application/json ; as=Table ; v=v1 ; g=meta.k8s.io ", "Table v1"},
      {";;;,,,", router},
  };
  for (const auto& row : kMatrix) EXPECT_EQ(Outcome(row.accept), row.outcome) << row.accept;
}

// Go's library sorts clauses by what is no order: one with a wildcard falls behind one without
// whatever their qualities are. And it passes over parameters that it cannot read.
TEST(Negotiation, ReadsAcceptAsUpstreamsLibraryDoes) {
  const struct {
    std::string accept;
    std::string outcome;
  } kCases[] = {
      {"*/*, application/yaml;q=0.5", "YAML"},
      {"application/*;q=1, application/yaml;q=0.5, */*;q=0.1", "YAML"},
      {"application/json;q=0.2, application/yaml;q=0.5, */*", "JSON"},
      {"application/json;as=", "JSON"},
      {"application/json;as=Table;g=meta.k8s.io;v=v1=v2",
       "only the following media types are "
       "accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf"},
      {"application/yaml;q=, application/json;q=0.9", "YAML"},
      {"application/yaml;q= 0.9, application/json;q=0.1", "JSON"},
      {"application/json;q=0.30000000001, application/yaml;q=0.3", "JSON"},
      {"application/yaml;q=0.3, application/json;q=0.30000000001", "YAML"},
      {"application/json/x, application/yaml", "YAML"},
      {"*, application/yaml", "YAML"},
  };
  for (const auto& test : kCases) EXPECT_EQ(Outcome(test.accept), test.outcome) << test.accept;
}

TEST(Negotiation, ManyClausesAreSortedInNoTimeToSpeakOf) {
  std::string accept;
  for (int i = 0; i < 100'000; ++i) accept += "a/b;q=0." + std::to_string(i % 1000) + ",";
  EXPECT_EQ(Outcome(accept + "application/yaml;q=0.01"), "YAML");
}

TEST(Negotiation, ReadsOnlyTheFirstLineOfAHeader) {
  Negotiated negotiated;
  EXPECT_FALSE(
      Negotiate(MakeRequest("/x", {{"Accept", "application/yaml"}, {"Accept", "application/json"}}),
                Endpoint::kList, negotiated));
  EXPECT_EQ(negotiated.encoding, Encoding::kYaml);
}

TEST(Negotiation, ErrorsSayWhenToTryAgain) {
  const auto answer = testing::Read(ErrorResponse(TooManyRequests("later", 3), MakeRequest("/x")));
  EXPECT_EQ(answer.Header("Retry-After"), "3");
  EXPECT_EQ(testing::Read(ErrorResponse(Unauthorized(), MakeRequest("/x"))).Header("Retry-After"),
            "");
}

// An error is never turned into another kind: a clause that asks for that is passed over, and
// without another one the answer is indented JSON.
TEST(Negotiation, ErrorsHaveTheEncodingThatIsAccepted) {
  const struct {
    std::string accept;
    std::string content_type;
    std::string begin;
  } kCases[] = {
      {"", "application/json", "{\"kind\":\"Status\""},
      {"application/yaml", "application/yaml", "apiVersion: v1\ncode: 401\nkind: Status\n"},
      {"application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf", "k8s"},
      {"application/json;as=Table;v=v1;g=meta.k8s.io", "application/json",
       "{\n  \"kind\": \"Status\""},
      {"application/json;as=Table;v=v1;g=meta.k8s.io,application/yaml", "application/yaml",
       "apiVersion: v1\n"},
      {"application/cbor", "application/json", "{\n  \"kind\": \"Status\""},
      {"application/vnd.kubernetes.protobuf;stream=watch", "application/vnd.kubernetes.protobuf",
       "k8s"},
      {"application/yaml;stream=watch", "application/json", "{\n  \"kind\": \"Status\""},
      {"application/json;sv=v1", "application/json", "{\n  \"kind\": \"Status\""},
  };
  for (const auto& test : kCases) {
    const auto answer =
        testing::Read(ErrorResponse(Unauthorized(), MakeRequest("/x", {{"Accept", test.accept}})));
    EXPECT_EQ(answer.Header("Content-Type"), test.content_type) << test.accept;
    EXPECT_TRUE(answer.body.starts_with(test.begin)) << test.accept << "\n" << answer.body;
  }
}

TEST(Negotiation, PrettyForPeopleUnlessToldOtherwise) {
  const struct {
    std::string target;
    std::string user_agent;
    bool pretty;
  } kCases[] = {
      {"/x", "kubectl/v1.36", false},     {"/x", "curl/8.0", true},
      {"/x", "Wget/1.21", true},          {"/x", "Mozilla/5.0 (X11)", true},
      {"/x?pretty=0", "curl/8.0", false}, {"/x?pretty=true", "kubectl/v1.36", true},
      {"/x?pretty=T", "", true},          {"/x?pretty=yes", "", false},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(WantsPretty(MakeRequest(test.target, {{"User-Agent", test.user_agent}})), test.pretty)
        << test.target << " " << test.user_agent;
  }
}

}  // namespace
}  // namespace kubegauge::apiservice
