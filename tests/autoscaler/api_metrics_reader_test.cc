#include "autoscaler/api_metrics_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <protozero/pbf_writer.hpp>
#include <string>

#include "tests/kube/api_bodies.h"
#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::autoscaler {
namespace {

using ::testing::ElementsAre;

constexpr const char* kRequest =
    "GET /apis/metrics.k8s.io/v1beta1/namespaces/shop/pods?labelSelector=app%3Dweb";
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kLongest = std::numeric_limits<int64_t>::max() / 2;

class ApiMetricsReaderTest : public testing::KubeApiTest {
 protected:
  Fetched<PodUsageList> Read(const std::string& selector = "app=web") {
    ApiMetricsReader reader(server_, std::chrono::seconds(7));
    return Run(reader.PodUsage("shop", selector, {}));
  }
  std::string ReadError(Script script) {
    Answer(kRequest, std::move(script));
    const Fetched<PodUsageList> read = Read();
    const auto* error = std::get_if<FetchError>(&read);
    return error == nullptr ? "no error" : error->text;
  }
};

// "name timestamp window: container cpu memory, …", in seconds and thousandths.
std::vector<std::string> TextOf(const Fetched<PodUsageList>& read) {
  if (const auto* error = std::get_if<FetchError>(&read)) return {error->text};
  const auto& list = std::get<PodUsageList>(read);
  std::vector<std::string> lines;
  for (const PodUsageList::PodUsage& pod : list.pods) {
    std::string line =
        fmt::format("{} {} {}:", pod.name, pod.timestamp_ns / kSecond, pod.window_ns / 1'000'000);
    for (uint32_t i = 0; i < pod.container_count; ++i) {
      const auto& container = list.containers[pod.first_container + i];
      line += fmt::format(" {}", container.name);
      for (const char* resource : {"cpu", "memory", "example.com/tape"}) {
        const auto milli = container.usage.Find(resource);
        line += milli ? fmt::format(" {}", *milli) : " -";
      }
    }
    lines.push_back(line);
  }
  return lines;
}

TEST_F(ApiMetricsReaderTest, ReadsTheUseOfPods) {
  Answer(kRequest, Json(R"({"kind":"PodMetricsList","apiVersion":"metrics.k8s.io/v1beta1",
    "metadata":{},"items":[
      {"metadata":{"name":"web-1","namespace":"shop","creationTimestamp":"2026-01-02T03:04:30Z",
                   "labels":{"app":"web"}},
       "timestamp":"2026-01-02T03:04:05Z","window":"15.062s",
       "containers":[{"name":"main","usage":{"cpu":"12345678n","memory":"125952Ki"}},
                     {"name":"pr\u006fxy","usage":{"memory":"128974848","cpu":"1"}}]},
      {"containers":[{"usage":{"cpu":0.5,"example.com/tape":"1"},"name":"odd","more":[1,{}]},
                     {"name":"bare"}, {"name":null,"usage":null}],
       "window":"1m0s","metadata":{"name":"web-2"},"timestamp":null},
      {"metadata":{"name":"web-3"},"containers":[],"window":"2562047h"},
      {}]})"));
  EXPECT_THAT(
      TextOf(Read()),
      ElementsAre("web-1 1767323045 15062: main 13 128974848000 - proxy 1000 128974848000 -",
                  "web-2 0 60000: odd 500 - 1000 bare - - -  - - -",
                  fmt::format("web-3 0 {}:", kLongest / 1'000'000), " 0 0:"));
  ASSERT_EQ(server_.requests().size(), 1u);
  EXPECT_EQ(server_.requests()[0].accept, "application/vnd.kubernetes.protobuf,application/json");
  EXPECT_EQ(server_.requests()[0].timeout, std::chrono::seconds(7));
}

std::string Recorded(const std::string& name) {
  std::ifstream file(std::string(TESTDATA_DIR) + "/metrics-server-0.6/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A real metrics-server's answers to one question.
TEST_F(ApiMetricsReaderTest, ReadsTheSameOfProtobufAsOfJson) {
  Answer(kRequest, Json(Recorded("pods-ns.json")));
  const std::vector<std::string> json = TextOf(Read());
  ASSERT_GT(json.size(), 1u);
  Answer(kRequest, Script{.headers = {{"content-type", "application/vnd.kubernetes.protobuf"}},
                          .body = Recorded("pods-ns.pb")});
  EXPECT_EQ(TextOf(Read()), json);
}

TEST_F(ApiMetricsReaderTest, RefusesProtobufThatIsNoList) {
  const std::string list = Recorded("pods-ns.pb");
  EXPECT_EQ(ReadError({.body = Recorded("pod.pb")}),
            "unable to decode the PodMetricsList: it is a PodMetrics");
  EXPECT_NE(ReadError({.body = list.substr(0, list.size() / 2)}), "no error");
  std::string lots = list;
  lots.replace(lots.find("10000075n"), 9, "lots-of-i");
  EXPECT_EQ(ReadError({.body = lots}),
            "unable to decode the PodMetricsList: quantities must match the regular expression "
            "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  EXPECT_EQ(ReadError({.status = 404,
                       .headers = {{"content-type", "application/vnd.kubernetes.protobuf"}},
                       .body = Recorded("notfound.pb")}),
            "node \"none\" not found");
}

std::string Repeated(const std::string& item, const std::string& separator, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text.append(i == 0 ? "" : separator).append(item);
  return text;
}

std::string Field(uint32_t number, const std::string& bytes) {
  std::string field;
  protozero::pbf_writer(field).add_bytes(number, bytes);
  return field;
}

std::string Resources(int count, const std::function<std::string(const std::string&)>& write) {
  std::string text;
  for (int i = 0; i < count; ++i) text += write("r" + std::to_string(i));
  return text;
}

// Whoever registers the API could else take all memory, and the time to search each name for.
TEST_F(ApiMetricsReaderTest, TakesOnlySoManyPodsContainersAndResources) {
  constexpr int kMost = 250'000;
  const auto pods = [](int count) { return R"({"items":[)" + Repeated("{}", ",", count) + "]}"; };
  const auto containers = [](int count) {
    return R"({"items":[{"containers":[)" + Repeated("{}", ",", count) + "]}]}";
  };
  // In two objects of one name, which are read as one.
  const auto resources = [](int count) {
    const auto write = [](const std::string& name) { return "\"" + name + "\":\"1\","; };
    return R"({"items":[{"containers":[{"usage":{)" + Resources(count - 1, write) +
           R"("x":"1"},"usage":{"y":"1"}}]}]})";
  };
  EXPECT_EQ(ReadError(Json(pods(kMost))), "no error");
  EXPECT_EQ(ReadError(Json(pods(kMost + 1))),
            "unable to decode the PodMetricsList: too many items: more than 250000 pods");
  EXPECT_EQ(ReadError(Json(containers(kMost))), "no error");
  EXPECT_EQ(ReadError(Json(containers(kMost + 1))),
            "unable to decode the PodMetricsList: too many items: more than 250000 containers");
  EXPECT_EQ(ReadError(Json(resources(99))), "no error");
  EXPECT_EQ(ReadError(Json(resources(100))),
            "unable to decode the PodMetricsList: a container names more than 100 resources");
}

TEST_F(ApiMetricsReaderTest, TakesNoMoreOfProtobuf) {
  constexpr int kMost = 250'000;
  const auto error_of = [&](const std::string& list) {
    return ReadError({.body = testing::Envelope("metrics.k8s.io/v1beta1", "PodMetricsList", list)});
  };
  const std::string pod = Field(2, "");
  const std::string container = Field(4, "");
  const auto resources = [&](int count) {
    const auto write = [](const std::string& name) {
      return Field(2, Field(1, name) + Field(2, Field(1, "1")));
    };
    return Field(2, Field(4, Resources(count, write)));
  };
  EXPECT_EQ(error_of(Repeated(pod, "", kMost)), "no error");
  EXPECT_EQ(error_of(Repeated(pod, "", kMost + 1)),
            "unable to decode the PodMetricsList: too many items: more than 250000 pods");
  EXPECT_EQ(error_of(Field(2, Repeated(container, "", kMost))), "no error");
  EXPECT_EQ(error_of(Field(2, container) + Field(2, Repeated(container, "", kMost))),
            "unable to decode the PodMetricsList: too many items: more than 250000 containers");
  EXPECT_EQ(error_of(resources(100)), "no error");
  EXPECT_EQ(error_of(resources(200'000)),
            "unable to decode the PodMetricsList: a container names more than 100 resources");
}

TEST_F(ApiMetricsReaderTest, WritesTheSelectorAsClientGo) {
  const struct {
    const char* selector;
    const char* query;
  } cases[] = {
      {"", ""},
      {"a.b/c=d_e-f.g", "?labelSelector=a.b%2Fc%3Dd_e-f.g"},
      {"!x,app in (a,b)", "?labelSelector=%21x%2Capp+in+%28a%2Cb%29"},
      {"n>1", "?labelSelector=n%3E1"},
  };
  for (const auto& [selector, query] : cases) {
    Read(selector);
    EXPECT_EQ(server_.requests().back().target,
              std::string("/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods") + query);
  }
}

TEST_F(ApiMetricsReaderTest, ErrorsHaveTheTextsOfClientGo) {
  EXPECT_EQ(ReadError(NoSuchPath()),
            "the server could not find the requested resource (get pods.metrics.k8s.io)");
  EXPECT_EQ(ReadError({.status = 503, .body = "service unavailable\n"}),
            "the server is currently unable to handle the request (get pods.metrics.k8s.io)");
  EXPECT_EQ(ReadError({.status = 500, .body = "oh \"no\"\n"}),
            "an error on the server (\"oh \\\"no\\\"\") has prevented the request from succeeding "
            "(get pods.metrics.k8s.io)");
  const std::string forbidden =
      "pods.metrics.k8s.io is forbidden: User 'hpa' cannot list resource 'pods' in API group "
      "'metrics.k8s.io' in the namespace 'shop'";
  EXPECT_EQ(ReadError(Failure(403, "Forbidden", forbidden)), forbidden);
  EXPECT_EQ(ReadError({.failure = absl::UnavailableError("connection refused")}),
            "connection refused");
  EXPECT_EQ(ReadError(Json("[]")),
            "unable to decode the PodMetricsList: The JSON element does not have the requested "
            "type.");
  EXPECT_EQ(ReadError(Json(R"({"items":[{"containers":[{"usage":{"cpu":"lots"}}]}]})")),
            "unable to decode the PodMetricsList: quantities must match the regular expression "
            "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  EXPECT_EQ(ReadError(Json(R"({"items":[{"window":"soon"}]})")),
            "unable to decode the PodMetricsList: time: invalid duration \"soon\"");
  EXPECT_NE(ReadError(Json(R"({"items":[{"metadata":{"name":7}}]})")), "no error");
  EXPECT_NE(ReadError(Json(R"({"items":[{"metadata":{"name":"web-1")")), "no error");
  EXPECT_NE(ReadError(Json("")), "no error");
}

}  // namespace
}  // namespace kubegauge::autoscaler
