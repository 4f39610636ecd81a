#include "kube/kubeconfig.h"

#include <gmock/gmock.h>

#include "kube/kubeconfig_files.h"
#include "tests/temporary_directory.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kEverything = R"(apiVersion: v1
kind: Config
preferences: {colors: true}
current-context: dev
clusters:
- name: dev
  cluster:
    server: https://10.0.0.1:6443
    certificate-authority: pki/ca.crt
    tls-server-name: kubernetes
    proxy-url: socks5://proxy:1080
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: {audience: a}
- name: test
  cluster:
    server: http://localhost:8080
    insecure-skip-tls-verify: true
    certificate-authority-data: Q0EgUEVN
contexts:
- name: dev
  context: {cluster: dev, user: files, namespace: team}
users:
- name: files
  user:
    client-certificate: ./client.crt
    client-key: /keys/../keys/client.key
    tokenFile: token
    as: jane
    as-uid: "17"
    as-groups: [g1, g2]
    as-user-extra:
      scopes: [read, write]
- name: data
  user:
    client-certificate-data: |
      Q0VS
      VA==
    client-key-data: S0VZ
    token: 12345
- name: basic
  user: {username: admin, password: true}
- name: plugin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: bin/plugin
      args: [get-token, --cluster=dev]
      env:
      - {name: REGION, value: "1"}
      installHint: install the plugin
      provideClusterInfo: true
      interactiveMode: IfAvailable
- name: old
  user:
    auth-provider: {name: gcp}
)";

TEST(ParseKubeconfig, ReadsEveryFieldAndResolvesPathsAgainstTheFile) {
  const auto config = ParseKubeconfig(kEverything, "/home/me/.kube");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->current_context, "dev");

  const KubeconfigCluster& dev = config->clusters.at("dev");
  EXPECT_EQ(dev.server, "https://10.0.0.1:6443");
  EXPECT_EQ(dev.certificate_authority, "/home/me/.kube/pki/ca.crt");
  EXPECT_EQ(dev.tls_server_name, "kubernetes");
  EXPECT_EQ(dev.proxy_url, "socks5://proxy:1080");
  EXPECT_EQ(dev.exec_extension, R"({"audience":"a"})");
  EXPECT_FALSE(dev.insecure_skip_tls_verify);
  EXPECT_TRUE(config->clusters.at("test").insecure_skip_tls_verify);
  EXPECT_EQ(config->clusters.at("test").certificate_authority_data, "CA PEM");

  EXPECT_EQ(config->contexts.at("dev").cluster, "dev");
  EXPECT_EQ(config->contexts.at("dev").user, "files");
  EXPECT_EQ(config->contexts.at("dev").namespace_name, "team");

  const KubeconfigUser& files = config->users.at("files");
  EXPECT_EQ(files.client_certificate, "/home/me/.kube/client.crt");
  EXPECT_EQ(files.client_key, "/keys/client.key");
  EXPECT_EQ(files.token_file, "/home/me/.kube/token");
  EXPECT_EQ(files.impersonation.user, "jane");
  EXPECT_EQ(files.impersonation.uid, "17");
  EXPECT_THAT(files.impersonation.groups, ElementsAre("g1", "g2"));
  EXPECT_THAT(files.impersonation.extra, ElementsAre(Pair("scopes", ElementsAre("read", "write"))));
  EXPECT_FALSE(files.has_exec);

  const KubeconfigUser& data = config->users.at("data");
  EXPECT_EQ(data.client_certificate_data, "CERT");
  EXPECT_EQ(data.client_key_data, "KEY");
  EXPECT_EQ(data.token, "12345");
  EXPECT_EQ(config->users.at("basic").username, "admin");
  EXPECT_EQ(config->users.at("basic").password, "true");

  const KubeconfigUser& plugin = config->users.at("plugin");
  EXPECT_TRUE(plugin.has_exec);
  EXPECT_EQ(plugin.exec.api_version, "client.authentication.k8s.io/v1");
  EXPECT_EQ(plugin.exec.command, "/home/me/.kube/bin/plugin");
  EXPECT_THAT(plugin.exec.args, ElementsAre("get-token", "--cluster=dev"));
  EXPECT_THAT(plugin.exec.env, ElementsAre(Pair("REGION", "1")));
  EXPECT_EQ(plugin.exec.install_hint, "install the plugin");
  EXPECT_TRUE(plugin.exec.provide_cluster_info);
  EXPECT_EQ(plugin.exec.interactive_mode, "IfAvailable");
  EXPECT_EQ(config->users.at("old").auth_provider, "gcp");
}

TEST(ParseKubeconfig, ReadsJsonWithTabsAndLeavesABareCommandToThePath) {
  const auto config = ParseKubeconfig(
      "\n{\"kind\":\"Config\",\t\"users\":[\n\t{\"name\":\"u\",\t\"user\":{\"exec\":"
      "{\"command\":\"aws\",\"env\":null}}}],\"clusters\":null}",
      "/d");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->users.at("u").exec.command, "aws");
  EXPECT_TRUE(config->clusters.empty());
}

TEST(ParseKubeconfig, TakesTheFirstOfTwoWithOneName) {
  const auto config =
      ParseKubeconfig("users: [{name: u, user: {token: a}}, {name: u, user: {token: b}}]", "/d");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->users.at("u").token, "a");
}

