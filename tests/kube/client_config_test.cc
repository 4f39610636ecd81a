#include "kube/client_config.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/temporary_directory.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr char kServiceAccount[] = "var/run/secrets/kubernetes.io/serviceaccount/";

absl::StatusOr<ClientConfig> FromYaml(std::string_view text, const Environment& environment = {}) {
  const auto kubeconfig = ParseKubeconfig(text, "/d");
  if (!kubeconfig.ok()) return kubeconfig.status();
  return ClientConfigFromKubeconfig(*kubeconfig, "", environment);
}

// A kubeconfig with one cluster, one user and a context of the two.
std::string OneOfEach(const std::string& cluster, const std::string& user) {
  return "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
         "clusters: [{name: c, cluster: {server: 'https://h', " +
         cluster +
         "}}]\n"
         "users: [{name: u, user: {" +
         user + "}}]\n";
}

TEST(ClientConfig, TakesAContextsClusterAndUser) {
  const auto config = FromYaml(OneOfEach(
      "tls-server-name: n, certificate-authority: ca",
      "token: t, as: jane, as-uid: '7', as-groups: [g, h], as-user-extra: {'a/B%': [x, y]}"));
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->server.HostPort(), "h:443");
  EXPECT_EQ(config->tls_server_name, "n");
  EXPECT_EQ(config->authority.path, "/d/ca");
  EXPECT_EQ(config->token, "t");
  EXPECT_THAT(config->impersonation_headers,
              ElementsAre(Pair("Impersonate-User", "jane"), Pair("Impersonate-Uid", "7"),
                          Pair("Impersonate-Group", "g"), Pair("Impersonate-Group", "h"),
                          Pair("Impersonate-Extra-a%2FB%25", "x"),
                          Pair("Impersonate-Extra-a%2FB%25", "y")));
}

TEST(ClientConfig, PrefersTheClustersProxyToTheEnvironments) {
  const Environment environment = {{"HTTPS_PROXY", "http://env"}, {"NO_PROXY", ""}};
  EXPECT_EQ(FromYaml(OneOfEach("proxy-url: 'http://own'", ""), environment)->proxy_url,
            "http://own");
  EXPECT_EQ(FromYaml(OneOfEach("", ""), environment)->proxy_url, "http://env");
}

TEST(ClientConfig, SaysWhatIsMissingOrDoesNotGoTogether) {
  constexpr std::string_view kExec = "exec: {command: p, ";
  const std::vector<std::pair<std::string, std::string_view>> rows = {
      {"clusters: []", "no current-context"},
      {"current-context: x", "no context \"x\""},
      {"current-context: x\ncontexts: [{name: x, context: {cluster: c}}]",
       "no cluster \"c\", which context \"x\" names"},
      {"current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
       "clusters: [{name: c, cluster: {server: h}}]",
       "no user \"u\", which context \"x\" names"},
      {OneOfEach("server: 'gopher://h'", ""), "neither http nor https"},
      {OneOfEach("insecure-skip-tls-verify: true, certificate-authority: f", ""),
       "exclude each other"},
      {OneOfEach("", "client-certificate: f"), "must come together"},
      {OneOfEach("", "client-key-data: SECRE3==, token: t"), "must come together"},
      {OneOfEach("", "token: SECRET, username: u"), "token and username exclude each other"},
      {OneOfEach("", "token: \"SECRET\\n\""), "token holds a line break"},
      {OneOfEach("", "as-groups: [g]"), "need as"},
      {OneOfEach("", "as: \"a\\rb\""), "Impersonate-User holds a control character"},
      {OneOfEach("", "auth-provider: {name: gcp}"), "auth-provider \"gcp\" is no longer known"},
      {OneOfEach("", "exec: {}"), "exec has no command"},
      {OneOfEach("", fmt::format("{}}}", kExec)), "exec has apiVersion \"\""},
      {OneOfEach("", fmt::format("{}apiVersion: client.authentication.k8s.io/v1alpha1}}", kExec)),
       "must be client.authentication.k8s.io/v1 or …/v1beta1"},
      {OneOfEach("", fmt::format("{}apiVersion: client.authentication.k8s.io/v1}}", kExec)),
       "exec needs interactiveMode"},
      {OneOfEach("", fmt::format("{}apiVersion: client.authentication.k8s.io/v1, interactiveMode: "
                                 "Always}}",
                                 kExec)),
       "there is no terminal"},
  };
  for (const auto& [text, error] : rows) {
    const absl::Status status = FromYaml(text).status();
    EXPECT_THAT(status.ToString(), HasSubstr(std::string(error))) << text;
    EXPECT_THAT(status.ToString(), Not(HasSubstr("SECRE"))) << text;
  }
  EXPECT_TRUE(FromYaml(OneOfEach("", fmt::format("{}apiVersion: "
                                                 "client.authentication.k8s.io/v1beta1}}",
                                                 kExec)))
                  .ok());
}

