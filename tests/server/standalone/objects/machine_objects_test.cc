// The machine's node, pods and namespaces, as clients see them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "kube/random_source.h"
#include "kube/sleeper.h"
#include "server/standalone/objects/inventory_mirror.h"
#include "server/standalone/objects/objects_api.h"
#include "tests/apiservice/exchange.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::server {
namespace {

using testing::Answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20Z
constexpr char kTableAccept[] =
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/"
    "json;as=Table;v=v1beta1;g=meta.k8s.io,"
    "application/json";

NodeRecord Node() {
  return {.name = "box",
          .uid = "u-node",
          .labels = {{"kubernetes.io/arch", "amd64"},
                     {"kubernetes.io/hostname", "box"},
                     {"kubernetes.io/os", "linux"}},
          .creation_ns = kNow - 3600 * 10 * kSecond,
          .capacity = {.cpu_millicores = 2000, .memory_bytes = int64_t{4} << 30, .pods = 110},
          .allocatable = {.cpu_millicores = 1500, .memory_bytes = 1000, .pods = 110},
          .internal_ip = "10.0.0.7",
          .hostname = "box",
          .system = {.machine_id = "m",
                     .kernel_version = "6.1",
                     .os_image = "Debian",
                     .kubelet_version = "v0",
                     .operating_system = "linux",
                     .architecture = "amd64"}};
}

PodRecord Pod(std::string namespace_name, std::string name, Labels labels = {}) {
  return {.namespace_name = std::move(namespace_name),
          .name = std::move(name),
          .uid = "u-pod",
          .labels = std::move(labels),
          .creation_ns = kNow - 150 * kSecond,
          .node_name = "box",
          .qos_class = "BestEffort",
          .containers = {
              {.name = "c", .container_id = "containerd://abc", .start_ns = kNow - 140 * kSecond}}};
}

class MachineObjectsTest : public ::testing::Test {
 protected:
  MachineObjectsTest() { mirror_.Show(*inventory_); }

  Answer Get(const std::string& target, const std::string& accept = "application/json",
             const std::string& method = "GET") {
    return testing::Ask(api_, testing::MakeRequest(target, {{"Accept", accept}}, method));
  }
  // The names of the items of a list, as namespace/name for pods.
  std::vector<std::string> Names(const std::string& target) {
    const Answer answer = Get(target);
    EXPECT_EQ(answer.status, 200u) << answer.body;
    std::vector<std::string> names;
    const Json list = Json::parse(answer.body);
    for (const auto& item : list["items"]) {
      const auto& metadata = item["metadata"];
      const std::string name = metadata["name"].get<std::string>();
      names.push_back(metadata.contains("namespace")
                          ? metadata["namespace"].get<std::string>() + "/" + name
                          : name);
    }
    return names;
  }

  // With all resource versions alike.
  static std::string WithoutVersions(const std::string& body) {
    static const std::regex version(R"re("resourceVersion":"[0-9]+")re");
    return std::regex_replace(body, version, R"("resourceVersion":"569")");
  }

