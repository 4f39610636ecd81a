#include "server/standalone/kubeconfig.h"

#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

TEST(Kubeconfig, HasEverythingInline) {
  EXPECT_EQ(KubeconfigText({.server_url = "https://127.0.0.1:6443",
                            .ca_certificate = "ca",
                            .client_certificate = "cert",
                            .client_key = "key",
                            .token = "0123"}),
            R"(apiVersion: v1
kind: Config
current-context: kubegauge
clusters:
- name: kubegauge
  cluster:
    server: https://127.0.0.1:6443
    certificate-authority-data: Y2E=
contexts:
- name: kubegauge
  context:
    cluster: kubegauge
    user: kubegauge-admin
- name: kubegauge-token
  context:
    cluster: kubegauge
    user: kubegauge-token
users:
- name: kubegauge-admin
  user:
    client-certificate-data: Y2VydA==
    client-key-data: a2V5
- name: kubegauge-token
  user:
    token: "0123"
)");
}

TEST(LocalUrl, ReachesAnyBoundAddressFromHere) {
  EXPECT_EQ(LocalUrl("127.0.0.1", 6443), "https://127.0.0.1:6443");
  EXPECT_EQ(LocalUrl("0.0.0.0", 1), "https://127.0.0.1:1");
  EXPECT_EQ(LocalUrl("::", 6443), "https://[::1]:6443");
  EXPECT_EQ(LocalUrl("::1", 6443), "https://[::1]:6443");
  EXPECT_EQ(LocalUrl("10.0.0.7", 443), "https://10.0.0.7:443");
}

}  // namespace
}  // namespace kubegauge::server
