#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>

#include "kube/config_map_watch.h"
#include "kube/node_cache.h"
#include "kube/pod_meta_cache.h"
#include "tests/fakes/constant_random.h"
#include "tests/kube/reflector_harness.h"

namespace kubegauge::kube {
namespace {

using testing::ConstantRandom;
using ::testing::ElementsAre;
using testing::Encoder;
using testing::ManualClock;
using testing::ManualSleeper;
using testing::RecordedBody;
using testing::ScriptedApiClient;
using Script = ScriptedApiClient::Script;

class CachesTest : public ::testing::Test {
 protected:
  static Script Body(const char* content_type, std::string body) {
    return {.headers = {{"content-type", content_type}}, .chunks = {std::move(body)}};
  }

  // Runs `cache` until all answers are digested.
  template <class Cache>
  void Run(Cache& cache, std::deque<Script> answers) {
    answers_ = std::move(answers);
    boost::asio::co_spawn(context_, cache.Run(), boost::asio::detached);
    context_.run();
  }

  ManualClock clock_;
  ManualSleeper sleeper_{clock_};
  ConstantRandom random_;
  spdlog::logger logger_{"silent"};
  boost::asio::io_context context_{1};
  std::deque<Script> answers_;
  ScriptedApiClient client_{[this](const ApiRequest&) -> Script {
    if (answers_.empty()) {
      context_.stop();
      return {.failure = absl::UnavailableError("the test is over")};
    }
    Script answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }};
  const ReflectorEnvironment environment_{client_, clock_, sleeper_, random_, logger_};
};

TEST_F(CachesTest, NodesAreListedByNameAndOnlyRealChangesCount) {
  std::string list = RecordedBody("nodes-list.json");
  // As it came, the list is of two nodes of 20: the rest lies behind its token.
  const size_t token = list.find(R"(,"continue":)");
  list.erase(token, list.find('"', token + 13) + 1 - token);
  const std::string heartbeat =
      R"({"type":"MODIFIED","object":{"metadata":{"name":"node-00000","resourceVersion":"570",)"
      R"("labels":{"kubernetes.io/hostname":"node-00000","kubernetes.io/os":"linux"}},"status":{)"
      R"("conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":"2030-01-01T00:00:00Z"}],)"
      R"("addresses":[{"type":"InternalIP","address":"127.1.0.0"},)"
      R"({"type":"Hostname","address":"node-00000"}],)"
      R"("daemonEndpoints":{"kubeletEndpoint":{"Port":10250}}}}})"
      "\n";
  NodeCache cache(environment_);
  std::vector<uint64_t> versions;
  cache.SetOnChange([&] { versions.push_back(cache.version()); });
  EXPECT_THAT(*cache.Nodes(), ElementsAre());
  EXPECT_FALSE(cache.synced());
  Run(cache, {Body("application/json", list), Body("application/json", heartbeat),
              Body("application/json", RecordedBody("watch-nodes.body"))});

  EXPECT_TRUE(cache.synced());
  EXPECT_THAT(versions, ElementsAre(1, 2)) << "the heartbeat is no change";
  const std::shared_ptr<const NodeList> nodes = cache.Nodes();
  ASSERT_EQ(nodes->size(), 2u);
  EXPECT_EQ((*nodes)[0]->meta->name(), "node-00000");
  EXPECT_EQ((*nodes)[1]->meta->name(), "node-00001");
  EXPECT_EQ((*nodes)[1]->meta->FindLabel("x"), "y");
  EXPECT_EQ(cache.Nodes(), nodes) << "the same list until something changes";
  EXPECT_EQ(client_.requests()[0].target, "/api/v1/nodes?limit=500&resourceVersion=0");
  EXPECT_EQ(client_.requests()[0].accept, "application/vnd.kubernetes.protobuf,application/json");
}

TEST_F(CachesTest, PodsAreAskedForAsMetadataOfRunningOnes) {
  PodMetaCache cache(environment_);
  const std::string list = testing::ProtobufList(
      "400", "", {testing::ProtobufObject({.namespace_name = "ns", .name = "p"})});
  Run(cache, {Body("application/vnd.kubernetes.protobuf", list),
              Body("application/vnd.kubernetes.protobuf;stream=watch",
                   RecordedBody("watch-pods-meta-pb.body"))});
  EXPECT_TRUE(cache.synced());
  EXPECT_EQ(cache.version(), 2u);
  EXPECT_EQ(cache.size(), 3u);
  EXPECT_EQ(cache.Pods().size(), 3u);
  // wire.md C.1.
  EXPECT_EQ(client_.requests()[0].target,
            "/api/v1/pods?fieldSelector=status.phase%3DRunning&limit=500&resourceVersion=0");
  EXPECT_EQ(client_.requests()[0].accept,
            "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,"
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json");
  EXPECT_EQ(client_.requests()[1].target,
            "/api/v1/pods?allowWatchBookmarks=true&fieldSelector=status.phase%3DRunning&"
            "resourceVersion=400&timeoutSeconds=300&watch=true");
  EXPECT_EQ(client_.requests()[1].accept,
            "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,"
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json");
}

TEST_F(CachesTest, OneConfigMapIsFollowedByName) {
  ConfigMapWatch watch("kube-system", "extension-apiserver-authentication", environment_);
  std::vector<std::string> seen;
  watch.SetOnChange([&] {
    const auto current = watch.Current();
    seen.push_back(current ? current->data.at("k") : "none");
  });
  const auto object = [](const char* value) {
    return std::string(R"({"metadata":{"name":"extension-apiserver-authentication",)"
                       R"("namespace":"kube-system","resourceVersion":"9"},"data":{"k":")") +
           value + "\"}}";
  };
  EXPECT_EQ(watch.Current(), nullptr);
  Run(watch, {Body("application/json", testing::JsonList("8", "", {object("1")})),
              Body("application/json", testing::JsonEvent("MODIFIED", object("2"))),
              Body("application/json", testing::JsonEvent("DELETED", object("2")))});
  EXPECT_THAT(seen, ElementsAre("1", "2", "none"));
  EXPECT_EQ(client_.requests()[0].target,
            "/api/v1/namespaces/kube-system/configmaps?fieldSelector=metadata.name%3D"
            "extension-apiserver-authentication&limit=500&resourceVersion=0");
}

}  // namespace
}  // namespace kubegauge::kube
