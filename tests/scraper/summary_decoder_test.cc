#include "scraper/summary_decoder.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/scraper/sample_text.h"
#include "tests/scraper/testdata_file.h"

namespace kubegauge::scraper {
namespace {

using kubegauge::testing::ReadTestdata;
using kubegauge::testing::SampleText;
using Json = nlohmann::ordered_json;

std::string Decode(std::string_view body) {
  SummaryDecoder decoder;
  return SampleText(decoder.Decode(body, 0));
}

Json Stats(Json name) {
  return {
      {"name", std::move(name)},
      {"startTime", "2026-01-01T00:00:00Z"},
      {"cpu",
       {{"time", "2026-01-01T00:01:00Z"}, {"usageNanoCores", 7}, {"usageCoreNanoSeconds", 5}}},
      {"memory", {{"time", "2026-01-01T00:01:09Z"}, {"usageBytes", 9}, {"workingSetBytes", 8}}}};
}

Json Pod(std::string_view namespace_name, std::string_view name, Json containers) {
  return {{"podRef", {{"name", name}, {"namespace", namespace_name}, {"uid", "u"}}},
          {"containers", std::move(containers)},
          {"volume", Json::array({{{"name", "v"}}})}};
}

std::string Summary(Json node, Json pods) {
  return Json{{"node", std::move(node)}, {"pods", std::move(pods)}}.dump(1);
}

constexpr std::string_view kFigures = "1767225600000000000 1767225660000000000 5 8 @7\n";

TEST(SummaryDecoder, DecodesARecordedBody) {
  EXPECT_EQ(Decode(ReadTestdata("kubelet-1.26/stats_summary.json")),
            "node 1795379668000000000 1795382196000000000 1100598254459 2192789504 @301481016\n"
            "luffy/busy/demo 1795382058000000000 1795382206000000000 32333529237 327680 @0\n"
            "luffy/busy/sidecar 1795382058000000000 1795382206000000000 10476940 217088 @0\n"
            "luffy/mysql/mysql 1795382063000000000 1795382206000000000 10670054 229376 @0\n");
}

TEST(SummaryDecoder, OrdersPodsAndContainers) {
  EXPECT_EQ(Decode(Summary(Stats("n"), {Pod("b", "a", {Stats("y"), Stats("x")}),
                                        Pod("a", "z", Json::array({Stats("c")}))})),
            fmt::format("node {0}a/z/c {0}b/a/x {0}b/a/y {0}", kFigures));
}

// Takes a member out, or puts another in its place, and says what is left of the sample.
TEST(SummaryDecoder, NeedsTheseMembers) {
  const std::string node = fmt::format("node {}", kFigures);
  const std::string both = fmt::format("node {0}d/p/c {0}", kFigures);
  struct {
    const char* pointer;
    Json value;
    std::string sample;
  } const kCases[] = {
      {"/cpu/time", nullptr, ""},
      {"/cpu/time", "0001-01-01T00:00:00Z", ""},
      {"/cpu/time", "yesterday", "error\n"},
      {"/cpu/usageCoreNanoSeconds", nullptr, ""},
      {"/cpu/usageCoreNanoSeconds", 0, ""},
      {"/cpu/usageCoreNanoSeconds", -1, "error\n"},
      {"/cpu/usageCoreNanoSeconds", 1.5, "error\n"},
      {"/cpu/usageCoreNanoSeconds", "5", "error\n"},
      {"/memory/workingSetBytes", nullptr, ""},
      {"/memory/workingSetBytes", 0, ""},
      {"/memory/workingSetBytes", Json::array(), "error\n"},
      {"/cpu", nullptr, ""},
      {"/cpu", Json::object(), ""},
      {"/cpu", 5, "error\n"},
      {"/memory", nullptr, ""},
  };
  for (const auto& [pointer, value, sample] : kCases) {
    const auto changed = [&, pointer = pointer, value = value](Json stats) {
      stats[Json::json_pointer(pointer)] = value;
      return stats;
    };
    const bool is_error = sample == "error\n";
    EXPECT_EQ(Decode(Summary(Stats("n"),
                             Json::array({Pod("d", "p", {changed(Stats("c")), Stats("d")})}))),
              is_error ? sample : node)
        << pointer << value;
    EXPECT_EQ(Decode(Summary(changed(Stats("n")),
                             Json::array({Pod("d", "p", Json::array({Stats("c")}))}))),
              is_error ? sample : fmt::format("d/p/c {}", kFigures))
        << pointer << value;
  }
  EXPECT_EQ(Decode(Summary(Stats("n"), Json::array({Pod("d", "p", Json::array({Stats("c")}))}))),
            both);
}

TEST(SummaryDecoder, OnlyContainersNeedAStart) {
  Json without_start = Stats("c");
  without_start.erase("startTime");
  EXPECT_EQ(
      Decode(Summary(without_start, Json::array({Pod("d", "p", Json::array({without_start}))}))),
      "node 0 1767225660000000000 5 8 @7\n");
}

TEST(SummaryDecoder, TellsARateOfZeroFromNone) {
  Json stats = Stats("c");
  stats["cpu"]["usageNanoCores"] = 0;
  Json other = Stats("d");
  other["cpu"].erase("usageNanoCores");
  EXPECT_EQ(Decode(Summary(nullptr, Json::array({Pod("n", "p", {stats, other})}))),
            "n/p/c 1767225600000000000 1767225660000000000 5 8 @0\n"
            "n/p/d 1767225600000000000 1767225660000000000 5 8\n");
}

TEST(SummaryDecoder, ReadsMembersInAnyOrder) {
  EXPECT_EQ(
      Decode(R"({"pods":[{"volume":[{"a":{"cpu":1}}],"containers":[{"memory":{"psi":{"full":{}},
      "workingSetBytes":8},"swap":{},"cpu":{"psi":{"some":{"avg10":0.1}},"usageNanoCores":7,
      "usageCoreNanoSeconds":5,"time":"2026-01-01T00:01:00Z"},"startTime":"2026-01-01T00:00:00Z",
      "name":"c"}],"podRef":{"uid":"","namespace":"n","name":"p"}}]})"),
      fmt::format("n/p/c {}", kFigures));
}

