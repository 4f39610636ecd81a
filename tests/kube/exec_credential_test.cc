#include "kube/exec_credential.h"

#include <gmock/gmock.h>

namespace kubegauge::kube {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kV1[] = "client.authentication.k8s.io/v1";
constexpr char kV1Beta1[] = "client.authentication.k8s.io/v1beta1";

TEST(ExecInfoJson, TellsThePluginWhatClientGoTells) {
  ClientConfig config;
  config.server = *ParseServerUrl("https://[::1]:6443/prefix");
  config.exec.api_version = kV1Beta1;
  EXPECT_EQ(ExecInfoJson(config, "CA"),
            R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1",)"
            R"("spec":{"interactive":false}})");
  config.exec.api_version = kV1;
  config.exec.provide_cluster_info = true;
  config.tls_server_name = "name";
  config.proxy_url = "http://p";
  config.exec_extension = R"({"audience":"a"})";
  EXPECT_EQ(ExecInfoJson(config, "CA"),
            R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
            R"("spec":{"cluster":{"server":"https://[::1]:6443/prefix","tls-server-name":"name",)"
            R"("certificate-authority-data":"Q0E=","proxy-url":"http://p",)"
            R"("config":{"audience":"a"}},"interactive":false}})");
}

std::string Answer(std::string_view version, std::string_view status) {
  return R"({"kind":"ExecCredential","apiVersion":")" + std::string(version) + R"(","status":)" +
         std::string(status) + "}";
}

TEST(ParseExecCredential, ReadsTokensCertificatesAndTheirEnd) {
  auto credential = ParseExecCredential(
      Answer(kV1, R"({"token":"t","expirationTimestamp":"2030-01-01T00:00:00Z"})"), kV1);
  ASSERT_TRUE(credential.ok()) << credential.status().ToString();
  EXPECT_EQ(credential->token, "t");
  EXPECT_EQ(credential->expiration_ns, 1'893'456'000'000'000'000);
  credential = ParseExecCredential(
      Answer(kV1Beta1, R"({"clientCertificateData":"C","clientKeyData":"K","token":null,)"
                       R"("expirationTimestamp":"9999-01-01T00:00:00Z"})"),
      kV1Beta1);
  ASSERT_TRUE(credential.ok()) << credential.status().ToString();
  EXPECT_EQ(credential->client_certificate, "C");
  EXPECT_EQ(credential->client_key, "K");
  EXPECT_EQ(credential->expiration_ns, std::nullopt) << "beyond what nanoseconds can hold";
}

TEST(ParseExecCredential, SaysWhatIsWrongWithoutQuotingTheOutput) {
  const std::vector<std::pair<std::string, std::string_view>> rows = {
      {"", "no JSON object"},
      {"SECRET", "no JSON object"},
      {"[\"SECRET\"]", "no JSON object"},
      {R"({"token":"SECRET"})", "no ExecCredential"},
      {Answer(kV1Beta1, R"({"token":"SECRET"})"), "another API version"},
      {Answer(kV1, "null"), "no status"},
      {Answer(kV1, "{}"), "neither a token nor a certificate"},
      {Answer(kV1, R"({"token":["SECRET"]})"), "not a text"},
      {Answer(kV1, R"({"token":"t","clientKeyData":"SECRET"})"), "not both"},
      {Answer(kV1, R"({"token":"SEC\nRET"})"), "control character"},
      {Answer(kV1, R"({"token":"t","expirationTimestamp":"SECRET"})"), "not an RFC 3339 time"},
  };
  for (const auto& [output, error] : rows) {
    const absl::Status status = ParseExecCredential(output, kV1).status();
    EXPECT_THAT(status.ToString(), HasSubstr(std::string(error))) << output;
    EXPECT_THAT(status.ToString(), Not(HasSubstr("SEC"))) << output;
  }
}

}  // namespace
}  // namespace kubegauge::kube