  testing::ManualClock clock_{kNow};
  std::shared_ptr<const Inventory> inventory_ = NextInventory(
      nullptr, Node(),
      {Pod("luffy", "busy", {{"app", "busy"}, {"tier", "back"}}), Pod("luffy", "mysql"),
       Pod("web", "front-1", {{"app", "front"}}), Pod("web", "front-2", {{"app", "front"}})},
      569);
  kube::SystemRandom random_;
  kube::TimerSleeper sleeper_;
  ObjectStore store_{500};
  InventoryMirror mirror_{store_, clock_};
  ObjectsApi api_{{.store = store_, .clock = clock_, .random = random_, .sleeper = sleeper_}};
};

TEST_F(MachineObjectsTest, ShowsTheNode) {
  EXPECT_EQ(
      WithoutVersions(Get("/api/v1/nodes/box").body),
      R"({"kind":"Node","apiVersion":"v1","metadata":{"name":"box","uid":"u-node","resourceVersion":"569",)"
      R"("creationTimestamp":"2023-11-14T12:13:20Z","labels":{"kubernetes.io/arch":"amd64",)"
      R"("kubernetes.io/hostname":"box","kubernetes.io/os":"linux"}},"spec":{},"status":{)"
      R"("capacity":{"cpu":"2","memory":"4194304Ki","pods":"110"},)"
      R"("allocatable":{"cpu":"1500m","memory":"1000","pods":"110"},)"
      R"("conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":"2023-11-14T22:13:20Z",)"
      R"("lastTransitionTime":"2023-11-14T12:13:20Z","reason":"KubegaugeReady",)"
      R"("message":"kubegauge reads the cgroups of this machine"}],)"
      R"("addresses":[{"type":"InternalIP","address":"10.0.0.7"},{"type":"Hostname","address":"box"}],)"
      R"("daemonEndpoints":{"kubeletEndpoint":{"Port":0}},"nodeInfo":{"machineID":"m","systemUUID":"",)"
      R"("bootID":"","kernelVersion":"6.1","osImage":"Debian","containerRuntimeVersion":"",)"
      R"("kubeletVersion":"v0","kubeProxyVersion":"","operatingSystem":"linux","architecture":"amd64"}}})"
      "\n");
}

TEST_F(MachineObjectsTest, ShowsAPod) {
  EXPECT_EQ(
      WithoutVersions(Get("/api/v1/namespaces/luffy/pods/busy").body),
      R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"busy","namespace":"luffy","uid":"u-pod",)"
      R"("resourceVersion":"569","creationTimestamp":"2023-11-14T22:10:50Z",)"
      R"("labels":{"app":"busy","tier":"back"}},)"
      R"("spec":{"containers":[{"name":"c","resources":{}}],"nodeName":"box"},"status":{"phase":"Running",)"
      R"("conditions":[{"type":"Ready","status":"True","lastProbeTime":null,)"
      R"("lastTransitionTime":"2023-11-14T22:10:50Z"}],"hostIP":"10.0.0.7",)"
      R"("startTime":"2023-11-14T22:10:50Z","containerStatuses":[{"name":"c",)"
      R"("state":{"running":{"startedAt":"2023-11-14T22:11:00Z"}},"lastState":{},"ready":true,)"
      R"("restartCount":0,"image":"","imageID":"","containerID":"containerd://abc","started":true}],)"
      R"("qosClass":"BestEffort"}})"
      "\n");
}

TEST_F(MachineObjectsTest, ShowsANamespace) {
  EXPECT_EQ(Get("/api/v1/namespaces/default").status, 200u);
  EXPECT_THAT(Get("/api/v1/namespaces/web").body,
              HasSubstr(R"("labels":{"kubernetes.io/metadata.name":"web"}},)"
                        R"("spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}})"));
}

// Whether the keys of `ours` come in the order of `recorded`, at every depth that both have.
void ExpectSameKeyOrder(const Json& ours, const Json& recorded, const std::string& path) {
  if (ours.is_array() && recorded.is_array()) {
    if (!ours.empty() && !recorded.empty()) {
      ExpectSameKeyOrder(ours[0], recorded[0], path + "[]");
    }
    return;
  }
  if (!ours.is_object() || !recorded.is_object()) return;
  std::vector<std::string> our_keys;
  std::vector<std::string> recorded_keys;
  for (const auto& [key, value] : ours.items()) {
    if (recorded.contains(key)) our_keys.push_back(key);
  }
  for (const auto& [key, value] : recorded.items()) {
    if (ours.contains(key)) recorded_keys.push_back(key);
  }
  EXPECT_EQ(our_keys, recorded_keys) << "at " << path;
  for (const std::string& key : our_keys) {
    ExpectSameKeyOrder(ours[key], recorded[key], path + "." + key);
  }
}