TEST(SummaryDecoder, AcceptsMissingParts) {
  EXPECT_EQ(Decode("{}"), "");
  EXPECT_EQ(Decode(R"({"node":null,"pods":null})"), "");
  EXPECT_EQ(Decode(R"({"node":{},"pods":[]})"), "");
  EXPECT_EQ(Decode(R"({"pods":[{"podRef":null,"containers":null}]})"), "");
}

TEST(SummaryDecoder, RefusesOtherText) {
  for (const std::string_view body :
       {"", " ", "<html>", "[]", "5", "null", "{\"pods\":[", "{\"pods\":{}}", "{\"node\":[]}",
        "{\"pods\":[5]}", "{} {}", "{\"a\":\"\xFF\"}",
        "Internal Error: context deadline exceeded"}) {
    EXPECT_EQ(Decode(body), "error\n") << body;
  }
}

TEST(SummaryDecoder, PaddedBodiesReadTheSame) {
  const std::string body = ReadTestdata("kubelet-1.26/stats_summary.json");
  const std::string padded = body + std::string(kBodyPadding, '}');
  SummaryDecoder decoder;
  EXPECT_EQ(SampleText(
                decoder.Decode({std::string_view(padded).substr(0, body.size()), kBodyPadding}, 0)),
            Decode(body));
}

TEST(SummaryDecoder, ForgetsTheBodyBefore) {
  const std::string body = ReadTestdata("kubelet-1.26/stats_summary.json");
  SummaryDecoder decoder;
  ASSERT_TRUE(decoder.Decode(body, 0).ok());
  EXPECT_FALSE(decoder.Decode(body.substr(0, body.size() / 2), 0).ok());
  EXPECT_EQ(SampleText(decoder.Decode("{}", 0)), "");
}

}  // namespace
}  // namespace kubegauge::scraper
