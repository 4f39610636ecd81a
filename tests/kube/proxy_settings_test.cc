#include "kube/proxy_settings.h"

#include <gmock/gmock.h>

namespace kubegauge::kube {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseServerUrl, SplitsWhatClientsConnectTo) {
  struct Row {
    std::string_view url;
    bool is_https;
    std::string_view host, port, path, host_port;
  };
  const std::vector<Row> rows = {
      {"https://10.0.0.1:6443", true, "10.0.0.1", "6443", "", "10.0.0.1:6443"},
      {"https://k8s.example.com", true, "k8s.example.com", "443", "", "k8s.example.com:443"},
      {"HTTPS://a/", true, "a", "443", "", "a:443"},
      {"https://rancher/k8s/clusters/c-1/", true, "rancher", "443", "/k8s/clusters/c-1",
       "rancher:443"},
      {"https://[fd00::1]:6443", true, "fd00::1", "6443", "", "[fd00::1]:6443"},
      {"https://[::1]", true, "::1", "443", "", "[::1]:443"},
      {"http://localhost:8080", false, "localhost", "8080", "", "localhost:8080"},
      {"localhost:8080", false, "localhost", "8080", "", "localhost:8080"},
  };
  for (const Row& row : rows) {
    const auto address = ParseServerUrl(row.url);
    ASSERT_TRUE(address.ok()) << row.url << address.status().ToString();
    EXPECT_EQ(address->is_https, row.is_https) << row.url;
    EXPECT_EQ(address->host, row.host);
    EXPECT_EQ(address->port, row.port);
    EXPECT_EQ(address->path, row.path);
    EXPECT_EQ(address->HostPort(), row.host_port);
  }
}

TEST(ParseServerUrl, RefusesOtherUrlsWithoutRepeatingThem) {
  for (const std::string_view url :
       {"", "https://", "ftp://SECRET", "https://u:SECRET@h", "https://h:SECRET", "https://h:0",
        "https://h:65536", "https://h/?SECRET", "https://SECRET h", "https://h:1:2",
        "https://[zz]:1"}) {
    const auto address = ParseServerUrl(url);
    EXPECT_TRUE(absl::IsInvalidArgument(address.status())) << url;
    EXPECT_THAT(address.status().ToString(), Not(HasSubstr("SECRET")));
  }
}

// Rows of the tests of Go's golang.org/x/net/http/httpproxy.
TEST(IsProxyBypassed, HoldsHostsToTheListAsGoDoes) {
  constexpr std::string_view kList =
      "foobar.com, .barbaz.net, *.wild.org, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, "
      "10.0.0.0/30, 2001:db8::52:0:1, [2001:db8::52:0:2]:443, [2001:db8::52:0:3]:80, "
      "2002:db8:a::45/64";
  const std::vector<std::pair<std::string_view, bool>> rows = {
      {"http://192.168.1.1", true},
      {"http://192.168.1.2", false},
      {"http://192.168.1.3", true},
      {"http://192.168.1.4", false},
      {"http://10.0.0.2", true},
      {"http://10.0.0.4", false},
      {"http://[2001:db8::52:0:1]", true},
      {"http://[2001:db8::52:0:2]", false},
      {"https://[2001:db8::52:0:2]", true},
      {"http://[2001:db8::52:0:3]", true},
      {"http://[2002:db8:a::123]", true},
      {"http://[2002:db8:b::123]", false},
      {"http://foobar.com", true},
      {"http://www.foobar.com", true},
      {"http://FooBar.COM", true},
      {"http://xfoobar.com", false},
      {"http://barbaz.net", false},
      {"http://www.barbaz.net", true},
      {"http://wild.org", false},
      {"http://a.wild.org", true},
      {"http://other", false},
  };
  for (const auto& [url, bypassed] : rows) {
    EXPECT_EQ(IsProxyBypassed(*ParseServerUrl(url), kList), bypassed) << url;
  }
  EXPECT_TRUE(IsProxyBypassed(*ParseServerUrl("https://any"), " x,*"));
  for (const std::string_view list :
       {"", ",", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "/8", "."}) {
    EXPECT_FALSE(IsProxyBypassed(*ParseServerUrl("https://10.0.0.1"), list)) << list;
  }
}

TEST(ProxyFromEnvironment, ReadsTheVariableOfTheScheme) {
  const auto https = *ParseServerUrl("https://h");
  const auto http = *ParseServerUrl("http://h");
  const Environment both = {{"HTTPS_PROXY", "http://s"}, {"http_proxy", "http://p"}};
  EXPECT_EQ(ProxyFromEnvironment(https, both), "http://s");
  EXPECT_EQ(ProxyFromEnvironment(http, both), "http://p");
  EXPECT_EQ(ProxyFromEnvironment(https, {{"HTTP_PROXY", "http://p"}}), "");
  EXPECT_EQ(ProxyFromEnvironment(https, {{"https_proxy", "http://p"}, {"no_proxy", "h"}}), "");
  for (const std::string_view url :
       {"https://localhost", "https://127.0.0.9", "https://[::1]:6443"}) {
    EXPECT_EQ(ProxyFromEnvironment(*ParseServerUrl(url), both), "") << url;
  }
}

}  // namespace
}  // namespace kubegauge::kube
