#include "server/replay/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "server/cli/command_line.h"
#include "tests/temporary_directory.h"

namespace kubegauge::server::replay {
namespace {

using kubegauge::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

constexpr char kVectors[] = TESTDATA_DIR "/vectors/hpa-1.36.jsonl.xz";

class ReplayTest : public ::testing::Test {
 protected:
  absl::StatusOr<bool> Replay(ReplayOptions options) {
    out_.str("");
    notes_.str("");
    return replay::Replay(options, out_, notes_);
  }
  absl::StatusOr<bool> ReplayText(const std::string& text, bool check = false, bool trace = false) {
    std::ofstream(path_, std::ios::binary) << text;
    return Replay({.file = path_, .check = check, .trace = trace});
  }
  // What stands behind the file's name.
  std::string ErrorOf(const std::string& text) {
    const absl::StatusOr<bool> result = ReplayText(text);
    if (result.ok()) return "no error";
    const std::string message(result.status().message());
    EXPECT_THAT(message, StartsWith(path_ + ":"));
    return message.substr(std::min(message.size(), path_.size() + 1));
  }

  const TemporaryDirectory directory_;
  const std::string path_ = directory_.path() / "steps.jsonl";
  std::ostringstream out_;
  std::ostringstream notes_;
};

// One step of one pod that uses four times its target.
Json Scenario() {
  return Json::parse(R"({
    "name": "one",
    "config": {"tolerance": 0.1, "downscaleStabilizationSeconds": 300,
               "cpuInitializationPeriodSeconds": 300, "initialReadinessDelaySeconds": 30,
               "scaleToZero": true},
    "hpa": {"kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v2",
            "metadata": {"name": "web", "namespace": "default"},
            "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "web",
                                        "apiVersion": "apps/v1"},
                     "minReplicas": 1, "maxReplicas": 10,
                     "metrics": [{"type": "Resource",
                                  "resource": {"name": "memory",
                                               "target": {"type": "AverageValue",
                                                          "averageValue": "10Mi"}}}]}},
    "steps": [{
      "now": "2026-01-01T00:00:00Z",
      "scale": {"replicas": 1, "statusReplicas": 1, "selector": "app=web"},
      "pods": [
        {"metadata": {"name": "web-0", "namespace": "default", "labels": {"app": "web"}},
         "spec": {"containers": [{"name": "app"}]},
         "status": {"phase": "Running"}},
        {"metadata": {"name": "other", "namespace": "default", "labels": {"app": "db"}},
         "spec": {"containers": [{"name": "app"}]},
         "status": {"phase": "Running"}}],
      "metrics": {"resource": {"items": [
        {"metadata": {"name": "web-0", "labels": {"app": "web"}},
         "timestamp": "2026-01-01T00:00:00Z", "window": "30s",
         "containers": [{"name": "app", "usage": {"cpu": "1m", "memory": "40Mi"}}]},
        {"metadata": {"name": "other", "labels": {"app": "db"}},
         "timestamp": "2026-01-01T00:00:00Z", "window": "30s",
         "containers": [{"name": "app", "usage": {"cpu": "1m", "memory": "4000Mi"}}]}]}},
      "expect": {
        "scaledTo": 4,
        "statusWritten": {
          "lastScaleTime": "2026-01-01T00:00:00Z", "currentReplicas": 1, "desiredReplicas": 4,
          "currentMetrics": [{"type": "Resource",
                              "resource": {"name": "memory",
                                           "current": {"averageValue": "40Mi"}}}],
          "conditions": [
            {"type": "AbleToScale", "status": "True", "reason": "SucceededRescale",
             "lastTransitionTime": "2026-01-01T00:00:00Z",
             "message": "the HPA controller was able to update the target scale to 4"},
            {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound",
             "lastTransitionTime": "2026-01-01T00:00:00Z",
             "message": "the HPA was able to successfully calculate a replica count from memory resource"},
            {"type": "ScalingLimited", "status": "False", "reason": "DesiredWithinRange",
             "lastTransitionTime": "2026-01-01T00:00:00Z",
             "message": "the desired count is within the acceptable range"},
            {"type": "ScaledToZero", "status": "False", "reason": "NotScaledToZero",
             "lastTransitionTime": "2026-01-01T00:00:00Z",
             "message": "the HPA controller did not scale the workload to zero"}]},
        "events": [{"type": "Normal", "reason": "SuccessfulRescale",
                    "message": "New size: 4; reason: memory resource above target"}]}}]})");
}

