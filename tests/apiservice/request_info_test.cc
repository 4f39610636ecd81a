// The rules of wire.md A.2.

#include "apiservice/request_info.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiservice/list_options.h"
#include "tests/apiservice/exchange.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::MakeRequest;
using ::testing::ElementsAre;

// "verb group/version namespace/resource/name/subresource", or "verb path" of other paths.
std::string Describe(const std::string& method, const std::string& target) {
  const RequestInfo info = ParseRequestInfo(MakeRequest(target, {}, method));
  if (!info.is_resource_request) return fmt::format("{} {}", info.verb, info.path);
  return fmt::format("{} {}/{} {}/{}/{}/{}", info.verb, info.api_group, info.api_version,
                     info.namespace_name, info.resource, info.name, info.subresource);
}

TEST(RequestInfo, TellsWhatIsAskedFor) {
  const std::string group = "/apis/metrics.k8s.io/v1beta1";
  const struct {
    std::string method;
    std::string target;
    std::string asked;
  } kCases[] = {
      {"GET", group + "/nodes", "list metrics.k8s.io/v1beta1 /nodes//"},
      {"GET", group + "/nodes/", "list metrics.k8s.io/v1beta1 /nodes//"},
      {"HEAD", group + "/nodes/n1", "get metrics.k8s.io/v1beta1 /nodes/n1/"},
      {"GET", group + "/namespaces/d/pods", "list metrics.k8s.io/v1beta1 d/pods//"},
      {"GET", group + "/namespaces/d/pods/p", "get metrics.k8s.io/v1beta1 d/pods/p/"},
      {"GET", group + "/namespaces/d/pods/p/log", "get metrics.k8s.io/v1beta1 d/pods/p/log"},
      {"GET", group + "/namespaces/d", "get metrics.k8s.io/v1beta1 d/namespaces/d/"},
      {"GET", group + "/namespaces/d/status", "get metrics.k8s.io/v1beta1 d/namespaces/d/status"},
      {"GET", group + "/pods?watch=true", "watch metrics.k8s.io/v1beta1 /pods//"},
      {"GET", group + "/pods?watch=1", "watch metrics.k8s.io/v1beta1 /pods//"},
      {"GET", group + "/pods?watch", "watch metrics.k8s.io/v1beta1 /pods//"},
      {"GET", group + "/pods?watch=False", "list metrics.k8s.io/v1beta1 /pods//"},
      {"GET", group + "/pods?watch=0", "list metrics.k8s.io/v1beta1 /pods//"},
      {"GET", group + "/watch/pods", "watch metrics.k8s.io/v1beta1 /pods//"},
      {"GET", group + "/watch/pods?fieldSelector=metadata.name%3Dp",
       "watch metrics.k8s.io/v1beta1 /pods//"},
      {"GET", group + "/proxy/pods/p/x", "proxy metrics.k8s.io/v1beta1 /pods/p/"},
      {"GET", group + "/namespaces/watch/pods/watch",
       "get metrics.k8s.io/v1beta1 watch/pods/watch/"},
      {"GET", group + "/namespaces//pods", "list metrics.k8s.io/v1beta1 /pods//"},
      {"GET", "//apis/metrics.k8s.io/v1beta1//nodes", "get metrics.k8s.io/v1beta1 //nodes/"},
      {"GET", group + "/pods?fieldSelector=metadata.name%3Dp",
       "list metrics.k8s.io/v1beta1 /pods/p/"},
      {"GET", group + "/pods?fieldSelector=metadata.name!%3Dp",
       "list metrics.k8s.io/v1beta1 /pods//"},
      {"POST", group + "/pods", "create metrics.k8s.io/v1beta1 /pods//"},
      {"PUT", group + "/pods/p", "update metrics.k8s.io/v1beta1 /pods/p/"},
      {"PATCH", group + "/pods/p", "patch metrics.k8s.io/v1beta1 /pods/p/"},
      {"DELETE", group + "/pods/p", "delete metrics.k8s.io/v1beta1 /pods/p/"},
      {"DELETE", group + "/pods", "deletecollection metrics.k8s.io/v1beta1 /pods//"},
      {"GET", "/api/v1/nodes", "list /v1 /nodes//"},
      {"GET", "/api/v1/namespaces", "list /v1 /namespaces//"},
      {"GET", "/api/v1", "get /api/v1"},
      {"GET", group, "get " + group},
      {"GET", "/apis", "get /apis"},
      {"GET", "/", "get /"},
      {"GET", "/healthz/ping?verbose", "get /healthz/ping"},
      {"POST", "/metrics", "post /metrics"},
      {"GET", "/api/v1/namespaces/a%20b/pods/x%5cy", "get /v1 a b/pods/x\\y/"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Describe(test.method, test.target), test.asked) << test.method << " " << test.target;
  }
}