TEST(ParseKubeconfig, NamesTheFieldThatIsWrongAndNeverItsValue) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"[SECRET]", "kubeconfig is not a mapping"},
      {"SECRET", "kubeconfig is not a mapping"},
      {"kind: SECRET", "kubeconfig.kind is not Config"},
      {"clusters: SECRET", "kubeconfig.clusters is not a list"},
      {"users: [SECRET]", "users is not a mapping"},
      {"users: [{name: u, user: [SECRET]}]", "users[u].user is not a mapping"},
      {"users: [{name: u, user: {token: [SECRET]}}]", "users[u].user.token is not a text"},
      {"users: [{name: u, user: {client-key-data: '*SECRET'}}]",
       "users[u].user.client-key-data is not valid base64"},
      {"users: [{name: u, user: {as-groups: SECRET}}]", "users[u].user.as-groups is not a list"},
      {"users: [{name: u, user: {exec: {args: [[SECRET]]}}}]",
       "users[u].user.exec.args has an item that is not a text"},
      {"users: [{name: u, user: {exec: {env: [SECRET]}}}]",
       "users[u].user.exec.env is not a mapping"},
      {"clusters: [{name: c, cluster: {insecure-skip-tls-verify: 'true'}}]",
       "clusters[c].cluster.insecure-skip-tls-verify is neither true nor false"},
      {"users: [{name: 'SECRET}", "not valid YAML: line 1, column"},
      {"a: &a [SECRET]\nb: *c", "not valid YAML: line 2, column"},
      {"{\"token\": \"SECRET\", ]", "not valid YAML: line 1, column"},
  };
  for (const auto& [text, error] : rows) {
    const auto config = ParseKubeconfig(text, "/d");
    EXPECT_TRUE(absl::IsInvalidArgument(config.status())) << text;
    EXPECT_THAT(config.status().ToString(), HasSubstr(std::string(error))) << text;
    EXPECT_THAT(config.status().ToString(), Not(HasSubstr("SECRET"))) << text;
  }
}

TEST(ParseKubeconfig, RefusesAliasesThatUnfoldWithoutBound) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias;
    for (int j = 1; j < 10; ++j) text += ", " + alias;
    text += "]\n";
  }
  EXPECT_THAT(ParseKubeconfig(text, "/d").status().ToString(), HasSubstr("too many nodes"));
}

class KubeconfigFiles : public ::testing::Test {
 protected:
  std::string UserFile(const std::string& name, const std::string& text) const {
    return directory_.Write(name, text);
  }
  const TemporaryDirectory directory_;
};

TEST_F(KubeconfigFiles, MergeByNameWithTheFirstFileWinning) {
  const std::string a =
      UserFile("a/config",
               "users: [{name: u, user: {token: a}}]\ncontexts: [{name: c, context: {user: u}}]");
  const std::string b = UserFile(
      "b/config",
      "current-context: c\nusers: [{name: u, user: {token: b, tokenFile: t}}, {name: v, user: "
      "{tokenFile: t}}]");
  const std::string missing = directory_.path() / "missing";
  const auto config = LoadDefaultKubeconfig(
      {{"KUBECONFIG", ":" + missing + ":" + a + "::" + b + ":" + a}, {"HOME", "/nowhere"}});
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->current_context, "c");
  EXPECT_EQ(config->users.at("u").token, "a");
  EXPECT_EQ(config->users.at("u").token_file, "") << "entries are not mixed";
  EXPECT_EQ(config->users.at("v").token_file, directory_.path() / "b/t");
}

TEST_F(KubeconfigFiles, AreFoundInTheHomeDirectoryWithoutTheVariable) {
  UserFile(".kube/config", "current-context: home");
  const std::string home = directory_.path();
  EXPECT_EQ(LoadDefaultKubeconfig({{"HOME", home}})->current_context, "home");
  EXPECT_EQ(LoadDefaultKubeconfig({{"HOME", home}, {"KUBECONFIG", ""}})->current_context, "home");
  const auto missing =
      LoadDefaultKubeconfig({{"HOME", home}, {"KUBECONFIG", home + "/missing"}}).status();
  EXPECT_TRUE(absl::IsNotFound(missing));
  EXPECT_THAT(missing.ToString(), HasSubstr("no kubeconfig: " + home + "/missing does not exist"));
}

TEST_F(KubeconfigFiles, ThatAreBrokenOrNamedAndMissingAreErrors) {
  const std::string broken = UserFile("broken", "users: 1");
  const std::string good = UserFile("good", "current-context: c");
  EXPECT_THAT(LoadDefaultKubeconfig({{"KUBECONFIG", good + ":" + broken}}).status().ToString(),
              HasSubstr("kubeconfig " + broken + ": kubeconfig.users is not a list"));
  const std::string missing = directory_.path() / "missing";
  EXPECT_THAT(LoadKubeconfigFile(missing).status().ToString(),
              HasSubstr("cannot read " + missing + ": No such file or directory"));
  EXPECT_THAT(LoadKubeconfigFile(directory_.path()).status().ToString(),
              HasSubstr("Is a directory"));
}

}  // namespace
}  // namespace kubegauge::kube