// The real controller's decisions.
TEST_F(ReplayTest, EqualsUpstreamOnAllVectors) {
  const absl::StatusOr<bool> as_expected = Replay({.file = kVectors, .check = true});
  ASSERT_TRUE(as_expected.ok()) << std::string(as_expected.status().message());
  EXPECT_TRUE(*as_expected);
  EXPECT_EQ(out_.str(), "500 scenarios, 3620 steps: 3620 as expected, 0 different\n");
}

TEST_F(ReplayTest, PrintsEachStepInTheShapesOfExpect) {
  const Json scenario = Scenario();
  ASSERT_TRUE(ReplayText("\n" + scenario.dump() + "\n").ok());
  Json expected = scenario["steps"][0]["expect"];
  expected["name"] = "one";
  expected["step"] = 0;
  expected["error"] = nullptr;
  EXPECT_EQ(Json::parse(out_.str()), expected);
  EXPECT_THAT(out_.str(), StartsWith(R"({"name":"one","step":0,"scaledTo":4,"error":null,)"
                                     R"("statusWritten":{"lastScaleTime":)"));
}

TEST_F(ReplayTest, TracesHowAStepWasDecided) {
  ASSERT_TRUE(ReplayText(Scenario().dump(), false, true).ok());
  const Json trace = Json::parse(out_.str())["trace"];
  EXPECT_EQ(trace["branch"], "metrics");
  EXPECT_EQ(trace["rawDesired"], 4);
  EXPECT_EQ(trace["metrics"][0]["name"], "memory resource");
  EXPECT_EQ(trace["metrics"][0]["measured"]["ratio"], 4.0);
  EXPECT_EQ(trace["metrics"][0]["pods"]["ready"], 1);
  EXPECT_EQ(trace["metrics"][0]["rawValues"],
            Json::parse(R"([{"pod": "web-0", "milli": 41943040000}])"));
}

TEST_F(ReplayTest, SaysWhatDiffers) {
  Json scenario = Scenario();
  scenario["steps"][0]["expect"]["scaledTo"] = 5;
  scenario["steps"][0]["expect"]["error"] = "none";
  const absl::StatusOr<bool> as_expected = ReplayText(scenario.dump(), true);
  ASSERT_TRUE(as_expected.ok());
  EXPECT_FALSE(*as_expected);
  EXPECT_EQ(out_.str(),
            "one step 0: scaledTo: expected 5, got 4\n"
            "one step 0: error: expected \"none\", got null\n"
            "1 scenarios, 1 steps: 0 as expected, 1 different\n");
}

TEST_F(ReplayTest, CarriesStatusAndHistoryOver) {
  Json scenario = Scenario();
  Json later = scenario["steps"][0];
  later["now"] = "2026-01-01T00:00:15Z";
  later["scale"]["replicas"] = later["scale"]["statusReplicas"] = 4;
  scenario["steps"].push_back(later);
  later["now"] = "2026-01-01T00:00:30Z";
  scenario["steps"].push_back(later);
  ASSERT_TRUE(ReplayText(scenario.dump()).ok());
  std::istringstream lines(out_.str());
  std::string line;
  for (int i = 0; i < 3; ++i) std::getline(lines, line);
  // Nothing is new at the third.
  EXPECT_EQ(line, R"({"name":"one","step":2,"scaledTo":null,"error":null,"statusWritten":null,)"
                  R"("events":[]})");
}