class InClusterTest : public ::testing::Test {
 protected:
  void WriteServiceAccount() const {
    root_.Write(kServiceAccount + std::string("ca.crt"), "CA");
    root_.Write(kServiceAccount + std::string("token"), "T");
  }
  absl::StatusOr<ClientConfig> Load(const std::string& host, const std::string& port) const {
    return ServerClientConfig("", root_.path(),
                              {{"KUBERNETES_SERVICE_HOST", host},
                               {"KUBERNETES_SERVICE_PORT", port},
                               {"HTTPS_PROXY", "http://p"},
                               {"NO_PROXY", "10.96.0.0/12"}});
  }
  const TemporaryDirectory root_;
};

TEST_F(InClusterTest, TakesTheServiceAccountAndTheServicesAddress) {
  WriteServiceAccount();
  auto config = Load("10.96.0.1", "443");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_TRUE(config->server.is_https);
  EXPECT_EQ(config->server.HostPort(), "10.96.0.1:443");
  EXPECT_EQ(config->authority.path, root_.path() / kServiceAccount / "ca.crt");
  EXPECT_EQ(config->token_file, root_.path() / kServiceAccount / "token");
  EXPECT_EQ(config->namespace_name, "");
  EXPECT_EQ(config->proxy_url, "");
  root_.Write(kServiceAccount + std::string("namespace"), "kube-system\n");
  config = Load("fd00::1", "6443");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->server.HostPort(), "[fd00::1]:6443");
  EXPECT_EQ(config->namespace_name, "kube-system");
  EXPECT_EQ(config->proxy_url, "http://p");
}

TEST_F(InClusterTest, SaysWhatIsMissing) {
  EXPECT_TRUE(absl::IsNotFound(Load("", "443").status()));
  EXPECT_THAT(Load("10.96.0.1", "").status().ToString(), HasSubstr("not in a pod"));
  EXPECT_THAT(Load("10.96.0.1", "443").status().ToString(),
              AllOf(HasSubstr("automountServiceAccountToken"), HasSubstr("ca.crt")));
  WriteServiceAccount();
  EXPECT_THAT(Load("10.96.0.1", "x").status().ToString(), HasSubstr("KUBERNETES_SERVICE_HOST"));
}

TEST_F(InClusterTest, GivesWayToAKubeconfigThatIsNamed) {
  const std::string path = root_.Write("config", OneOfEach("", "token: t"));
  EXPECT_EQ(ServerClientConfig(path, root_.path(), {})->token, "t");
  EXPECT_EQ(UserClientConfig(path, "x", {})->token, "t");
  EXPECT_EQ(UserClientConfig("", "", {{"KUBECONFIG", path}})->token, "t");
  EXPECT_FALSE(UserClientConfig(path, "y", {}).ok());
}

}  // namespace
}  // namespace kubegauge::kube