TEST(RequestInfo, TakesNoNameFromOptionsThatDoNotDecode) {
  const std::string nodes = "/apis/metrics.k8s.io/v1beta1/nodes";
  const struct {
    std::string query;
    std::string asked;
  } kCases[] = {
      {"?limit=5&fieldSelector=metadata.name%3Da", "list metrics.k8s.io/v1beta1 /nodes/a/"},
      {"?limit=abc&fieldSelector=metadata.name%3Da", "list metrics.k8s.io/v1beta1 /nodes//"},
      {"?limit=&fieldSelector=metadata.name%3Da", "list metrics.k8s.io/v1beta1 /nodes//"},
      {"?timeoutSeconds=x&fieldSelector=metadata.name%3Da", "list metrics.k8s.io/v1beta1 /nodes//"},
      {"?labelSelector=!!&fieldSelector=metadata.name%3Da", "list metrics.k8s.io/v1beta1 /nodes//"},
      {"?watch=1&limit=abc&fieldSelector=metadata.name%3Da",
       "watch metrics.k8s.io/v1beta1 /nodes//"},
      {"?fieldSelector=metadata.name%3Da,!", "list metrics.k8s.io/v1beta1 /nodes//"},
      {"?fieldSelector=metadata.name%3D..", "list metrics.k8s.io/v1beta1 /nodes//"},
  };
  for (const auto& [query, asked] : kCases) EXPECT_EQ(Describe("GET", nodes + query), asked);
}

TEST(RequestInfo, KeepsTheSelectorsOfCollections) {
  const RequestInfo info = ParseRequestInfo(
      MakeRequest("/api/v1/pods?labelSelector=a%3Db%2Cc&fieldSelector=spec.nodeName%3Dn&limit=5"));
  EXPECT_EQ(info.label_selector, "a=b,c");
  EXPECT_EQ(info.field_selector, "spec.nodeName=n");
}

TEST(RequestInfo, LooksForNoNameBesideALongSelector) {
  const std::string pods = "/api/v1/pods?fieldSelector=metadata.name%3Dx&labelSelector=";
  std::string longest = "a";
  while (longest.size() + 2 < kMaxReviewedSelectorBytes) longest += ",a";
  longest.resize(kMaxReviewedSelectorBytes, 'a');
  EXPECT_EQ(ParseRequestInfo(MakeRequest(pods + longest)).name, "x");
  EXPECT_EQ(ParseRequestInfo(MakeRequest(pods + longest + "a")).name, "");
}

TEST(RequestInfo, KeepsNoSelectorsOfAWatchThatThePathAsksFor) {
  const RequestInfo info = ParseRequestInfo(MakeRequest("/api/v1/watch/pods?labelSelector=a"));
  EXPECT_EQ(info.verb, "watch");
  EXPECT_EQ(info.label_selector, "");
}

TEST(RequestInfo, CannotTellWhatAWatchOfNothingIs) {
  EXPECT_EQ(ParseRequestInfo(MakeRequest("/apis/metrics.k8s.io/v1beta1/watch/?x=1")).error,
            "unable to determine kind and namespace from url, "
            "/apis/metrics.k8s.io/v1beta1/watch/?x=1");
  EXPECT_EQ(ParseRequestInfo(MakeRequest("/apis/metrics.k8s.io/v1beta1/watch/pods")).error, "");
}

TEST(Query, PassesOverPairsThatGoCannotRead) {
  EXPECT_FALSE(HasQueryKey("a=%zz&b=%4", "a"));
  EXPECT_FALSE(HasQueryKey("a=%zz&b=%4", "b"));
  EXPECT_FALSE(HasQueryKey("a=1;b=2", "a"));
  EXPECT_EQ(QueryValue("a=%zz&a=2", "a"), "2");
}

TEST(Query, FlagsAreTrueUnlessTheySayOtherwise) {
  EXPECT_EQ(QueryFlag("a&b=false&c=0&d=FALSE&e=no", "a"), true);
  EXPECT_EQ(QueryFlag("a&b=false&c=0&d=FALSE&e=no", "b"), false);
  EXPECT_EQ(QueryFlag("a&b=false&c=0&d=FALSE&e=no", "c"), false);
  EXPECT_EQ(QueryFlag("a&b=false&c=0&d=FALSE&e=no", "d"), false);
  EXPECT_EQ(QueryFlag("a&b=false&c=0&d=FALSE&e=no", "e"), true);
  EXPECT_EQ(QueryFlag("a", "z"), std::nullopt);
}

TEST(Query, IsReadAsFormsAreEncoded) {
  const std::string query = "a=1&b=x%2Fy+z&a=2&flag&=v&%61bc=d";
  EXPECT_EQ(QueryValue(query, "a"), "1");
  EXPECT_THAT(QueryValues(query, "a"), ElementsAre("1", "2"));
  EXPECT_EQ(QueryValue(query, "b"), "x/y z");
  EXPECT_EQ(QueryValue(query, "abc"), "d");
  EXPECT_TRUE(HasQueryKey(query, "flag"));
  EXPECT_FALSE(HasQueryKey(query, "fla"));
  EXPECT_EQ(PercentDecode("100%"), "100%");
  EXPECT_EQ(PercentDecode("%zz%4"), "%zz%4");
}

}  // namespace
}  // namespace kubegauge::apiservice