// The scale of the second step is written within the second of the first.
TEST_F(ReplayTest, StoresStatusesInWholeSeconds) {
  Json scenario = Scenario();
  scenario["steps"][0]["now"] = "2026-01-01T00:00:00.5Z";
  scenario["steps"].push_back(scenario["steps"][0]);
  scenario["steps"][1]["now"] = "2026-01-01T00:00:00Z";
  scenario["steps"][1]["expect"]["statusWritten"] = nullptr;
  ASSERT_TRUE(ReplayText(scenario.dump(), true).ok());
  EXPECT_EQ(out_.str(), "1 scenarios, 2 steps: 2 as expected, 0 different\n");
}

// Go writes null for lists, maps and times that were never set.
TEST_F(ReplayTest, TakesNullForNothing) {
  struct Case {
    const char* pointer;
    const char* error;  // of the metric
  };
  const Case cases[] = {
      {"/steps/0/pods", "no pods returned by selector while calculating replica count"},
      {"/steps/0/metrics/resource/items/0/containers",
       "did not receive metrics for targeted pods (pods might be unready)"},
      {"/steps/0/metrics/resource/items/0/containers/0/usage",
       "did not receive metrics for targeted pods (pods might be unready)"},
  };
  for (const Case& test : cases) {
    Json scenario = Scenario();
    scenario[Json::json_pointer(test.pointer)] = nullptr;
    ASSERT_TRUE(ReplayText(scenario.dump()).ok()) << test.pointer;
    EXPECT_EQ(Json::parse(out_.str())["events"][0]["message"],
              "failed to get memory usage: " + std::string(test.error));
  }
  Json scenario = Scenario();
  scenario["steps"][0]["metrics"]["resource"]["items"][0]["timestamp"] = nullptr;
  ASSERT_TRUE(ReplayText(scenario.dump(), true).ok());
  EXPECT_EQ(out_.str(), "1 scenarios, 1 steps: 1 as expected, 0 different\n");
}

TEST_F(ReplayTest, RefusesWhatItWouldHaveToGuess) {
  struct Case {
    const char* pointer;
    Json value;  // discarded: the member is taken away
    const char* error;
  };
  const Json kGone(Json::value_t::discarded);
  const Case cases[] = {
      {"/name", kGone, "name: expected a text"},
      {"/config", 3, "config: expected an object"},
      {"/config/tolerance", "0.1", "config: tolerance: expected a number from 0"},
      {"/config/scaleToZero", 1, "config: scaleToZero: expected true or false"},
      {"/hpa", kGone, "hpa: expected an object"},
      {"/hpa/apiVersion", "autoscaling/v3",
       "hpa: no matches for kind \"HorizontalPodAutoscaler\" in version \"autoscaling/v3\""},
      {"/hpa/spec/maxReplicas", "ten", "hpa: "},
      {"/steps", kGone, "steps: expected an array"},
      {"/steps/0/now", "yesterday", "steps[0]: now: "},
      {"/steps/0/scale", kGone, "steps[0]: scale: expected an object"},
      {"/steps/0/scale/replicas", 1.5, "steps[0]: scale: replicas: expected an integer of 32 bits"},
      {"/steps/0/scale/replicas", int64_t{1} << 31,
       "steps[0]: scale: replicas: expected an integer of 32 bits"},
      {"/steps/0/getScaleError", 7, "steps[0]: getScaleError: expected a text"},
      {"/steps/0/updateScaleError", 7, "steps[0]: updateScaleError: expected a text"},
      {"/steps/0/pods", kGone, "steps[0]: pods: expected an array"},
      {"/steps/0/pods/0", "web-0", "steps[0]: pods[0]: "},
      {"/steps/0/metrics", kGone, "steps[0]: metrics: expected an object"},
      {"/steps/0/metrics/resource/items", 4,
       "steps[0]: metrics: resource: items: expected an array"},
      {"/steps/0/metrics/resource/items/0/window", "soon",
       "steps[0]: metrics: resource: items: window: time: invalid duration"},
      {"/steps/0/metrics/resource/items/0/containers/0/usage/memory", "much",
       "steps[0]: metrics: resource: items: containers: usage: memory: "},
  };
  for (const Case& test : cases) {
    Json scenario = Scenario();
    const Json::json_pointer pointer(test.pointer);
    if (test.value.is_discarded()) {
      scenario[pointer.parent_pointer()].erase(pointer.back());
    } else {
      scenario[pointer] = test.value;
    }
    EXPECT_THAT(ErrorOf(Scenario().dump() + "\n" + scenario.dump() + "\n"),
                StartsWith(std::string("2: ") + test.error))
        << test.pointer;
    EXPECT_THAT(out_.str(), StartsWith(R"({"name":"one","step":0,)"));  // the line before
  }
}

