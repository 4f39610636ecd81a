#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "tests/kube/curl_client_fixture.h"
#include "tests/server/listener/listener_fixture.h"

namespace kubegauge::testing {

// The client, and this project's own server for it.
class CurlApiClientTest : public ListenerFixture {
 protected:
  CurlApiClientTest() { credentials().Set({.authority = authority_.pem().certificate}); }
  // Before what the service refers to goes.
  ~CurlApiClientTest() override {
    hold_.Release();
    client_.client_.reset();
    Drain(std::chrono::seconds(0)).get();
  }

  void StartBoth(const server::ListenAddress& address = {.ip = "127.0.0.1", .port = 0}) {
    Start(address);
    client_.Create(port());
  }
  SettableCredentials& credentials() { return client_.credentials_; }
  kube::Credentials WithToken(const std::string& token) const {
    return {.authorization = "Bearer " + token, .authority = authority_.pem().certificate};
  }

  Hold hold_;
  CountedStream::Counts counts_;
  std::atomic<int> asked_ = 0;
  ClientRunner client_;
};

}  // namespace kubegauge::testing