TEST_F(MachineObjectsTest, KeepsKubeApiserversKeyOrder) {
  for (const std::string resource : {"nodes", "pods"}) {
    std::ifstream file(std::string(TESTDATA_DIR) + "/kube-apiserver-1.26/" + resource +
                       "-list.json");
    const Json recorded = Json::parse(file);
    ASSERT_EQ(recorded["items"].size(), 2u);
    ExpectSameKeyOrder(Json::parse(Get("/api/v1/" + resource + "?limit=1").body), recorded,
                       resource);
  }
}

TEST_F(MachineObjectsTest, ListsByNamespaceAndName) {
  EXPECT_THAT(Names("/api/v1/nodes"), ElementsAre("box"));
  EXPECT_THAT(Names("/api/v1/namespaces"), ElementsAre("default", "kube-system", "luffy", "web"));
  EXPECT_THAT(Names("/api/v1/pods/"),
              ElementsAre("luffy/busy", "luffy/mysql", "web/front-1", "web/front-2"));
  EXPECT_THAT(Names("/api/v1/namespaces/web/pods"), ElementsAre("web/front-1", "web/front-2"));
  EXPECT_THAT(Names("/api/v1/namespaces/nowhere/pods"), ElementsAre());
  EXPECT_THAT(WithoutVersions(Get("/api/v1/pods").body),
              ::testing::StartsWith(
                  R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"569"},)"
                  R"("items":[{"metadata":{)"));
}

TEST_F(MachineObjectsTest, Selects) {
  const struct {
    const char* query;
    std::vector<std::string> names;
  } kCases[] = {
      {"labelSelector=app", {"luffy/busy", "web/front-1", "web/front-2"}},
      {"labelSelector=app%3Dfront", {"web/front-1", "web/front-2"}},
      {"labelSelector=!app", {"luffy/mysql"}},
      {"labelSelector=app+in+(busy),tier%21%3Dfront", {"luffy/busy"}},
      {"fieldSelector=metadata.name%3Dmysql", {"luffy/mysql"}},
      {"fieldSelector=metadata.namespace!%3Dluffy", {"web/front-1", "web/front-2"}},
      // What `kubectl describe node` asks.
      {"fieldSelector=spec.nodeName%3Dbox%2Cstatus.phase%21%3DFailed%2Cstatus.phase%21%3DSucceeded",
       {"luffy/busy", "luffy/mysql", "web/front-1", "web/front-2"}},
      {"fieldSelector=spec.nodeName%3Dother", {}},
      {"fieldSelector=status.phase%3DPending", {}},
      {"fieldSelector=metadata.name%3Dfront-1&labelSelector=app%3Dbusy", {}},
  };
  for (const auto& [query, names] : kCases) {
    EXPECT_EQ(Names(std::string("/api/v1/pods?") + query), names) << query;
  }
  EXPECT_THAT(Names("/api/v1/nodes?fieldSelector=spec.unschedulable%3Dfalse"), ElementsAre("box"));
  EXPECT_THAT(Names("/api/v1/namespaces?labelSelector=kubernetes.io/metadata.name%3Dweb"),
              ElementsAre("web"));
}

TEST_F(MachineObjectsTest, Pages) {
  for (const int limit : {1, 2, 3, 4, 5}) {
    std::vector<std::string> seen;
    std::string token;
    do {
      const Json page = Json::parse(
          Get("/api/v1/pods?limit=" + std::to_string(limit) + "&continue=" + token).body);
      for (const auto& item : page["items"]) seen.push_back(item["metadata"]["name"]);
      EXPECT_LE(page["items"].size(), static_cast<size_t>(limit));
      token = page["metadata"].value("continue", "");
      if (!token.empty()) {
        EXPECT_EQ(page["metadata"]["remainingItemCount"], 4 - seen.size());
      }
    } while (!token.empty() && seen.size() < 10);
    EXPECT_THAT(seen, ElementsAre("busy", "mysql", "front-1", "front-2")) << limit;
  }
}