// Not even of the steps before the one that is broken.
TEST_F(ReplayTest, PrintsNothingOfABrokenLine) {
  Json scenario = Scenario();
  scenario["steps"].push_back(scenario["steps"][0]);
  scenario["steps"][1]["now"] = "yesterday";
  scenario["hpa"]["spec"]["maxReplicas"] = 0;
  EXPECT_THAT(ErrorOf(scenario.dump()), StartsWith("1: steps[1]: now: "));
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(notes_.str(), "");
}

TEST_F(ReplayTest, KnowsNoKindButDeployments) {
  struct Case {
    const char* kind;
    const char* api_version;
    const char* error;  // of the event
  };
  const Case cases[] = {
      {"Foo", "apps/v1", "no matches for kind \"Foo\" in group \"apps\""},
      {"Deployment", "v1", "no matches for kind \"Deployment\" in group \"\""},
      {"Deployment", "example.com/v1",
       "no matches for kind \"Deployment\" in group \"example.com\""},
      {"Foo", "a/b/c", "unexpected GroupVersion string: a/b/c"},
  };
  for (const Case& test : cases) {
    Json scenario = Scenario();
    scenario["hpa"]["spec"]["scaleTargetRef"] = {
        {"kind", test.kind}, {"name", "web"}, {"apiVersion", test.api_version}};
    scenario["steps"][0]["getScaleError"] = "comes too late";
    ASSERT_TRUE(ReplayText(scenario.dump()).ok());
    const Json result = Json::parse(out_.str());
    EXPECT_EQ(result["events"][0]["message"], test.error);
    const bool parses = std::string(test.api_version) != "a/b/c";
    EXPECT_EQ(result["error"], (parses ? "unable to determine resource for scale target reference: "
                                       : "invalid API version in scale target reference: ") +
                                   std::string(test.error));
  }
  Json scenario = Scenario();
  scenario["hpa"]["spec"]["scaleTargetRef"]["apiVersion"] = "apps/v1beta1";
  ASSERT_TRUE(ReplayText(scenario.dump(), true).ok());
  EXPECT_THAT(out_.str(), HasSubstr(": 1 as expected, 0 different\n"));
}

TEST_F(ReplayTest, SaysWhichRulesAnHpaBreaksAndDecidesAllTheSame) {
  Json scenario = Scenario();
  scenario["hpa"]["spec"]["maxReplicas"] = 0;
  scenario["hpa"]["spec"]["minReplicas"] = -1;
  scenario["hpa"]["spec"]["replicas"] = 3;
  ASSERT_TRUE(ReplayText("\n" + scenario.dump()).ok());
  EXPECT_EQ(notes_.str(),
            path_ + ":2: hpa: unknown field \"spec.replicas\"; decided all the same\n" + path_ +
                ":2: hpa: spec.minReplicas: Invalid value: -1: must be greater than or equal to 0; "
                "decided all the same\n" +
                path_ +
                ":2: hpa: spec.maxReplicas: Required value: must be set and greater than 0; "
                "decided all the same\n");
  EXPECT_EQ(Json::parse(out_.str())["events"][0]["message"],
            "New size: 0; reason: Current number of replicas above Spec.MaxReplicas");
}

