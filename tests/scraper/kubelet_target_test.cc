#include "scraper/kubelet_target.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kubegauge::scraper {
namespace {

kube::NodeInfo Node(std::vector<kube::NodeAddress> addresses) {
  return {.meta = kube::ObjectMeta::Create("", "node-1"), .addresses = std::move(addresses)};
}

const std::vector<kube::NodeAddress> kAddresses = {{"InternalIP", "10.0.0.1"},
                                                   {"Hostname", "worker-1"},
                                                   {"InternalIP", "fd00::1"},
                                                   {"ExternalIP", "203.0.113.9"}};

TEST(KubeletTargetTest, TakesTheFirstAddressOfTheFirstTypeThatTheNodeHas) {
  struct Case {
    std::vector<std::string> types;
    std::string host;
  };
  const std::vector<Case> cases = {
      {{"InternalIP", "ExternalIP", "Hostname"}, "10.0.0.1"},
      {{"Hostname", "InternalDNS", "InternalIP", "ExternalDNS", "ExternalIP"}, "worker-1"},
      {{"InternalDNS", "ExternalDNS", "ExternalIP"}, "203.0.113.9"},
  };
  for (const Case& c : cases) {
    const auto target = ResolveKubelet(Node(kAddresses), {.address_types = c.types});
    ASSERT_TRUE(target.ok()) << target.status().ToString();
    EXPECT_EQ(target->host, c.host);
    EXPECT_EQ(target->node, "node-1");
  }
}

TEST(KubeletTargetTest, SaysAsUpstreamThatNoAddressMatches) {
  const auto target = ResolveKubelet(Node({{"InternalDNS", "worker-1.internal"}}),
                                     {.address_types = {"InternalIP", "Hostname"}});
  EXPECT_EQ(std::string(target.status().message()),
            "no address matched types [InternalIP Hostname]");
}

TEST(KubeletTargetTest, TakesThePortOfTheNodeStatusOnlyWhereAskedToAndThereIsOne) {
  struct Case {
    bool use_node_status_port;
    uint16_t status_port;
    uint16_t port;
  };
  for (const Case& c : {Case{false, 0, 10250}, Case{false, 4194, 10250}, Case{true, 0, 10250},
                        Case{true, 4194, 4194}}) {
    kube::NodeInfo node = Node(kAddresses);
    node.kubelet_port = c.status_port;
    const auto target = ResolveKubelet(node, {.address_types = {"Hostname"},
                                              .port = 10250,
                                              .use_node_status_port = c.use_node_status_port});
    EXPECT_EQ(target->port, c.port);
  }
}

// Right: the path of url.URL{Host: "h", Path: left}.String() in Go.
TEST(KubeletTargetTest, EscapesThePathOfTheAnnotationAsGoDoes) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "/metrics/resource"},
      {"/metrics/alternative", "/metrics/alternative"},
      {"metrics", "/metrics"},
      {"/stats?only=cpu", "/stats%3Fonly=cpu"},
      {"/a b", "/a%20b"},
      {"/a%2Fb", "/a%252Fb"},
      {"/$&+,:;=@-_.~", "/$&+,:;=@-_.~"},
      {"/!'()*#[]", "/%21%27%28%29%2A%23%5B%5D"},
      {"/\r\nHost: evil", "/%0D%0AHost:%20evil"},
      {"/é", "/%C3%A9"},
  };
  for (const auto& [annotation, path] : cases) {
    kube::NodeInfo node = Node(kAddresses);
    node.resource_metrics_path = annotation;
    EXPECT_EQ(ResolveKubelet(node, {.address_types = {"Hostname"}})->resource_path, path);
  }
}

// Kubelets write the addresses of their own nodes.
TEST(KubeletTargetTest, TakesNothingForAnAddressThatCouldDoMoreInARequestThanNameAHost) {
  const auto resolve = [](const std::string& address) {
    return ResolveKubelet(Node({{"Hostname", address}}), {.address_types = {"Hostname"}});
  };
  for (const char* address :
       {"10.0.0.1", "fd00::1", "::ffff:10.0.0.1", "worker_1.Internal", "xn--bcher-kva.example."}) {
    EXPECT_EQ(resolve(address).value().host, address);
  }
  for (const std::string& address :
       {std::string(), std::string("::ffff:127.0.0.1%0"), std::string("fe80::1%eth0"),
        std::string("::1\0", 4), std::string("::1%0\r\n\r\nDELETE / HTTP/1.1\r\nX: "),
        std::string("worker-1 HTTP/1.1"), std::string("worker-1\nX: a"), std::string("[::1]"),
        std::string("worker-1:80"), std::string("user@worker-1"), std::string("worker-1/a?b#c"),
        std::string("bücher"), std::string(254, 'a')}) {
    EXPECT_TRUE(absl::IsInvalidArgument(resolve(address).status())) << address;
  }
}

TEST(KubeletTargetTest, ShowsOnlyTheBeginningOfAnAddressThatCannotBeUsedInPlainCharacters) {
  const auto target = ResolveKubelet(Node({{"Hostname", "a\r\n\"" + std::string(1'000'000, 'x')}}),
                                     {.address_types = {"Hostname"}});
  EXPECT_EQ(std::string(target.status().message()),
            "the address \"a\\r\\n\\\"" + std::string(56, 'x') +
                "\" of 1000004 bytes is neither an IP address nor a DNS name");
}

TEST(KubeletTargetTest, PutsIpV6IntoBrackets) {
  EXPECT_EQ(AuthorityOf({.host = "10.0.0.1", .port = 10250}), "10.0.0.1:10250");
  EXPECT_EQ(AuthorityOf({.host = "worker-1", .port = 443}), "worker-1:443");
  EXPECT_EQ(AuthorityOf({.host = "fd00::1", .port = 10250}), "[fd00::1]:10250");
}

}  // namespace
}  // namespace kubegauge::scraper