TEST_F(MachineObjectsTest, PagesGoOnBehindAPodThatIsGone) {
  const Json first = Json::parse(Get("/api/v1/pods?limit=2").body);
  mirror_.Show(
      *NextInventory(inventory_, Node(), {Pod("luffy", "busy"), Pod("web", "front-2")}, 569));
  EXPECT_THAT(
      Names("/api/v1/pods?limit=2&continue=" + first["metadata"]["continue"].get<std::string>()),
      ElementsAre("web/front-2"));
}

TEST_F(MachineObjectsTest, DoesNotCountTheRestOfASelection) {
  const Json page = Json::parse(Get("/api/v1/pods?limit=1&labelSelector=app").body);
  EXPECT_TRUE(page["metadata"].contains("continue"));
  EXPECT_FALSE(page["metadata"].contains("remainingItemCount"));
}

// The cells of each row of a Table, joined by '|'.
std::vector<std::string> Rows(const Answer& answer) {
  std::vector<std::string> rows;
  const Json table = Json::parse(answer.body);
  for (const auto& row : table["rows"]) {
    std::string text;
    for (const auto& cell : row["cells"]) {
      text += (text.empty() ? "" : "|") + cell.get<std::string>();
    }
    rows.push_back(text);
  }
  return rows;
}

std::string Columns(const Answer& answer) {
  std::string text;
  const Json table = Json::parse(answer.body);
  for (const auto& column : table["columnDefinitions"]) {
    text += column["name"].get<std::string>() + std::to_string(column["priority"].get<int>()) + " ";
  }
  return text;
}

TEST_F(MachineObjectsTest, MakesTables) {
  const Answer nodes = Get("/api/v1/nodes", kTableAccept);
  EXPECT_EQ(Columns(nodes),
            "Name0 Status0 Roles0 Age0 Version0 Internal-IP1 External-IP1 OS-Image1 "
            "Kernel-Version1 Container-Runtime1 ");
  EXPECT_THAT(Rows(nodes),
              ElementsAre("box|Ready|<none>|10h|v0|10.0.0.7|<none>|Debian|6.1|<unknown>"));

  const Answer pods = Get("/api/v1/namespaces/luffy/pods", kTableAccept);
  EXPECT_EQ(Columns(pods),
            "Name0 Ready0 Status0 Restarts0 Age0 IP1 Node1 Nominated Node1 Readiness Gates1 ");
  EXPECT_THAT(Rows(pods), ElementsAre("busy|1/1|Running|0|2m30s|<none>|box|<none>|<none>",
                                      "mysql|1/1|Running|0|2m30s|<none>|box|<none>|<none>"));

  const Answer namespaces = Get("/api/v1/namespaces/web", kTableAccept);
  EXPECT_EQ(Columns(namespaces), "Name0 Status0 Age0 ");
  EXPECT_THAT(Rows(namespaces), ElementsAre("web|Active|10h"));
}

TEST_F(MachineObjectsTest, RowsCarryWhatIncludeObjectAsks) {
  const std::string path = "/api/v1/nodes/box";
  EXPECT_THAT(Get(path, kTableAccept).body,
              HasSubstr(R"("object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1",)"
                        R"("metadata":{"name":"box",)"));
  EXPECT_THAT(Get(path, "application/json;as=Table;g=meta.k8s.io;v=v1beta1").body,
              HasSubstr(R"("apiVersion":"meta.k8s.io/v1beta1")"));
  EXPECT_THAT(Get(path + "?includeObject=Object", kTableAccept).body,
              HasSubstr(R"("object":{"kind":"Node","apiVersion":"v1","metadata":{"name":"box",)"));
  EXPECT_THAT(Get(path + "?includeObject=None", kTableAccept).body, HasSubstr(R"("object":null)"));
  const Answer bad = Get(path + "?includeObject=%22All%22", kTableAccept);
  EXPECT_EQ(bad.status, 400u);
  EXPECT_EQ(Json::parse(bad.body)["message"],
            "Unable to convert to Table as requested: includeObject: Invalid value: "
            R"("\"All\"": must be 'Metadata', 'Object', 'None', or empty)");
}

