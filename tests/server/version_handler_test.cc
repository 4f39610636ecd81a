#include "server/version_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiservice/openapi_document.h"
#include "tests/apiservice/schema_check.h"

namespace kubegauge::server {
namespace {

apiservice::Response Ask(const std::string& method, const std::string& path = "/version",
                         const std::pair<std::string, std::string>& header = {"X", ""}) {
  apiservice::Request request{.method = method, .path = path};
  request.headers.Add(header.first, header.second);
  const apiservice::RequestInfo info = ParseRequestInfo(request);
  return VersionHandler().Handle({request, info, apiservice::UserInfo()});
}

TEST(VersionHandler, SaysTheKubernetesThatIsKeptCompatibleWith) {
  const apiservice::Response response = Ask("GET");
  EXPECT_EQ(response.status, 200u);
  EXPECT_THAT(response.body,
              ::testing::StartsWith("{\n  \"major\": \"1\",\n  \"minor\": \"36\",\n"));
  EXPECT_FALSE(response.body.ends_with('\n'));
  std::vector<std::string> keys;
  const auto version = nlohmann::ordered_json::parse(response.body);
  for (const auto& [key, value] : version.items()) keys.push_back(key);
  EXPECT_THAT(keys, ::testing::ElementsAre("major", "minor", "emulationMajor", "emulationMinor",
                                           "minCompatibilityMajor", "minCompatibilityMinor",
                                           "gitVersion", "gitCommit", "gitTreeState", "buildDate",
                                           "goVersion", "compiler", "platform"));
}

TEST(VersionHandler, HasTheFieldsOfItsSchema) {
  const nlohmann::json definitions = apiservice::OpenApiDocument("1")["definitions"];
  EXPECT_THAT(testing::SchemaCheck(definitions)
                  .Violations(VersionJson(), "io.k8s.apimachinery.pkg.version.Info"),
              ::testing::IsEmpty());
}

TEST(VersionHandler, SpeaksJsonAlone) {
  EXPECT_EQ(Ask("GET", "/version/").status, 200u);
  EXPECT_EQ(Ask("GET", "/version/x").status, 404u);
  EXPECT_EQ(Ask("GET", "/version", {"Accept", "application/json, */*"}).status, 200u);
  EXPECT_EQ(Ask("GET", "/version", {"Content-Type", "application/yaml"}).status, 415u);
  const apiservice::Response refused = Ask("GET", "/version", {"Accept", "application/yaml"});
  EXPECT_EQ(refused.status, 406u);
  EXPECT_EQ(refused.body,
            "apiVersion: v1\ncode: 406\ndetails: {}\nkind: Status\nmessage: |-\n"
            "  406: Not Acceptable\n\n  Available representations: application/json\n"
            "metadata: {}\nreason: NotAcceptable\nstatus: Failure\n");
}

TEST(VersionHandler, RefusesOtherMethods) { EXPECT_EQ(Ask("PUT").status, 405u); }

}  // namespace
}  // namespace kubegauge::server
