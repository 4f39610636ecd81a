#include "apiservice/openapi_v2.h"

#include <gtest/gtest.h>

namespace kubegauge::apiservice {
namespace {

TEST(OpenApiV2, SharesParametersByTheirContent) {
  using Json = nlohmann::json;
  const Json a = {{"name", "a"}, {"in", "query"}, {"type", "string"}};
  const Json other_a = {{"name", "a"}, {"in", "query"}, {"type", "integer"}};
  const Json name = {{"name", "name"}, {"in", "path"}};
  const Json dry_run = {{"name", "dryRun"}, {"in", "query"}};
  const Json v2 = OpenApiV2(
      {{"definitions", Json::object()},
       {"paths",
        {{"/x", {{"parameters", {a, name}}, {"patch", {{"parameters", {dry_run, other_a}}}}}},
         {"/y", {{"parameters", {a}}, {"get", Json::object()}}}}}});
  // FNV-1 of each in JSON, of 64 bits, in base64.
  const Json reference = {{"$ref", "#/parameters/a-RkKzWdUv"}};
  const Json other_reference = {{"$ref", "#/parameters/a--3LK6Xj9"}};
  EXPECT_EQ(v2["parameters"], (Json{{"a-RkKzWdUv", a}, {"a--3LK6Xj9", other_a}}));
  EXPECT_EQ(v2["paths"]["/x"]["parameters"], (Json{reference, name}));
  EXPECT_EQ(v2["paths"]["/x"]["patch"]["parameters"], (Json{dry_run, other_reference}));
  EXPECT_EQ(v2["paths"]["/y"]["parameters"], Json::array({reference}));
}

}  // namespace
}  // namespace kubegauge::apiservice