TEST_F(MachineObjectsTest, EmptyTablesHaveColumnsAndNoRows) {
  const Json table = Json::parse(Get("/api/v1/namespaces/nowhere/pods", kTableAccept).body);
  EXPECT_EQ(table["columnDefinitions"].size(), 9u);
  EXPECT_EQ(table["rows"], Json::array());
}

TEST_F(MachineObjectsTest, EscapesAsGoDoes) {
  EXPECT_THAT(Get("/api/v1/nodes", kTableAccept).body, HasSubstr(R"("\u003cnone\u003e")"));
}

TEST_F(MachineObjectsTest, AnswersErrorsAsKubeApiserver) {
  const struct {
    const char* method;
    const char* target;
    unsigned status;
    const char* message;
  } kCases[] = {
      {"GET", "/api/v1/nodes/other", 404, R"(nodes \"other\" not found)"},
      {"GET", "/api/v1/namespaces/other", 404, R"(namespaces \"other\" not found)"},
      {"GET", "/api/v1/namespaces/web/pods/busy", 404, R"(pods \"busy\" not found)"},
      {"GET", "/api/v1/configmaps", 404, "the server could not find the requested resource"},
      {"GET", "/api/v2/nodes", 404, "the server could not find the requested resource"},
      {"GET", "/api/v1/nodes/box/proxy", 404, "the server could not find the requested resource"},
      {"GET", "/api/v1/pods/busy", 404, "the server could not find the requested resource"},
      {"GET", "/api/v1/namespaces/web/nodes", 404,
       "the server could not find the requested resource"},
      {"GET", "/api/v1/watch/nodes", 404, "the server could not find the requested resource"},
      {"POST", "/api/v1/nodes", 405,
       "the server does not allow this method on the requested resource"},
      {"DELETE", "/api/v1/namespaces/web", 405,
       "the server does not allow this method on the requested resource"},
      {"DELETE", "/api/v1/namespaces/web/pods/front-1", 405,
       "the server does not allow this method on the requested resource"},
      {"GET", "/api/v1/pods?fieldSelector=spec.foo%3Dx", 400,
       "field label not supported: spec.foo"},
      {"GET", "/api/v1/nodes?fieldSelector=status.phase%3Dx", 400,
       "field label not supported: status.phase"},
      {"GET", "/api/v1/pods?labelSelector=%21%21", 400, "unable to parse requirement"},
      {"GET", "/api/v1/pods?limit=many", 400,
       R"(strconv.ParseInt: parsing \"many\": invalid syntax)"},
      {"GET", "/api/v1/pods?continue=zzz", 400, "continue key is not valid"},
      {"GET", "/api/v1/pods?continue=zzz&resourceVersion=4", 400,
       "specifying resource version is not allowed when using continue"},
  };
  for (const auto& [method, target, status, message] : kCases) {
    const Answer answer = Get(target, "application/json", method);
    EXPECT_EQ(answer.status, status) << target;
    EXPECT_THAT(answer.body, HasSubstr(message)) << target;
    EXPECT_THAT(answer.body, ::testing::StartsWith(R"({"kind":"Status","apiVersion":"v1",)"));
  }
  EXPECT_EQ(Get("/api/v1/nodes", "application/vnd.kubernetes.protobuf").status, 406u);
  EXPECT_EQ(Get("/api/v1/nodes", "application/vnd.kubernetes.protobuf, */*").status, 200u);
}

TEST_F(MachineObjectsTest, IndentsForPeople) {
  const Answer answer =
      testing::Ask(api_, testing::MakeRequest("/api/v1/nodes/box", {{"User-Agent", "curl/8"}}));
  EXPECT_THAT(answer.body, ::testing::StartsWith("{\n  \"kind\": \"Node\",\n"));
}

}  // namespace
}  // namespace kubegauge::server