// Every version comes to the same decision.
TEST_F(ReplayTest, ReadsHpasOfAllVersions) {
  struct Case {
    const char* version;
    const char* annotation;  // the only place for it in v1
    const char* metric;
  };
  const Case cases[] = {
      {"v1", R"([{"type":"Resource","resource":{"name":"memory","targetAverageValue":"10Mi"}}])",
       ""},
      {"v2beta1", "",
       R"([{"type":"Resource","resource":{"name":"memory","targetAverageValue":"10Mi"}}])"},
      {"v2beta2", "",
       R"([{"type":"Resource","resource":{"name":"memory",
            "target":{"type":"AverageValue","averageValue":"10Mi"}}}])"},
  };
  for (const Case& test : cases) {
    Json scenario = Scenario();
    Json& hpa = scenario["hpa"];
    hpa["apiVersion"] = std::string("autoscaling/") + test.version;
    hpa["spec"].erase("metrics");
    const std::string annotation = test.annotation;
    if (!annotation.empty()) {
      hpa["metadata"]["annotations"]["autoscaling.alpha.kubernetes.io/metrics"] = annotation;
    } else {
      hpa["spec"]["metrics"] = Json::parse(test.metric);
    }
    const absl::StatusOr<bool> as_expected = ReplayText(scenario.dump(), true);
    ASSERT_TRUE(as_expected.ok()) << std::string(as_expected.status().message());
    EXPECT_TRUE(*as_expected) << test.version << ": " << out_.str();
    EXPECT_EQ(notes_.str(), "") << test.version;
  }
}

TEST_F(ReplayTest, RefusesLinesThatAreNoJson) {
  EXPECT_THAT(ErrorOf("\n\n{\"name\": \"x\""), StartsWith("3: "));
  EXPECT_THAT(ErrorOf("[]"), StartsWith("1: "));
  EXPECT_THAT(ErrorOf(std::string("\xff\xfe\x00", 3)), StartsWith("1: "));
}

TEST_F(ReplayTest, NeedsExpectationsToCheck) {
  Json scenario = Scenario();
  scenario["steps"][0].erase("expect");
  EXPECT_TRUE(ReplayText(scenario.dump()).ok());
  const absl::StatusOr<bool> result = ReplayText(scenario.dump(), true);
  EXPECT_THAT(std::string(result.status().message()),
              HasSubstr(":1: steps[0]: expect: there is nothing to compare with"));
}

TEST_F(ReplayTest, SaysWhatIsWrongWithTheFile) {
  EXPECT_THAT(std::string(Replay({.file = "/nowhere/x"}).status().message()),
              StartsWith("/nowhere/x: cannot be opened: "));
  std::ifstream vectors(kVectors, std::ios::binary);
  std::string half(200'000, '\0');
  ASSERT_TRUE(vectors.read(half.data(), static_cast<std::streamsize>(half.size())));
  EXPECT_THAT(ErrorOf(half), HasSubstr(": is not a whole xz file: it is cut off or damaged"));
  half[100'000] = static_cast<char>(half[100'000] + 1);
  EXPECT_THAT(ErrorOf(half), HasSubstr(": is not a whole xz file: it is cut off or damaged"));
}

TEST_F(ReplayTest, HasNothingToSayOfAnEmptyFile) {
  const absl::StatusOr<bool> as_expected = ReplayText("", true);
  EXPECT_TRUE(as_expected.ok() && *as_expected);
  EXPECT_EQ(out_.str(), "0 scenarios, 0 steps: 0 as expected, 0 different\n");
}

TEST(ReplayCommand, TakesAFileAndFlags) {
  const auto parse = [](std::vector<const char*> arguments) {
    return ParseCommandLine(arguments, {});
  };
  const auto plain = std::get<ReplayOptions>(parse({"replay", "-"}));
  EXPECT_EQ(plain.file, "-");
  EXPECT_FALSE(plain.check || plain.trace);
  const auto all = std::get<ReplayOptions>(parse({"replay", "--check", "--trace", "x.xz"}));
  EXPECT_TRUE(all.check && all.trace);
  EXPECT_EQ(std::get<UsageError>(parse({"replay"})).message,
            "kubegauge: FILE is required; see kubegauge replay --help");
}

}  // namespace
}  // namespace kubegauge::server::replay
